# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Families and levels are decided from debian/control alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dhhwcaps import control, plan
from dhhwcaps.errors import ControlError
from dhhwcaps.plan import Family, Plan
from fakes import family, level, planned, stanzas

HWCAPS = "Depends: ${hwcaps:Depends}"
ADVICE = (
    "  Package: {0}\n  Architecture: any\n  Multi-Arch: same\n"
    "  (dh_hwcaps convert writes the stanzas; dh-hwcaps(7) explains them.)"
)
EVERYWHERE = (
    "foo", "libfoo-dev", "libfoo1", "libfoo1-generic", "libfoo1-avx512 amd64",
    "libfoo1-avx2 amd64", "libfoo1-power10 ppc64el", "libfoo1-z15 s390x",
)


def families(*texts: str, arch: str = "amd64", **rest: frozenset[str]) -> tuple[Family, ...]:
    return planned(stanzas(*texts), arch, **rest).families


def complaint(*texts: str) -> str:
    with pytest.raises(ControlError) as caught:
        planned(stanzas(*texts))
    return str(caught.value)


@pytest.mark.parametrize(("arch", "suffixes"), [
    ("amd64", ["avx2", "avx512"]), ("ppc64el", ["power10"]), ("s390x", ["z15"]), ("arm64", []),
])
def test_one_stanza_for_all_architectures(arch: str, suffixes: list[str]) -> None:
    assert families(*EVERYWHERE, arch=arch) == (family("libfoo1", *suffixes),)


def test_members_and_levels() -> None:
    made = planned(stanzas(*EVERYWHERE))
    assert made.families[0].members == ("libfoo1-generic", "libfoo1-avx2", "libfoo1-avx512")
    assert [lv.name for lv in made.levels] == ["x86-64-v3", "x86-64-v4"]


def test_levels_of_all_families_lowest_first() -> None:
    made = Plan(arch="amd64", families=(family("a", "avx512"), family("b", "sse4.2", "avx512")))
    assert [lv.name for lv in made.levels] == ["x86-64-v2", "x86-64-v4"]


def test_variant_of_a_level() -> None:
    made = family("libfoo1", "avx2")
    assert made.variant(level("avx2")) == made.variants[0]
    assert made.variant(level("avx512")) is None


@pytest.mark.parametrize("suffix", ["avx2", "x86-64-v3", "amd64v3"])
def test_suffix_may_be_the_levels_name(suffix: str) -> None:
    assert families("a1", "a1-generic", f"a1-{suffix} amd64") == (family("a1", suffix),)


@pytest.mark.parametrize("texts", [
    ("libfoo1", "libfoo-dev"),
    ("linux-image-generic", "linux-image-extra"),
    ("libfoo1-avx2 amd64",),
    ("libfoo1-z all",),
], ids=["plain", "another generic", "a level in its name only", "a letter"])
def test_no_family(texts: tuple[str, ...]) -> None:
    assert families(*texts) == ()


def test_only_what_debhelper_acts_on() -> None:
    names = frozenset({"libfoo1", "libfoo1-generic", "libfoo1-avx2"})
    assert families(*EVERYWHERE, selected=names) == (family("libfoo1", "avx2"),)
    assert families(*EVERYWHERE, selected=frozenset({"foo-doc"})) == ()


def test_families_with_a_common_beginning() -> None:
    assert families(
        "libfoo1", "libfoo1-generic", "libfoo1-avx2 amd64",
        f"libfoo1-extra\n{HWCAPS}", f"libfoo1-extra-generic\n{HWCAPS}",
        f"libfoo1-extra-avx2 amd64\n{HWCAPS}",
    ) == (family("libfoo1", "avx2"), family("libfoo1-extra", "avx2"))


def test_baseline_has_the_level_already() -> None:
    with pytest.raises(ControlError) as caught:
        families(*EVERYWHERE, baseline=frozenset({"x86-64-v3", "x86-64-v2"}))
    assert str(caught.value) == (
        "debian/control: libfoo1-avx2: x86-64-v3 is not above the baseline of this distribution"
        " and compiler, so the generic package is it already\n"
        "  Remove libfoo1-avx2, or restrict it by a Build-Profiles or Architecture field."
    )


def test_baseline_does_not_matter_to_what_is_not_built() -> None:
    chosen = frozenset({"libfoo1", "libfoo1-generic", "libfoo1-avx512"})
    assert families(*EVERYWHERE, selected=chosen, baseline=frozenset({"x86-64-v3"})) == (
        family("libfoo1", "avx512"),
    )


@pytest.mark.parametrize(("texts", "said"), [
    (("a1", "a1-generic", "a1-avx2 amd64", "a1-x86-64-v3 amd64"),
     "debian/control: a1-avx2 and a1-x86-64-v3 are both x86-64-v3\n  Keep one."),
    (("a1", "a1-generic", "a1-avx2"),
     "debian/control: a1-avx2: Architecture: any, but x86-64-v3 exists on amd64 only\n"
     "  Architecture: amd64"),
    (("a1", "a1-generic", "a1-z15 amd64 s390x"),
     "debian/control: a1-z15: Architecture: amd64 s390x, but z15 exists on s390x only\n"
     "  Architecture: s390x"),
    (("a1", "a1-generic", "a1-avx521 amd64"),
     "debian/control: a1-avx521: no level has the suffix -avx521\n"
     "  Did you mean a1-avx512? Suffixes are sse4.2, avx2, avx512, power9, power10, z13, z14, z15,"
     " z16, z17."),
    (("a1", "a1-generic", "a1-haswell amd64"),
     "debian/control: a1-haswell: no level has the suffix -haswell\n"
     "  Suffixes are sse4.2, avx2, avx512, power9, power10, z13, z14, z15, z16, z17."),
    (("a1", "a1-generic", f"a1-v3 amd64\n{HWCAPS}"),
     "debian/control: a1-v3: no level has the suffix -v3\n"
     "  Suffixes are sse4.2, avx2, avx512, power9, power10, z13, z14, z15, z16, z17."),
    (("a1", "a1-avx2 amd64"),
     "debian/control: a1-avx2 is part of a family, but there is no package a1-generic\n"
     + ADVICE.format("a1-generic")),
    ((f"a1-avx2 amd64\n{HWCAPS}",),
     "debian/control: a1-avx2 is part of a family, but there is no package a1-generic\n"
     + ADVICE.format("a1-generic")),
    ((f"a1-generic\n{HWCAPS}",),
     "debian/control: a1-generic is part of a family, but there is no package a1\n"
     + ADVICE.format("a1")),
    ((f"a1\n{HWCAPS}",),
     "debian/control: a1 is part of a family, but there is no package a1-generic\n"
     + ADVICE.format("a1-generic")),
], ids=["level twice", "wrong architecture", "one architecture too many", "typo", "unknown",
        "unknown with substvar", "no generic", "no generic and no family", "no family",
        "substvar without generic"])
def test_what_cannot_be_meant(texts: tuple[str, ...], said: str) -> None:
    assert complaint(*texts) == said


@pytest.mark.parametrize("texts", [
    (f"a2\n{HWCAPS}", "a1-generic", "a1-avx2 amd64"),
    (f"a2\n{HWCAPS}", "a2-generic", f"a1-avx2 amd64\n{HWCAPS}"),
    (f"a1t64\n{HWCAPS}", "a1-generic", "a1-avx2 amd64"),
], ids=["generic and variant", "variant", "t64"])
def test_a_new_soname_renames_the_whole_family(texts: tuple[str, ...]) -> None:
    new = texts[0].split("\n")[0]
    old = "a1-avx2" if len(texts) == 3 and new + "-generic" in texts else "a1-generic"
    assert f"Rename {old} to {new}{old.removeprefix('a1')}: all names" in complaint(*texts)


def test_one_name_is_told_to_rename_and_none_of_another_family() -> None:
    assert complaint(f"a3\n{HWCAPS}", "a1-generic", "a2-generic").endswith(
        "  Rename a1-generic to a3-generic: all names of a family change with the SONAME.")
    said = complaint(f"a2\n{HWCAPS}", "a1", "a1-generic", "b1-generic")
    assert said.endswith(ADVICE.format("a2-generic"))


@pytest.mark.parametrize("sequence", ["dh-sequence-debputy", "dh-sequence-zz-debputy-rrr"])
def test_debputy_makes_packages_without_our_steps(sequence: str) -> None:
    source = replace(stanzas("a1", "a1-generic", "a1-avx2 amd64"), build_depends=(sequence,))
    with pytest.raises(ControlError, match=f"{sequence}: debputy makes the packages itself"):
        planned(source)
    assert not planned(replace(stanzas("a1"), build_depends=(sequence,))).families


MODULES = "X-Hwcaps-Modules: usr/lib/a/*.so"


def test_modules_of_a_family() -> None:
    found = families(f"a1\n{MODULES}", "a1-generic", "a1-avx2 amd64")
    assert found == (replace(family("a1", "avx2"), modules=("usr/lib/a/*.so",)),)


@pytest.mark.parametrize("stanza", ["b1", "a1-generic", "a1-avx2 amd64"])
def test_modules_of_what_is_no_family(stanza: str) -> None:
    others = [s for s in ("a1", "a1-generic", "a1-avx2 amd64") if s != stanza]
    source = stanzas(*others, f"{stanza}\n{MODULES}")
    found = plan.faults(source, arch="amd64", selected=["a1"], baseline=())
    assert [(fault.rule, fault.package) for fault in found] == [
        ("stray-modules", stanza.split()[0])
    ]


def test_all_that_is_wrong_is_told_once() -> None:
    source = stanzas("a1", "a1-generic", "a1-avx2", "a1-x86-64-v3 amd64", "a1-avx3",
                     f"b1\n{HWCAPS}", "b1-avx2 amd64", "c1-generic", "c1-avx2 amd64")
    found = plan.faults(source, arch="amd64", selected=[p.name for p in source.packages],
                        baseline={"x86-64-v3"})
    assert [(fault.rule, fault.package, fault.field) for fault in found] == [
        ("architecture", "a1-avx2", "Architecture"), ("unknown-suffix", "a1-avx3", "Package"),
        ("level-twice", "a1-x86-64-v3", ""), ("level-in-baseline", "a1-avx2", ""),
        ("missing-package", "b1", "Package"), ("missing-package", "c1-avx2", "Package"),
    ]


@pytest.mark.parametrize("other", ["a1-dev", "a1-data all", "a1-udeb", "a1-zstd", "a1-bin"])
def test_siblings_that_are_no_levels(other: str) -> None:
    assert families("a1", "a1-generic", other) == (family("a1"),)


def test_level_of_a_family_that_another_source_builds() -> None:
    source = replace(stanzas("libfoo1-avx512 amd64\nDepends: ${hwcaps:Depends}"),
                     build_depends=("libfoo1-generic",))
    made = planned(source)
    assert made.families == (replace(family("libfoo1", "avx512"), elsewhere=True),)
    assert made.elsewhere
    assert plan.elsewhere(source) == ("libfoo1",)
    assert planned(source, "arm64").families == ()
    assert planned(source, selected=frozenset()).families == ()
    with pytest.raises(ControlError, match="Architecture: any, but x86-64-v4 exists on amd64"):
        planned(replace(stanzas("libfoo1-avx512"), build_depends=("libfoo1-generic",)))
    with pytest.raises(ControlError, match="there is no package libfoo1-generic"):
        planned(replace(source, build_depends=()))


def test_whole_family_is_not_elsewhere() -> None:
    source = replace(stanzas("libfoo1", "libfoo1-generic", "libfoo1-avx512 amd64"),
                     build_depends=("libfoo1-generic",))
    assert not planned(source).elsewhere


def test_package_that_is_told_is_no_orphan_too() -> None:
    source = stanzas("a1", "a1-generic", f"a1-v3 amd64\n{HWCAPS}")
    found = plan.faults(source, arch="amd64", selected=["a1-generic"], baseline=())
    assert [(fault.rule, fault.package) for fault in found] == [("unknown-suffix", "a1-v3")]


def test_debputy_is_told_of_the_build_dependencies() -> None:
    needed = ("debhelper", "dh-sequence-debputy")
    source = replace(stanzas("a1", "a1-generic"), build_depends=needed)
    (fault,) = plan.faults(source, arch="amd64", selected=(), baseline=())
    assert (fault.rule, fault.package, fault.field, fault.advice) == (
        "debputy", "", "Build-Depends", "Build this source without dh-sequence-debputy.")


def test_levels_are_elsewhere_when_those_of_one_family_are() -> None:
    own, other = family("a", "avx2"), replace(family("b", "avx2"), elsewhere=True)
    assert Plan(arch="amd64", families=(own, other)).elsewhere
    assert not Plan(arch="amd64", families=(own,)).elsewhere


def test_package_without_a_level_in_its_name_is_none_of_another_source() -> None:
    assert plan.elsewhere(replace(stanzas("foo"), build_depends=("foo-generic",))) == ()


def test_level_of_another_source_may_be_in_the_baseline_too() -> None:
    source = replace(stanzas(f"a1-avx2 amd64\n{HWCAPS}"), build_depends=("a1-generic",))
    with pytest.raises(ControlError, match="a1-avx2: x86-64-v3 is not above the baseline"):
        planned(source, baseline=frozenset({"x86-64-v3"}))


def test_what_stands_for_a_family_is_none() -> None:
    emptied = "Pre-Depends: ${hwcaps:Pre-Depends}\nDepends: a1 (= ${binary:Version}), x"
    source = control.parse(
        f"Source: a\n\nPackage: a1\n\nPackage: a1-generic\n\nPackage: a1-cc\n{emptied}\n"
        f"\nPackage: a1-tf\n{emptied.replace('(=', '(>=')}\n"
    )
    assert [package.stands_for("a1") for package in source.packages] == [
        False, False, True, False
    ]
    told = plan.faults(source, arch="amd64", selected=["a1"], baseline=())
    assert [(fault.rule, fault.package) for fault in told] == [
        ("unknown-suffix", "a1-tf")
    ]
