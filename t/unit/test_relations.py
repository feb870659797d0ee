# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Relations within a family, and what debian/control must say for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dhhwcaps import relations
from dhhwcaps.errors import ControlError
from fakes import family, stanzas

V = "${binary:Version}"
FOO = family("libfoo1", "avx2", "avx512")
V2, V3, V4 = (
    tuple(f"libfoo1-{suffix}:amd64 (<< {V})" for suffix in (own, f"x86-64-v{n}", f"amd64v{n}"))
    for n, own in ((2, "sse4.2"), (3, "avx2"), (4, "avx512"))
)
GENERIC = f"libfoo1-generic:amd64 (<< {V})"
BEFORE = "libfoo1:amd64 (<< 2.0-2~)"

COMPLETE = (
    "libfoo1\nMulti-Arch: same\nPre-Depends: ${hwcaps:Pre-Depends}\n"
    "Recommends: ${hwcaps:Recommends}",
    "libfoo1-generic\nBreaks: ${hwcaps:Breaks}\nReplaces: libfoo1 (<< 2.0-2~)",
    "libfoo1-avx2 amd64\nDepends: ${hwcaps:Depends}\nBreaks: ${hwcaps:Breaks}\n"
    "Provides: ${hwcaps:Provides}",
    "libfoo1-avx512 amd64\nDepends: ${hwcaps:Depends}\nBreaks: ${hwcaps:Breaks}\n"
    "Provides: ${hwcaps:Provides}",
    f"libfoo-dev\nDepends: libfoo1-generic (= {V}), libfoo1 (= {V})",
)


def check(*texts: str, compat: int = 13) -> tuple[str, ...]:
    return relations.check(stanzas(*texts), FOO, compat)


def complaint(*texts: str, compat: int = 13) -> str:
    with pytest.raises(ControlError) as caught:
        check(*texts, compat=compat)
    return str(caught.value)


def without(line: str) -> list[str]:
    """Return the complete stanzas without that line of the first that has it."""
    number = next(n for n, text in enumerate(COMPLETE) if f"\n{line}" in text)
    made = list(COMPLETE)
    made[number] = made[number].replace(f"\n{line}", "")
    return made


def test_substvars() -> None:
    shipped = {"libfoo1-avx2": {"a", "b"}, "libfoo1-avx512": {"a"}}
    assert relations.substvars(stanzas(*COMPLETE), FOO, shipped, {"a", "b"}, "amd64") == {
        "libfoo1": {
            "Pre-Depends": (f"libfoo1-generic (= {V}) | libfoo1-avx2 (= {V})"
                            f" | libfoo1-avx512 (= {V})",),
            "Recommends": (f"libfoo1-avx2 (= {V})", f"libfoo1-avx512 (= {V})"),
        },
        "libfoo1-generic": {"Breaks": (*V2, *V3, *V4, BEFORE)},
        "libfoo1-avx2": {
            "Depends": (f"libfoo1-generic (= {V}) | x86-64-v3-support",),
            "Breaks": (GENERIC, *V2, *V3[1:], *V4, BEFORE),
            "Provides": (f"libfoo1-hwcaps (= {V})",),
        },
        "libfoo1-avx512": {
            "Depends": (f"libfoo1-generic (= {V})",),
            "Breaks": (GENERIC, *V2, *V3, *V4[1:], BEFORE),
            "Provides": (f"libfoo1-hwcaps (= {V})",),
        },
    }


def test_empty_variant_leaves_recommends_and_alternatives() -> None:
    shipped = {"libfoo1-avx2": set(), "libfoo1-avx512": {"a"}}
    made = relations.substvars(stanzas(*COMPLETE), FOO, shipped, {"a"}, "amd64")
    assert made["libfoo1"] == {
        "Pre-Depends": (f"libfoo1-generic (= {V}) | libfoo1-avx512 (= {V})",),
        "Recommends": (f"libfoo1-avx512 (= {V})",),
    }
    assert made["libfoo1-avx2"] == {
        "Depends": (f"libfoo1-generic (= {V})",),
        "Breaks": (GENERIC, *V2, *V3[1:], *V4, BEFORE),
        "Provides": (),
    }


@pytest.mark.parametrize(("shipped", "complete", "alone"), [
    ({"a", "b"}, {"a", "b"}, True),
    ({"a", "b"}, {"a"}, True),
    ({"a"}, {"a", "b"}, False),
    ({"a"}, set(), False),
    (set(), set(), False),
])
def test_variant_stands_alone_when_it_holds_all(
    shipped: set[str], complete: set[str], alone: bool
) -> None:
    foo = family("libfoo1", "avx2")
    held = {"libfoo1-avx2": shipped}
    made = relations.substvars(stanzas(*COMPLETE), foo, held, complete, "amd64")
    assert made["libfoo1-avx2"]["Depends"] == (
        f"libfoo1-generic (= {V})" + (" | x86-64-v3-support" if alone else ""),)


@pytest.mark.parametrize(("replaces", "expected"), [
    ("libfoo1 (<< 2~)", ["libfoo1 (<< 2~)"]),
    ("other (<< 1), libfoo1 ( <<2~ )", ["libfoo1 (<< 2~)"]),
    ("libfoo1-plugins (<< 2), x-libfoo1 (<< 2)", []),
    ("libfoo1 (<= 2)", []),
    ("", []),
])
@pytest.mark.parametrize(("multi_arch", "at"), [("same", ":amd64"), ("foreign", ""), ("", "")])
def test_the_versions_before_the_split_are_broken(
    replaces: str, expected: list[str], multi_arch: str, at: str
) -> None:
    source = stanzas(f"libfoo1\nMulti-Arch: {multi_arch}" if multi_arch else "libfoo1",
                     f"libfoo1-generic\nReplaces: {replaces}" if replaces else "libfoo1-generic")
    held = {"libfoo1-avx2": {"a"}}
    made = relations.substvars(source, family("libfoo1", "avx2"), held, {"a"}, "amd64")
    for package in ("libfoo1-generic", "libfoo1-avx2"):
        broken = [text for text in made[package]["Breaks"] if V not in text]
        assert broken == [text.replace(" ", f"{at} ", 1) for text in expected]
        assert f"libfoo1-avx512{at} (<< {V})" in made[package]["Breaks"]
    assert "Breaks" not in made["libfoo1"]


def test_family_of_an_architecture_without_levels() -> None:
    assert relations.substvars(stanzas(*COMPLETE), family("libfoo1"), {}, {"a"}, "i386") == {
        "libfoo1": {"Pre-Depends": (f"libfoo1-generic (= {V})",), "Recommends": ()},
        "libfoo1-generic": {"Breaks": ("libfoo1:i386 (<< 2.0-2~)",)},
    }


def test_family_without_variants() -> None:
    # Of an earlier version there may be some.
    made = relations.substvars(stanzas(*COMPLETE), family("libfoo1"), {}, {"a"}, "amd64")
    assert made["libfoo1-generic"]["Breaks"] == (*V2, *V3, *V4, BEFORE)


def test_levels_of_another_source() -> None:
    foo = replace(family("libfoo1", "avx512"), elsewhere=True)
    made = relations.substvars(stanzas("libfoo1-avx512"), foo, {"libfoo1-avx512": {"a"}}, {"a"},
                               "amd64")
    assert made["libfoo1-avx512"]["Breaks"] == (GENERIC, *V2, *V3, *V4[1:])


def test_complete_control() -> None:
    assert check(*COMPLETE) == ()


@pytest.mark.parametrize(("line", "said"), [
    ("Pre-Depends: ${hwcaps:Pre-Depends}",
     "debian/control: libfoo1: Pre-Depends lacks ${hwcaps:Pre-Depends}\n"
     "  Pre-Depends: ${hwcaps:Pre-Depends}"),
    ("Recommends: ${hwcaps:Recommends}",
     "debian/control: libfoo1: Recommends lacks ${hwcaps:Recommends}\n"
     "  Recommends: ${hwcaps:Recommends}"),
    ("Breaks: ${hwcaps:Breaks}",
     "debian/control: libfoo1-generic: Breaks lacks ${hwcaps:Breaks}\n"
     "  Breaks: ${hwcaps:Breaks}"),
    ("Depends: ${hwcaps:Depends}",
     "debian/control: libfoo1-avx2: Depends lacks ${hwcaps:Depends}\n"
     "  Depends: ${hwcaps:Depends}"),
    ("Breaks: ${hwcaps:Breaks}\nProvides",
     "debian/control: libfoo1-avx2: Breaks lacks ${hwcaps:Breaks}\n  Breaks: ${hwcaps:Breaks}"),
    ("Provides: ${hwcaps:Provides}",
     "debian/control: libfoo1-avx2: Provides lacks ${hwcaps:Provides}\n"
     "  Provides: ${hwcaps:Provides}"),
])
def test_line_to_add(line: str, said: str) -> None:
    assert complaint(*without(line)) == said


def test_line_to_add_keeps_what_is_there() -> None:
    texts = list(COMPLETE)
    texts[2] = texts[2].replace("Depends: ${hwcaps:Depends}", "Depends: ${misc:Depends},\n x")
    assert complaint(*texts) == (
        "debian/control: libfoo1-avx2: Depends lacks ${hwcaps:Depends}\n"
        "  Depends: ${misc:Depends}, x, ${hwcaps:Depends}"
    )


def test_compat_14_applies_substvars_by_itself() -> None:
    bare = ("libfoo1", COMPLETE[1].replace("Breaks: ${hwcaps:Breaks}\n", ""), "libfoo1-avx2 amd64",
            "libfoo1-avx512 amd64", COMPLETE[4])
    assert check(*bare, compat=14) == ()
    assert "Pre-Depends lacks" in complaint(*bare, compat=13)


@pytest.mark.parametrize("depends", [
    f"libfoo1 (= {V})", f"libfoo1 (= {V}), libbar-dev", f"libfoo1:any (>= 2), x{V}",
    f"libc6-dev, libfoo1(= {V})", f"libfoo-x (= {V}) | libfoo1 (= {V})",
    f"libfoo1 (= {V}), libfoo1-generic",
])
def test_development_package_needs_generic(depends: str) -> None:
    assert complaint(*COMPLETE[:4], f"libfoo-dev\nDepends: {depends}") == (
        "debian/control: libfoo-dev: Depends lacks libfoo1-generic, so its .so link may dangle and"
        f" -l would silently take the static library\n  Depends: libfoo1-generic (= {V}), {depends}"
    )


@pytest.mark.parametrize("other", [
    f"libbar-dev\nDepends: libbar1 (= {V})",
    "libfoo-dev\nDepends: libfoo1",
    f"libfoo-dev\nDepends: libfoo1-extra (= {V}), mylibfoo1 (= {V})",
    f"foo\nDepends: libfoo1 (= {V})",
    f"libfoo-dev\nDepends: libfoo1 (= {V}) | x, libfoo1-generic:any (= {V})",
    "libfoo-dev",
])
def test_other_packages_may_depend_as_they_like(other: str) -> None:
    assert check(*COMPLETE[:4], other) == ()


@pytest.mark.parametrize("replaces", [
    "", "Replaces: libfoo1 (<= 2~)", "Replaces: libfoo1-x (<< 2)",
])
def test_takeover_is_warned_of(replaces: str) -> None:
    generic = f"libfoo1-generic\nBreaks: ${{hwcaps:Breaks}}\n{replaces}"
    assert check(COMPLETE[0], generic, *COMPLETE[2:]) == (
        "debian/control: libfoo1-generic: no Replaces on libfoo1 (<< VERSION~): right only if no"
        " release ever had the libraries in it",
    )


@pytest.mark.parametrize("relation", [
    "libfoo1 (<< 2~)", "libfoo1(<<2~)", "libfoo1 ( << 2~ )", "x, libfoo1 (<< 2~), y",
])
def test_takeover_in_every_spacing(relation: str) -> None:
    generic = f"libfoo1-generic\nBreaks: ${{hwcaps:Breaks}}\nReplaces: {relation}"
    assert check(COMPLETE[0], generic, *COMPLETE[2:]) == ()


def test_breaks_that_meet_two_architectures() -> None:
    old = "libfoo1 (<< 2~)"
    generic = f"libfoo1-generic\nBreaks: {old}, ${{hwcaps:Breaks}}\nReplaces: {old}"
    assert check(COMPLETE[0], generic, *COMPLETE[2:]) == (
        "debian/control: libfoo1-generic: Breaks: libfoo1 would stop dpkg where libfoo1 is"
        " installed for two architectures (Multi-Arch: same)\n  Leave libfoo1 out:"
        " ${hwcaps:Breaks} has it for the architecture that the package is built for.",
    )
    single = COMPLETE[0].replace("Multi-Arch: same\n", "")
    assert check(single, generic, *COMPLETE[2:]) == ()


@pytest.mark.parametrize(("before", "after"), [
    ("", ""),
    ("libc6 (>= 2.36)", "libc6 (>= 2.36)"),
    ("libfoo1 (>= 2.0)", ""),
    ("libc6 (>= 2.36), libfoo1 (>= 2.0), libbar1", "libc6 (>= 2.36), libbar1"),
    ("libfoo1", ""),
    ("libfoo1:amd64 (>= 2), libc6", "libc6"),
    ("libfoo1 (>= 2) | libfoo1-compat, libc6", "libc6"),
    ("libfoo1-extra (>= 2), libfoo10, libfoo1+dfsg, libfoo1.2",
     "libfoo1-extra (>= 2), libfoo10, libfoo1+dfsg, libfoo1.2"),
    ("mylibfoo1", "mylibfoo1"),
    ("libc6 , ,, libbar1 | libfoo1 , zlib1g ,", "libc6, zlib1g"),
    ("libbar1 |libfoo1", ""),
])
def test_without_family(before: str, after: str) -> None:
    assert relations.without_family(before, FOO) == after


@pytest.mark.parametrize(
    ("replaces", "names"),
    [
        ("libfoo1 (<< 2.0-2~), libfoo-cc1 (<< 2.0-2~), libold (<< 1)", ["libfoo-cc1"]),
        ("libfoo-cc1 (<<2.0-2~),libfoo1 (<<2.0-2~)", ["libfoo-cc1"]),
        ("libfoo1 (<< 2.0-2~)", []),
        ("libfoo1 (<< 2.0-2~), libfoo0 (<< 1.0)", []),
        ("libfoo1 (<< 2.0-2~), libfoo1c (<< ${source:Version}), libfoo1a", []),
        ("libfoo1 (<< ${source:Version}), libfoo1c (<< ${source:Version})", []),
        ("libfoo-cc1 (<< 2.0-2~)", []),
        ("", []),
    ],
)
def test_a_merge_is_known_by_what_generic_replaces(replaces: str, names: list[str]) -> None:
    generic = f"libfoo1-generic\nReplaces: {replaces}" if replaces else "libfoo1-generic"
    assert relations.merged(stanzas("libfoo1", generic), FOO) == (
        "2.0-2~" if names else "", tuple(names)
    )


FIRST = "Pre-Depends: ${hwcaps:Pre-Depends}"
TRANSITIONAL = f"libfoo-cc1\n{FIRST}\nDepends: libfoo1 (= {V}), ${{misc:Depends}}"


def test_a_transitional_package_needs_the_family_and_its_libraries_first() -> None:
    source = stanzas(
        *COMPLETE, TRANSITIONAL, f"libbar1\n{FIRST}\nDepends: libfoo1-tools (= {V})",
        f"foo\nDepends: libfoo1 (= {V})", f"old\n{FIRST}\nDepends: libfoo1 (>= 1)",
        f"libfoo1-avx512\n{FIRST}\nDepends: libfoo1 (= {V})",
    )
    assert relations.transitional(source, FOO) == ("libfoo-cc1",)


@pytest.mark.parametrize(("lacking", "emptied"), [
    ("", ()), (", ${shlibs:Depends}", ()), ("\nRecommends: ${hwcaps:Recommends}", ()),
    (", ${shlibs:Depends}\nRecommends: ${hwcaps:Recommends}", ("libbar1",)),
])
def test_a_family_may_need_another_one(lacking: str, emptied: tuple[str, ...]) -> None:
    # As libvorbisenc2 does libvorbis0a; whatever its stanza lacks is said of it as a family.
    stanza = ("libbar1\nPre-Depends: ${hwcaps:Pre-Depends}\nDepends: libfoo1 (= ${binary:Version})"
              ", ${shlibs:Depends}\nRecommends: ${hwcaps:Recommends}")
    source = stanzas(*COMPLETE, stanza.replace(lacking, "", 1), "libbar1-generic")
    assert relations.transitional(source, FOO) == ()
    alone = stanzas(*COMPLETE, stanza.replace(lacking, "", 1))
    assert relations.transitional(alone, FOO) == emptied


def test_a_transitional_package_pre_depends_on_what_holds_the_libraries() -> None:
    held = {"libfoo1-avx2": {"a"}, "libfoo1-avx512": set[str]()}
    source = stanzas(*COMPLETE, TRANSITIONAL)
    made = relations.substvars(source, FOO, held, {"a"}, "amd64")
    assert made["libfoo-cc1"] == {
        "Pre-Depends": (f"libfoo1-generic (= {V}) | libfoo1-avx2 (= {V})",), "Breaks": (BEFORE,),
    }
    assert ("transitional", "libfoo-cc1") in relations.roles(source, FOO)


def test_an_emptied_package_is_unpacked_after_what_has_its_libraries() -> None:
    taken = "libfoo1 (<< 2.0-2~), libfoo-cc1 (<< 2.0-2~)"
    generic = f"libfoo1-generic\nBreaks: ${{hwcaps:Breaks}}\nReplaces: {taken}"
    source = (COMPLETE[0], generic, *COMPLETE[2:])
    assert check(*source, f"libfoo-cc1\nDepends: libfoo1 (= {V})") == (
        "debian/control: libfoo-cc1: dpkg may unpack it, emptied, before what has its libraries,"
        " or stop where libfoo1 is installed for two architectures\n"
        f"  Pre-Depends: ${{hwcaps:Pre-Depends}}\n  Depends: libfoo1 (= {V})",
    )
    assert check(*source, f"{TRANSITIONAL}\nBreaks: ${{hwcaps:Breaks}}") == ()


def test_whatever_relations_are_made_are_asked_for() -> None:
    taken = "libfoo1 (<< 2.0-2~), libfoo-cc1 (<< 2.0-2~)"
    source = stanzas(COMPLETE[0], f"libfoo1-generic\nReplaces: {taken}", TRANSITIONAL)
    held = {name: {"a"} for name in FOO.members}
    made = relations.substvars(source, FOO, held, {"a"}, "amd64")
    asked = {(name, field) for role, name in relations.roles(source, FOO)
             for its, field in relations.USED if its == role}
    assert asked == {(name, field) for name, fields in made.items() for field in fields}


def test_packages_before_a_merge_are_broken() -> None:
    old = "libfoo1 (<< 2.0-2~), libfoo-cc1 (<< 2.0-2~)"
    source = stanzas("libfoo1\nMulti-Arch: same", f"libfoo1-generic\nReplaces: {old}",
                     TRANSITIONAL)
    held = {"libfoo1-avx2": {"a"}, "libfoo1-avx512": {"a"}}
    made = relations.substvars(source, FOO, held, {"a"}, "amd64")
    assert made["libfoo1"]["Breaks"] == ("libfoo-cc1:amd64 (<< 2.0-2~)",)
    assert made["libfoo-cc1"]["Breaks"] == (BEFORE,)
    for name in FOO.members:
        assert made[name]["Breaks"][-2:] == (BEFORE, "libfoo-cc1:amd64 (<< 2.0-2~)")


def test_a_merged_family_may_break_what_it_replaces() -> None:
    old = "libfoo1 (<< 2.0-2~), libfoo-cc1 (<< 2.0-2~)"
    generic = f"libfoo1-generic\nBreaks: ${{hwcaps:Breaks}}\nReplaces: {old}"
    roles = relations.roles(stanzas(COMPLETE[0], generic), FOO)
    assert ("merged", "libfoo1") in roles and ("merged", "Breaks") in relations.USED
    assert check(COMPLETE[0], generic, *COMPLETE[2:]) == ()  # Generic breaks it before.


def test_relations_meet_one_package_each() -> None:
    # Two that provide libfoo1-hwcaps would stop dpkg: power9 and power10 sort behind it.
    made = relations.substvars(stanzas(*COMPLETE), family("libfoo1"), {}, {"a"}, "ppc64el")
    assert made["libfoo1-generic"]["Breaks"] == (
        f"libfoo1-power9:ppc64el (<< {V})", f"libfoo1-power10:ppc64el (<< {V})",
        "libfoo1:ppc64el (<< 2.0-2~)",
    )


def test_variant_of_another_suffix_is_kept_apart_by_its_own_name() -> None:
    foo = family("libfoo1", "x86-64-v3")
    made = relations.substvars(stanzas(*COMPLETE), foo, {"libfoo1-x86-64-v3": {"a"}}, {"a"},
                               "amd64")
    own = f"libfoo1-x86-64-v3:amd64 (<< {V})"
    assert made["libfoo1-generic"]["Breaks"] == (*V2, *V3, *V4, BEFORE)
    assert own not in made["libfoo1-x86-64-v3"]["Breaks"]


def test_family_without_a_stanza_is_of_no_multi_arch() -> None:
    made = relations.substvars(stanzas("libfoo1-generic"), family("libfoo1"), {}, {"a"}, "amd64")
    assert made["libfoo1-generic"]["Breaks"][0] == f"libfoo1-sse4.2 (<< {V})"


def test_variant_for_which_no_package_tells_the_cpu_needs_generic() -> None:
    foo = family("libfoo1", "avx512")
    made = relations.substvars(stanzas(*COMPLETE), foo, {"libfoo1-avx512": {"a"}}, {"a"}, "amd64")
    assert made["libfoo1-avx512"]["Depends"] == (f"libfoo1-generic (= {V})",)


@pytest.mark.parametrize(("suffixes", "held", "complete", "expected"), [
    (("avx2",), {"a", "b"}, {"a", "b"}, True),
    (("avx2", "avx512"), {"a"}, {"a"}, True),
    (("avx512",), {"a"}, {"a"}, False),
    (("avx2",), {"a"}, {"a", "b"}, False),
    ((), set(), {"a"}, False),
])
def test_generic_package_is_needed_unless_a_variant_is_whole_and_tells_the_cpu(
    suffixes: tuple[str, ...], held: set[str], complete: set[str], expected: bool
) -> None:
    foo = family("libfoo1", *suffixes)
    assert relations.alone(foo, dict.fromkeys(foo.members, held), complete) is expected


@pytest.mark.parametrize(("build", "modules", "python", "lacking"), [
    (("dh-sequence-numpy3",), True, True, ["libfoo1-generic", "libfoo1-avx2"]),
    (("python3-numpy",), True, True, ["libfoo1-generic", "libfoo1-avx2"]),
    (("python3-numpy-dev",), True, True, ["libfoo1-generic", "libfoo1-avx2"]),
    ((), True, True, []), (("python3-numpy",), False, True, []),
    (("python3-numpy",), True, False, []),
])
def test_numpy_is_needed_by_what_holds_the_modules(
    build: tuple[str, ...], modules: bool, python: bool, lacking: list[str]
) -> None:
    family, *members = COMPLETE
    family += "\nX-Hwcaps-Modules: usr/lib/*.so" if modules else ""
    family += "\nDepends: ${python3:Depends}" if python else ""
    source = replace(stanzas(family, *members), build_depends=build)
    found = relations.faults(source, replace(FOO, variants=FOO.variants[:1]), 13)
    assert [fault.package for fault in found] == lacking


def test_the_line_that_names_numpy() -> None:
    family, generic, *variants = COMPLETE
    family += "\nX-Hwcaps-Modules: usr/lib/*.so\nDepends: ${python3:Depends}"
    variants = [text.replace("Depends: ", "Depends: ${python3:Depends}, ", 1) for text in variants]
    source = replace(stanzas(family, generic, *variants), build_depends=("python3-numpy",))
    fault, = relations.faults(source, FOO, 13)
    assert (fault.rule, fault.field, fault.advice) == (
        "missing-substvar", "Depends", "Depends: ${python3:Depends}")


def test_packages_of_another_source_are_not_looked_at() -> None:
    foo = replace(family("libfoo1", "avx512"), elsewhere=True)
    assert relations.check(stanzas(COMPLETE[3]), foo, 13) == ()


def test_faults_name_rule_package_and_field() -> None:
    old = "libfoo1 (<< 2~)"
    generic = f"libfoo1-generic\nReplaces: {old}, libold1 (<< 2~)\nBreaks: {old}"
    source = stanzas("libfoo1\nMulti-Arch: same", generic, *COMPLETE[2:4],
                     f"libfoo-dev\nDepends: libfoo1 (= {V})", f"libold1\n{FIRST}")
    told = [*relations.faults(source, FOO, 13), *relations.takeover(source, FOO),
            *relations.takeover(stanzas("libfoo1", "libfoo1-generic"), FOO)]
    assert [(fault.rule, fault.package, fault.field) for fault in told] == [
        ("missing-substvar", "libfoo1", "Pre-Depends"),
        ("missing-substvar", "libfoo1", "Recommends"),
        ("missing-substvar", "libfoo1-generic", "Breaks"),
        ("dev-without-generic", "libfoo-dev", "Depends"),
        ("takeover-breaks", "libfoo1-generic", "Breaks"),
        ("takeover-first", "libold1", "Pre-Depends"),
        ("takeover-missing", "libfoo1-generic", "Replaces"),
    ]
