# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with the families of debian/control is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dhhwcaps import control, faults
from dhhwcaps.errors import ControlError
from fakes import EVERYWHERE, HWCAPS, MODULES, planned, stanzas

ADVICE = (
    "  Package: {0}\n  Architecture: any\n  Multi-Arch: same\n"
    "  (dh_hwcaps convert writes the stanzas; dh-hwcaps(7) explains them.)"
)


def complaint(*texts: str) -> str:
    with pytest.raises(ControlError) as caught:
        planned(stanzas(*texts))
    return str(caught.value)


def test_baseline_has_the_level_already() -> None:
    with pytest.raises(ControlError) as caught:
        planned(stanzas(*EVERYWHERE), baseline=frozenset({"x86-64-v3", "x86-64-v2"}))
    assert str(caught.value) == (
        "debian/control: libfoo1-avx2: x86-64-v3 is not above the baseline of this distribution"
        " and compiler, so the generic package is it already\n"
        "  Remove libfoo1-avx2, or restrict it by a Build-Profiles or Architecture field."
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


@pytest.mark.parametrize("stanza", ["b1", "a1-generic", "a1-avx2 amd64"])
def test_modules_of_what_is_no_family(stanza: str) -> None:
    others = [s for s in ("a1", "a1-generic", "a1-avx2 amd64") if s != stanza]
    source = stanzas(*others, f"{stanza}\n{MODULES}")
    found = faults.find(source, arch="amd64", selected=["a1"], baseline=())
    assert [(fault.rule, fault.package) for fault in found] == [
        ("stray-modules", stanza.split()[0])
    ]


def test_what_is_said_of_modules_of_what_is_no_family() -> None:
    assert complaint(f"b1\n{MODULES}") == (
        "debian/control: b1: X-Hwcaps-Modules, but it is no family: there is no b1-generic\n"
        "  The field belongs into the stanza of the package that the modules are installed into,"
        " and that has members."
    )


def test_all_that_is_wrong_is_told_once() -> None:
    source = stanzas("a1", "a1-generic", "a1-avx2", "a1-x86-64-v3 amd64", "a1-avx3",
                     f"b1\n{HWCAPS}", "b1-avx2 amd64", "c1-generic", "c1-avx2 amd64")
    found = faults.find(source, arch="amd64", selected=[p.name for p in source.packages],
                        baseline={"x86-64-v3"})
    assert [(fault.rule, fault.package, fault.field) for fault in found] == [
        ("architecture", "a1-avx2", "Architecture"), ("unknown-suffix", "a1-avx3", "Package"),
        ("level-twice", "a1-x86-64-v3", ""), ("level-in-baseline", "a1-avx2", ""),
        ("missing-package", "b1", "Package"), ("missing-package", "c1-avx2", "Package"),
    ]


def test_package_that_is_told_is_no_orphan_too() -> None:
    source = stanzas("a1", "a1-generic", f"a1-v3 amd64\n{HWCAPS}")
    found = faults.find(source, arch="amd64", selected=["a1-generic"], baseline=())
    assert [(fault.rule, fault.package) for fault in found] == [("unknown-suffix", "a1-v3")]


def test_debputy_is_told_of_the_build_dependencies() -> None:
    needed = ("debhelper", "dh-sequence-debputy")
    source = replace(stanzas("a1", "a1-generic"), build_depends=needed)
    (fault,) = faults.find(source, arch="amd64", selected=(), baseline=())
    assert (fault.rule, fault.package, fault.field, fault.advice) == (
        "debputy", "", "Build-Depends", "Build this source without dh-sequence-debputy.")


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
    told = faults.find(source, arch="amd64", selected=["a1"], baseline=())
    assert [(fault.rule, fault.package) for fault in told] == [
        ("unknown-suffix", "a1-tf")
    ]
