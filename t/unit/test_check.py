# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What each rule of `dh_hwcaps check` finds, and where it finds nothing."""

from __future__ import annotations

import pytest
from dhhwcaps import control
from dhhwcaps.check.rules import findings
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert.candidates import Packaging
from fakes import level

CONTROL = """\
Source: foo
Build-Depends: debhelper-compat (= 13), dh-sequence-hwcaps

Package: libfoo2
Architecture: any
Multi-Arch: same
Pre-Depends: ${hwcaps:Pre-Depends}
Depends: ${misc:Depends}, ${shlibs:Depends}
Recommends: ${hwcaps:Recommends}

Package: libfoo2-generic
Architecture: any
Multi-Arch: same
Depends: ${misc:Depends}, ${shlibs:Depends}
Breaks: ${hwcaps:Breaks}
Replaces: libfoo2 (<< 2.0-2~)

Package: libfoo2-avx2
Architecture: amd64
Multi-Arch: same
Build-Profiles: <!pkg.foo.nohwcaps>
Depends: ${misc:Depends}, ${shlibs:Depends}, ${hwcaps:Depends}
Breaks: ${hwcaps:Breaks}
Provides: ${hwcaps:Provides}

Package: libfoo-dev
Architecture: any
Depends: libfoo2-generic (= ${binary:Version}), libfoo2 (= ${binary:Version})

Package: foo
Architecture: any
Depends: ${misc:Depends}, ${shlibs:Depends}
"""
CHANGELOG = """\
foo (2.0-3) unstable; urgency=low

  * New.

 -- A <a@example.org>  Sat, 03 Jan 2026 00:00:00 +0000

foo (2.0-2) unstable; urgency=low

  * Split libfoo2 with dh-hwcaps, to ship the libraries also compiled for
    x86-64-v3 CPUs.

 -- A <a@example.org>  Fri, 02 Jan 2026 00:00:00 +0000

foo (2.0-1) unstable; urgency=low

  * Old.

 -- A <a@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
"""
RULES = "#!/usr/bin/make -f\n%:\n\tdh $@\n"
BY_HAND = "binary:\n\tdh_hwcaps_install\n\tdh_hwcaps_split\n\tdh_hwcaps_substvars\n"
TEST = "Test-Command: hwcaps verify libfoo2\n"
REPLACES = "Replaces: libfoo2 (<< 2.0-2~)\n"
RIGHT = ("  Replaces: libfoo2 (<< 2.0-2~)",)
SEQUENCE = ", dh-sequence-hwcaps"
OLDER = "(<< 2.0-2~)"
Edit = tuple[str, str]


def edited(*edits: Edit, text: str = CONTROL) -> str:
    """Return debian/control with texts replaced that must be there."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def without(package: str, text: str = CONTROL) -> str:
    stanzas = [s for s in text.split("\n\n") if not s.startswith(f"Package: {package}\n")]
    return "\n\n".join(stanzas)


def subject(text: str = CONTROL, *, files: dict[str, str] | None = None, **rest: object) -> Subject:
    given = {"control": text, "changelog": CHANGELOG, "rules": RULES, "tests/control": TEST}
    return Subject(
        packaging=Packaging(files={**given, **(files or {})}), source=control.parse(text),
        matches=lambda arch, word: word in (arch, "any"), **rest,
    )


def found(text: str = CONTROL, *, files: dict[str, str] | None = None, **rest: object) -> list[str]:
    """Return the lines that are printed for a source."""
    lines = map(str, findings(subject(text, files=files, **rest)))
    return [line.removeprefix("debian/") for text in lines for line in text.splitlines()]


def rules(text: str) -> list[str]:
    return found(files={"rules": RULES + text})


def test_a_source_without_a_mistake() -> None:
    assert found() == []


def test_compat_14_needs_no_substvars() -> None:
    text = edited(("(= 13)", "(= 14)"), ("Breaks: ${hwcaps:Breaks}\n", ""),
                  ("Pre-Depends: ${hwcaps:Pre-Depends}\n", ""))
    assert found(text) == []


def test_a_source_that_has_nothing_to_do_with_it() -> None:
    plain = "Source: foo\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: foo\nArchitecture: any"
    assert found(plain, files={"changelog": "foo (1) x; urgency=low\n"}) == []


def test_all_findings_are_reported_the_gravest_first() -> None:
    text = edited(("libfoo2-avx2", "libfoo2-avx3"), ("Recommends: ${hwcaps:Recommends}\n", ""),
                  (OLDER, "(<< 2.0-2)"))
    lines = [line for line in found(text) if not line.startswith(" ")]
    assert lines == [
        "control:4: error: libfoo2: Recommends lacks ${hwcaps:Recommends}",
        "control:17: error: libfoo2-avx3: no level has the suffix -avx3",
        "control:10: warning: libfoo2 is split, but has no package of a level",
        "control:15: warning: libfoo2-generic: Replaces: libfoo2 (<< 2.0-2) includes"
        " backports of 2.0-2 such as 2.0-2~bpo1, which are split",
    ]


@pytest.mark.parametrize(("edit", "said"), [
    (("Breaks: ${hwcaps:Breaks}\nProvides", "Provides"), [
        "control:18: error: libfoo2-avx2: Breaks lacks ${hwcaps:Breaks}",
        "  Breaks: ${hwcaps:Breaks}"]),
    (("libfoo2-generic (= ${binary:Version}), ", ""), [
        "control:28: error: libfoo-dev: Depends lacks libfoo2-generic, so its .so link may dangle"
        " and -l would silently take the static library",
        "  Depends: libfoo2-generic (= ${binary:Version}), libfoo2 (= ${binary:Version})",
        "control:11: warning: no -dev package depends on libfoo2-generic: one with its .so link"
        " should, (= ${binary:Version})"]),
    (("Depends: libfoo2-generic (= ${binary:Version}), libfoo2 (= ${binary:Version})\n", ""), [
        "control:11: note: no -dev package depends on libfoo2-generic: one with its .so link"
        " should, (= ${binary:Version})"]),
    (("Architecture: amd64", "Architecture: any"), [
        "control:19: error: libfoo2-avx2: Architecture: any, but x86-64-v3 exists on amd64 only",
        "  Architecture: amd64"]),
    (("Depends: ${misc:Depends}, ${shlibs:Depends}, ${hwcaps:Depends}",
      "Depends: ${hwcaps:Depends}, ${hwcaps:Recommend}, ${hwcap:Provides}"), [
        "control:22: warning: libfoo2-avx2: Depends: nothing sets ${hwcaps:Recommend} for this"
        " field of a variant package",
        "  A variant package has ${hwcaps:Depends}, ${hwcaps:Breaks}, ${hwcaps:Provides}.",
        "control:22: warning: libfoo2-avx2: Depends: nothing sets ${hwcap:Provides} for this"
        " field of a variant package",
        "  Provides: ${hwcaps:Provides}"]),
    (("${shlibs:Depends}, ${hwcaps", "libfoo2 (= ${binary:Version}), ${hwcaps"), [
        "control:22: error: libfoo2-avx2: Depends on libfoo2, whose Pre-Depends need this package:"
        " neither could be installed", "  Remove libfoo2 there."]),
    (("Provides: ${hwcaps", "Conflicts: libfoo2-generic\nProvides: libfoo2, ${hwcaps"), [
        "control:24: error: libfoo2-avx2: Conflicts: libfoo2-generic: the packages of libfoo2 are"
        " installed beside each other", "  Remove libfoo2-generic there.",
        "control:25: warning: libfoo2-avx2 provides libfoo2, so that others may be installed"
        " without libfoo2 itself", "  Remove libfoo2 there."]),
    (("Package: foo\nArchitecture: any\nDepends: ",
      "Package: foo\nArchitecture: any\nDepends: libfoo2-avx2, libfoo1-avx2, libfoo2-z15, "), [
        "control:32: error: foo: Depends: libfoo1-avx2 is no package of this source",
        "  Is it libfoo2-avx2 now?",
        "control:32: error: foo: Depends: libfoo2-z15 is no package of this source",
        "control:32: warning: foo: Depends: libfoo2-avx2 is of no use to most CPUs and"
        " architectures", "  Depend on libfoo2, which recommends its variants."]),
], ids=["substvar", "dev without generic", "no dev", "architecture", "unknown substvar", "cycle",
        "conflict", "outsiders"])
def test_relations(edit: Edit, said: list[str]) -> None:
    assert found(edited(edit)) == said


def test_flavour_that_could_be_installed_beside_the_family() -> None:
    flavour = "\nPackage: libfoo-extra2\nArchitecture: any\nProvides: libfoo2\nConflicts: libfoo2"
    assert found(CONTROL + flavour) == [
        "control:37: error: libfoo-extra2: no Conflicts on libfoo2-generic and libfoo2-hwcaps,"
        " which hold the libraries of libfoo2 that libfoo-extra2 stands in for",
        "  Conflicts: libfoo2, libfoo2-generic, libfoo2-hwcaps",
    ]
    assert found(f"{CONTROL}{flavour}, libfoo2-hwcaps, libfoo2-generic") == []


def test_mistakes_of_other_architectures_are_found_everywhere() -> None:
    more = CONTROL + "\nPackage: libfoo2-z15\nArchitecture: s390x\nMulti-Arch: same\n" \
        "Build-Profiles: <!pkg.foo.nohwcaps>\n"
    assert [line for line in found(more) if "libfoo2-z15" in line] == [
        "control:34: error: libfoo2-z15: Depends lacks ${hwcaps:Depends}",
        "control:34: error: libfoo2-z15: Breaks lacks ${hwcaps:Breaks}",
        "control:34: error: libfoo2-z15: Provides lacks ${hwcaps:Provides}",
    ]


def test_two_suffixes_of_a_level() -> None:
    stanza = CONTROL.split("\n\n")[3].replace("avx2", "amd64v3")
    assert found(f"{CONTROL}\n{stanza}\n")[:2] == [
        "control:34: error: libfoo2-avx2 and libfoo2-amd64v3 are both x86-64-v3", "  Keep one."
    ]


def test_baseline_and_profiles() -> None:
    said = found(baseline=frozenset({"x86-64-v3"}))
    assert said[0].startswith("control:18: error: libfoo2-avx2: x86-64-v3 is not above the")
    left_out = frozenset({"pkg.foo.nohwcaps"})
    assert found(baseline=frozenset({"x86-64-v3"}), profiles=left_out) == []


def test_level_that_this_distribution_does_not_know() -> None:
    assert found(unknown=((level("avx2"), "gcc is too old", "Wait."),)) == [
        "control:18: error: gcc is too old", "  Wait."
    ]


@pytest.mark.parametrize(("edits", "said"), [
    ([("-generic\nArchitecture: any", "-generic\nArchitecture: all")],
     ["control:12: error: libfoo2-generic: Architecture: all, but libfoo2 has any, and neither is"
      " of use without the other", "  Architecture: any"]),
    ([("Package: libfoo2\nArchitecture: any", "Package: libfoo2\nArchitecture: arm64"),
      ("-generic\nArchitecture: any", "-generic\nArchitecture: arm64")],
     ["control:19: error: libfoo2-avx2 is for amd64, but libfoo2 is not built there (Architecture:"
      " arm64)", "  Remove libfoo2-avx2, or let libfoo2 be built on amd64."]),
    ([("amd64\nMulti-Arch: same", "amd64")],
     ["control:18: warning: libfoo2-avx2: no Multi-Arch, but libfoo2 has same",
      "  Multi-Arch: same"]),
    ([("-generic\nArch", "-generic\nBuild-Profiles: <!pkg.foo.nohwcaps>\nArch")],
     ["control:12: error: libfoo2-generic: Build-Profiles: <!pkg.foo.nohwcaps>, but libfoo2 has"
      " none: some profiles would build one without the other", "  Remove the field."]),
    ([("Build-Profiles: <!pkg.foo.nohwcaps>\n", "")],
     ["control:18: note: libfoo2-avx2: no Build-Profiles, so the profile pkg.foo.nohwcaps does not"
      " leave it out", "  Build-Profiles: <!pkg.foo.nohwcaps>"]),
    ([("<!pkg.foo.nohwcaps>", "<!pkg.old.nohwcaps !a> <b>")],
     ["control:21: note: libfoo2-avx2: Build-Profiles: <!pkg.old.nohwcaps !a> <b>, so the profile"
      " pkg.foo.nohwcaps does not leave it out",
      "  Build-Profiles: <!a !pkg.foo.nohwcaps> <b !pkg.foo.nohwcaps>"]),
], ids=["generic for all", "family elsewhere", "multi-arch", "profile of generic", "no profile",
        "another profile"])
def test_what_members_have_in_common(edits: list[Edit], said: list[str]) -> None:
    assert found(edited(*edits)) == said


def test_family_without_a_level() -> None:
    assert found(without("libfoo2-avx2")) == [
        "control:11: warning: libfoo2 is split, but has no package of a level",
        "  Add one (dh_hwcaps convert --levels=...), or leave the library whole.",
    ]


def test_new_soname_of_the_family_only() -> None:
    text = edited(("Package: libfoo2\n", "Package: libfoo3\n"))
    rename = "  Rename libfoo2-generic to libfoo3-generic: all names of a family change with the" \
        " SONAME."
    assert found(text)[:4] == [
        "control:4: error: libfoo3 is part of a family, but there is no package libfoo3-generic",
        rename,
        "control:11: error: libfoo2-generic is part of a family, but there is no package libfoo2",
        rename,
    ]


def test_new_soname_with_relations_files_and_rules_left_behind() -> None:
    text = edited(("libfoo2", "libfoo3"), ("Replaces: libfoo3", "Replaces: libfoo2"))
    files = {
        "libfoo2-avx2.lintian-overrides": "x\n", "libfoo2-z15.docs": "x\n",
        "rules": RULES + "\nX = libfoo2-generic # libfoo2-avx2\n",
        "tests/control": TEST + "Depends: libfoo2-avx2\n",
    }
    assert found(text, files=files) == [
        "control:16: warning: libfoo3-generic: Replaces: libfoo2 has no file of libfoo3:"
        " a new SONAME takes nothing over", "  Remove libfoo2 there.",
        "libfoo2-avx2.lintian-overrides: warning: there is no package libfoo2-avx2, so this file is"
        " not used", "  Is it debian/libfoo3-avx2.lintian-overrides now?",
        "libfoo2-z15.docs: warning: there is no package libfoo2-z15, so this file is not used",
        "  Remove it.",
        "rules:5: warning: libfoo2-generic is no package of this source",
        "  Is it libfoo3-generic now?",
        "tests/control:2: warning: libfoo2-avx2 is no package of this source",
        "  Is it libfoo3-avx2 now?",
        "control:16: note: libfoo3-generic: no Replaces on libfoo3 (<< VERSION~):"
        " right only if no release ever had the libraries in it",
        "  So it seems: when 2.0-2 was split, the library was libfoo2.",
    ]


@pytest.mark.parametrize(("bound", "said"), [
    ("2.0-2~", []),
    ("${source:Version}", []),
    ("2.0-1+b1~", []),
    ("2.0-2", ["warning: … includes backports of 2.0-2 such as 2.0-2~bpo1, which are split"]),
    ("2.0-3", ["warning: … includes backports of 2.0-3 such as 2.0-3~bpo1, which are split"]),
    ("2.0-3~", ["note: … includes 2.0-2, which was split already, as debian/changelog has it"]),
    ("2.0-4~", ["error: … includes 2.0-3, the version that is built here"]),
    ("2.0-1", ["warning: … leaves out 2.0-1, which still has the libraries if 2.0-2 was the first"
               " split, as debian/changelog has it: dpkg would refuse to overwrite them"]),
    ("2_0", ["error: libfoo2-generic: Replaces: '2_0' is no version"]),
])
def test_version_of_the_split(bound: str, said: list[str]) -> None:
    start = f"libfoo2-generic: Replaces: libfoo2 (<< {bound})"
    lines = [f"control:16: {line.replace('…', start)}" for line in said]
    assert found(edited((OLDER, f"(<< {bound})"))) == [*lines, *(RIGHT if said else ())]


@pytest.mark.parametrize(("changelog", "bound", "said"), [
    (CHANGELOG.replace("dh-hwcaps", "care"), "2.0-3~", ""),
    (CHANGELOG.replace("dh-hwcaps", "care"), "2.0-3", "  Replaces: libfoo2 (<< 2.0-3~)"),
    (CHANGELOG.replace("libfoo2 with dh-hwcaps", "it (hwcaps)"), "2.0-2", RIGHT[0]),
    (CHANGELOG.replace("Split libfoo2 with dh-hwcaps", "Add libfoo2-generic"), "2.0-2", RIGHT[0]),
    (CHANGELOG.replace("* Old.", "* Prepare for hwcaps."), "2.0-2", RIGHT[0]),
    (CHANGELOG.replace("* Old.", "* Prepare libfoo2 for hwcaps."), "2.0-2",
     "  Replaces: libfoo2 (<< 2.0-1~)"),
    ("", "2.0-2", "  Replaces: libfoo2 (<< VERSION~), where VERSION is the first that is split"),
    ("foo (2_0) x; urgency=low\n  * hwcaps\n", "2.0-2",
     "  Replaces: libfoo2 (<< VERSION~), where VERSION is the first that is split"),
], ids=["not told", "not told, no tilde", "addon only", "generic only", "another entry before",
        "an earlier entry", "empty", "no version"])
def test_where_the_version_of_the_split_comes_from(changelog: str, bound: str, said: str) -> None:
    lines = found(edited((OLDER, f"(<< {bound})")), files={"changelog": changelog})
    assert lines[1:2] == ([said] if said else [])


def test_breaks_and_replaces_differ() -> None:
    text = edited(("Breaks: ${hwcaps:Breaks}\nReplaces: libfoo2 (<< 2.0-2~)\n",
                   "Breaks: libfoo2 (<< 2.0-2~), ${hwcaps:Breaks}\n"
                   "Replaces: libfoo2 (<< 2.0-1+x~)\n"))
    assert found(text)[-2:] == [
        "control:16: warning: libfoo2-generic: Breaks and Replaces differ in the version of"
        " libfoo2: 2.0-2~, 2.0-1+x~", *RIGHT,
    ]


def test_breaks_that_meet_two_architectures() -> None:
    text = edited(("${hwcaps:Breaks}\nRep", "libfoo2 (<< 2.0-2~), ${hwcaps:Breaks}\nRep"))
    assert found(text) == [
        "control:15: warning: libfoo2-generic: Breaks: libfoo2 would stop dpkg where libfoo2 is"
        " installed for two architectures (Multi-Arch: same)",
        "  Leave libfoo2 out: ${hwcaps:Breaks} has it for the architecture that the package is"
        " built for.",
    ]


def test_replaces_missing() -> None:
    text = edited((REPLACES, ""))
    said = "libfoo2-generic: no Replaces on libfoo2 (<< VERSION~): right only if no" \
        " release ever had the libraries in it"
    assert found(text) == [f"control:11: warning: {said}", *RIGHT]
    first = CHANGELOG[: CHANGELOG.index("foo (2.0-1)")]
    assert found(text, files={"changelog": first}) == [
        f"control:11: note: {said}",
        "  So it seems: 2.0-2 is the first entry of debian/changelog.",
    ]


def test_level_under_another_suffix() -> None:
    text = edited(("libfoo2-avx2", "libfoo2-amd64v3"))
    assert found(text) == []
    changelog = CHANGELOG.replace("New.", "Rename libfoo2-avx2.")
    assert found(text, files={"changelog": changelog}) == [
        "control:18: warning: libfoo2-amd64v3: no Replaces on libfoo2-avx2, which debian/changelog"
        " names and which had the same files",
        "  Replaces: libfoo2-avx2", "  Right only if libfoo2-avx2 was ever released.",
    ]
    replaced = text.replace("Provides: ${", "Replaces: libfoo2-avx2\nProvides: ${")
    assert found(replaced, files={"changelog": changelog}) == []


def test_library_that_is_whole_again() -> None:
    text = "Source: foo\n\nPackage: libfoo2\nArchitecture: any\n"
    assert found(text) == [
        "control:3: warning: libfoo2: was split, as debian/changelog has it, and does not break the"
        " packages that held its libraries, each by itself: those of levels would go on to be"
        " loaded, or the upgrade stop",
        "  Breaks: libfoo2-generic (<< 2.0-3~), libfoo2-avx2 (<< 2.0-3~),"
        " libfoo2-avx512 (<< 2.0-3~)",
        "  Replaces: libfoo2-generic (<< 2.0-3~)", "  Name in Breaks the levels that it had.",
    ]
    assert found(f"{text}Multi-Arch: same\n")[1].startswith("  Breaks: libfoo2-generic:${Arch} (<<")
    both = f"{text}Multi-Arch: same\nBreaks: libfoo2-generic (<< 3), libfoo2-avx2 (<< 3)\n"
    assert found(both) != []
    assert found(both.replace("generic (", "generic:${Arch} (")) == []
    for other in ("libfoo2-hwcaps", "libfoo2-avx2"):
        assert found(f"{text}Breaks: libfoo2-generic (<< 2.0-3~), {other} (<< 2.0-3~)\n") == []
        assert found(f"{text}Breaks: {other} (<< 2.0-3~)\n") != []


@pytest.mark.parametrize(("edit", "text", "said"), [
    ((SEQUENCE, ""), RULES,
     "control:2: error: nothing enables the addon, so nothing would be split"),
    ((SEQUENCE, "\nBuild-Depends-Indep: dh-sequence-hwcaps"), RULES,
     "control:2: error: nothing enables the addon but for packages of Architecture: all, so nothing"
     " would be split"),
    ((SEQUENCE, ""), RULES.replace("$@", "$@ --with=python3,hwcaps"),
     "control:2: error: no Build-Depends on dh-hwcaps"),
    ((SEQUENCE, ", dh-hwcaps"), "binary-arch:\n\tdh $@\nbinary-indep:\n\tdh $@ --with hwcaps\n",
     "rules: error: names the addon in targets for Architecture: all only, which have no"
     " libraries"),
    ((SEQUENCE, SEQUENCE), RULES.replace("$@", "$@ --without hwcaps"),
     "rules: error: switches the addon off with --without hwcaps"),
    ((SEQUENCE, SEQUENCE), "binary:\n\tdh_install\n",
     "rules: error: does not run dh and does not call dh_hwcaps_install, dh_hwcaps_split,"
     " dh_hwcaps_substvars (Build-Depends: dh-sequence-hwcaps acts through dh only)"),
    ((SEQUENCE, ", dh-hwcaps"), BY_HAND.replace("\tdh_hwcaps_split\n", ""),
     "rules: error: does not run dh and does not call dh_hwcaps_split"),
    ((SEQUENCE, ""), BY_HAND, "control:2: error: no Build-Depends on dh-hwcaps"),
    ((SEQUENCE, f"{SEQUENCE} [amd64]"), RULES,
     "control:2: error: Build-Depends: dh-sequence-hwcaps [amd64]: elsewhere the library would not"
     " be split, and its packages would be wrong"),
    ((SEQUENCE, f"{SEQUENCE} <!nocheck>"), RULES,
     "control:2: error: Build-Depends: dh-sequence-hwcaps <!nocheck>: elsewhere the library would"
     " not be split, and its packages would be wrong"),
])
def test_addon_that_is_not_active(edit: Edit, text: str, said: str) -> None:
    lines = [line for line in found(edited(edit), files={"rules": text}) if line[0] != " "]
    assert lines == [said]


def test_hand_written_rules_that_look_for_libraries_after_the_split() -> None:
    text = BY_HAND.replace("split\n", "split\n\tdh_shlibdeps -ldebian/libfoo2/usr/lib\n")
    before = "\tdh_makeshlibs -ldebian/libfoo2/usr/lib\n\tdh_hwcaps_split\n"
    text = text.replace("\tdh_hwcaps_split\n", before)
    assert found(edited((SEQUENCE, ", dh-hwcaps")), files={"rules": text}) == [
        "rules:5: warning: binary looks for libraries of libfoo2: they are in libfoo2-generic by"
        " then",
    ]


@pytest.mark.parametrize(("edit", "text"), [
    ((SEQUENCE, ", dh-hwcaps"), RULES.replace("$@", "$@ --with hwcaps")),
    ((SEQUENCE, "\nBuild-Depends-Arch: dh-sequence-hwcaps"), RULES),
    ((SEQUENCE, ", dh-hwcaps"), BY_HAND),
    ((SEQUENCE, SEQUENCE), "include /usr/share/pkg-kde-tools/qt-kde-team/3/debian-qt-kde.mk\n"),
])
def test_addon_that_is_active(edit: Edit, text: str) -> None:
    assert found(edited(edit), files={"rules": text}) == []


def test_addon_without_a_family() -> None:
    text = f"Source: foo\nBuild-Depends: x{SEQUENCE}\n\nPackage: foo\nArchitecture: any\n"
    assert found(text)[0] == (
        "control:2: warning: Build-Depends has dh-sequence-hwcaps, but no package P has a sibling"
        " P-generic, so it does nothing"
    )


@pytest.mark.parametrize(("text", "said"), [
    ("override_dh_hwcaps_biuld:\n", [
        "rules:4: error: override_dh_hwcaps_biuld: there is no step dh_hwcaps_biuld, so this never"
        " runs", "  Did you mean override_dh_hwcaps_build?"]),
    ("execute_after_dh_hwcaps_install-indep:\n", [
        "rules:4: warning: execute_after_dh_hwcaps_install-indep: packages of Architecture: all"
        " have no levels, so this has no effect", "  execute_after_dh_hwcaps_install"]),
    ("override_dh_hwcaps_split:\n", [
        "rules:4: error: override_dh_hwcaps_split does not call dh_hwcaps_split, without which the"
        " packages are wrong", "  override_dh_hwcaps_split:", "  \tdh_hwcaps_split"]),
    ("override_dh_hwcaps_build:\n\tdh_hwcaps_build --tests=x86-64-v4:of\n", [
        "rules:5: error: dh_hwcaps_build: argument --tests: x86-64-v4:of: MODE is one of fail,"
        " warn, off", "  see dh_hwcaps_build --help"]),
    ("execute_before_dh_hwcaps_build:\n\tdh_hwcaps_prepar\n", [
        "rules:5: error: there is no command dh_hwcaps_prepar",
        "  Did you mean dh_hwcaps_prepare?"]),
    ("ifeq ($(DH_HWCAPS_LEVEL),avx2)\nendif\n", [
        "rules:4: warning: DH_HWCAPS_LEVEL is never avx2: it is the name of a level",
        "  x86-64-v3"]),
    ("ifneq (,$(filter x86-64-v3 v4,$(DH_HWCAPS_LEVEL)))\nendif\nifdef DH_HWCAPS\nendif\n", [
        "rules:4: warning: DH_HWCAPS_LEVEL is never v4: it is the name of a level",
        "  Levels are x86-64-v2, x86-64-v3, x86-64-v4, power9, power10, z13, z14, z15, z16, z17."]),
    ("ifdef DH_HWCAPS_LVL\nendif\n", [
        "rules:4: warning: nothing sets DH_HWCAPS_LVL", "  Is DH_HWCAPS_LEVEL meant?"]),
    ("override_dh_shlibdeps:\n\tdh_shlibdeps -ldebian/libfoo2/usr/lib\n", [
        "rules:5: warning: override_dh_shlibdeps looks for libraries of libfoo2: they are in"
        " libfoo2-generic by then"]),
    ("override_dh_makeshlibs:\n\tdh_makeshlibs -plibfoo2-generic -V\n", [
        "rules:5: warning: override_dh_makeshlibs acts on libfoo2-generic, which holds no library"
        " before dh_hwcaps_split",
        "  Name libfoo2: what is made for it there goes to libfoo2-generic."]),
    ("execute_after_dh_fixperms-arch:\n\tchrpath -d debian/libfoo2/usr/lib/*/libfoo.so.*\n", [
        "rules:5: warning: execute_after_dh_fixperms-arch changes the generic libraries only:"
        " execute_after_dh_install is run for each level, before its libraries are collected"]),
    ("CFLAGS = -O3\n", [
        "rules:4: note: sets CFLAGS without the flags of dpkg-buildflags, among which those of the"
        " levels are: they would stop at dh_hwcaps_install"]),
    ("override_dh_gencontrol:\n\tdh_gencontrol $(addprefix -p,$(OWN)) -- -v1\n", [
        "rules:5: note: may give libfoo2 a version of its own, which all members of its family must"
        " get, and Breaks and Replaces are to name"]),
    ("override_dh_gencontrol:\n\tdh_gencontrol -plibfoo2 -- -v1.2\n\tdh_gencontrol -Nlibfoo2\n", [
        "rules:5: warning: gives packages of libfoo2 a version of their own, but not"
        " libfoo2-generic, libfoo2-avx2: they need this very version of each other",
        "  Name libfoo2-generic, libfoo2-avx2 there as well."]),
], ids=["unknown hook", "hook of indep", "step left out", "option", "command", "suffix", "filter",
        "variable", "late", "early", "edit", "flags", "versions", "version"])
def test_rules(text: str, said: list[str]) -> None:
    assert rules(text) == said


@pytest.mark.parametrize("text", [
    "override_dh_hwcaps_build:\n\tdh_hwcaps_build --inject=environment $(MORE)\n",
    "override_dh_hwcaps_split:\n\tdh_hwcaps_split\n\ttrue\n",
    "execute_after_dh_hwcaps_split:\n\tstrings debian/libfoo2-generic/usr/lib/*/libfoo.so.2\n",
    "# override_dh_hwcaps_biuld:\n# dh_hwcaps_foo DH_HWCAPS_LVL libfoo1-generic\n",
    "ifeq ($(DH_HWCAPS_LEVEL),x86-64-v3)\nifeq ($(DH_HWCAPS_LEVEL),)\nendif\nendif\n",
    "ifneq (,$(filter x86-64-%,$(DH_HWCAPS_LEVEL)))\nendif\n",
    "override_dh_makeshlibs:\n\tdh_makeshlibs -plibfoo2 -Nlibfoo2-generic\n",
    "override_dh_installdocs:\n\tdh_installdocs -plibfoo2-generic\n",
    "override_dh_auto_build:\n\tdh_auto_build\n\tdh_hwcaps_build 'a\n",
    "execute_after_dh_install:\n\tchrpath -d debian/libfoo2/usr/lib/*/libfoo.so.*\n",
    "override_dh_fixperms:\n\tchrpath -d debian/foo/usr/lib/*/foo.so\n\tstrip debian/*/usr/bin/x\n",
    "X = linux-generic libbar2-avx2 libfoo2-generic\n",
])
def test_rules_that_are_right(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(("files", "said"), [
    ({"libfoo2-generic.symbols": "x"}, [
        "libfoo2-generic.symbols: warning: dh_makeshlibs finds the libraries in libfoo2, so this"
        " file is not used",
        "  debian/libfoo2.symbols is, and goes with them to libfoo2-generic."]),
    ({"libfoo2-avx2.shlibs": "x"}, [
        "libfoo2-avx2.shlibs: warning: dh_makeshlibs finds the libraries in libfoo2, so this file"
        " is not used", "  debian/libfoo2.shlibs is, and goes with them to libfoo2-generic."]),
    ({"libfoo2-avx2.install": "usr/share/doc\nusr/lib/*/libfoo.so.*\n"}, [
        "libfoo2-avx2.install:2: error: installs a library into libfoo2-avx2 that is not its own",
        "  debian/libfoo2.install has it; the steps do the rest."]),
    ({"libfoo2-generic.install": "usr/lib/*/libfoo.so.*\n"}, [
        "libfoo2-generic.install:1: error: installs a library into libfoo2-generic before it is"
        " that package's turn", "  debian/libfoo2.install has it; the steps do the rest."]),
    ({"libfoo2.postrm": "rm -f /usr/lib/libfoo.so\n"}, [
        "libfoo2.postrm: warning: handles libraries, which are in libfoo2-generic now"]),
    ({"libfoo2.alternatives": "Name: x\nLink: /usr/lib/libfoo.so.2\n"}, [
        "control:4: error: libfoo2: update-alternatives manages its libraries, and the loader would"
        " prefer a variant to the alternative that the administrator chose",
        "  Leave this library's package without variants."]),
    ({"libfoo2.lintian-overrides": "no-symbols-control-file\n"}, [
        "libfoo2.lintian-overrides: note: entries about the libraries, which are in libfoo2-generic"
        " now", "  debian/libfoo2-generic.lintian-overrides"]),
    ({"control.in": "Source: foo\n"}, [
        "control.in: error: has no libfoo2-generic, so the stanzas are lost when debian/control is"
        " made from it", "  Put them there too."]),
    ({"tests/control": "Tests: a\n"}, [
        "tests/control: note: no autopkgtest checks the variants as installed",
        "  Test-Command: hwcaps verify libfoo2", "  Depends: hwcaps-tools, @"]),
], ids=["symbols", "shlibs", "install of a variant", "install of generic", "script", "alternatives",
        "overrides", "template", "no test"])
def test_files(files: dict[str, str], said: list[str]) -> None:
    assert found(files=files) == said


@pytest.mark.parametrize("files", [
    {"libfoo2.symbols": "x", "libfoo2-generic.lintian-overrides": "no-symbols-control-file\n"},
    {"libfoo2-generic.docs": "NEWS\n", "libfoo2-generic.install": "usr/share/foo\n"},
    {"control.in": CONTROL}, {"linux-generic.install": "usr/lib/*/lib*.so.1\n"},
])
def test_files_that_are_right(files: dict[str, str]) -> None:
    assert found(files=files) == []


def test_family_of_another_source_is_checked_there() -> None:
    text = (
        "Source: foo-avx512\nBuild-Depends: debhelper-compat (= 13), dh-sequence-hwcaps,"
        " libfoo2-generic\n\nPackage: libfoo2-avx512\nArchitecture: amd64\n"
        "Depends: ${misc:Depends}, ${hwcaps:Depends}\n"
    )
    assert found(text) == []
    assert subject(text).families == ()


CONSUMER = """\
Source: foo-gpu
Build-Depends: debhelper-compat (= 13), dh-sequence-hwcaps-source, foo-src

Package: libfoo-gpu2
Architecture: any
Provides: libfoo2 (= 1), libfoo-api
Conflicts: libfoo2{more}
"""


@pytest.mark.parametrize(("more", "lacking"), [
    ("", "libfoo2-generic and libfoo2-hwcaps"), (", libfoo2-generic", "libfoo2-hwcaps"),
])
def test_flavour_from_another_source(more: str, lacking: str) -> None:
    text = CONSUMER.format(more=more)
    said = found(text)
    assert said[0] == (
        f"control:7: warning: libfoo-gpu2 stands in for libfoo2, but has no Conflicts on {lacking}:"
        " the loader would take a level's library instead"
    )
    assert said[1] == f"  Conflicts: libfoo2{more}, {lacking.replace(' and ', ', ')}"
    assert len(said) == 2


def test_flavour_from_another_source_that_is_kept_apart() -> None:
    assert found(CONSUMER.format(more=", libfoo2-generic, libfoo2-hwcaps")
                 ) == []


@pytest.mark.parametrize(("fields", "names"), [
    ("Conflicts: libfoo2, libfoo-cuda-2, libbar1\nReplaces: libfoo2, libfoo-cuda-2, libbar1",
     ["libfoo2"]),
    ("Conflicts: libfoo2", []),
    ("Conflicts: libfoo2 (<< 2)\nReplaces: libfoo2 (<< 2)", []),
    ("Conflicts: libfoo2, libfoo2-generic, libfoo2-hwcaps\nReplaces: libfoo2, libfoo2-generic",
     []),
    ("Provides: libfoo2\nConflicts: libfoo2\nReplaces: libfoo2", ["libfoo2"]),
], ids=["namesake", "no files in common", "older versions", "kept apart", "told once"])
def test_flavour_that_provides_nothing(fields: str, names: list[str]) -> None:
    # gloo-rocm and pytorch-cuda (trixie) conflict with the CPU's library and replace it.
    said = found(CONSUMER.partition("Provides:")[0] + fields + "\n")
    assert [line.split(" stands in for ")[1].split(",")[0] for line in said[::2]] == names


def test_source_package_is_a_use_of_the_addon() -> None:
    text = "Source: foo\nBuild-Depends: debhelper-compat (= 13), dh-sequence-hwcaps\n\n"
    assert any("does nothing" in line for line in found(text + "Package: foo\nArchitecture: any\n"))
    assert found(text + "Package: foo-src\nArchitecture: all\n") == []


def test_names_that_only_begin_like_a_member() -> None:
    # libfoo2-avx512 is no package, and neither file is one of debhelper's for it.
    assert found(files={"libfoo2-avx512-notes": "x", "libfoo2-avx512~": "x"}) == []


def test_commands_for_copies_have_no_options_to_check() -> None:
    assert rules("override_dh_auto_test:\n\tdh_hwcaps_before_test --odd\n") == []


def test_recipe_lines_that_are_comments_call_nothing() -> None:
    assert rules("override_dh_auto_test:\n\t# dh_hwcaps_odd\n") == []


def test_package_that_has_no_stanza_has_no_line() -> None:
    assert subject().in_control("rule", "error", "libbar1", "is odd").line == 0
