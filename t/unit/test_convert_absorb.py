# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The stanzas of packages that are merged, and of those that use them."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import absorb
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.members import Merge

CONTROL = """\
Source: foo
Priority: important
Build-Depends: debhelper-compat (= 13)

# the framework
Package: liba1
Architecture: any
Multi-Arch: same
# needed early
Pre-Depends: ${misc:Pre-Depends}
Depends: ${misc:Depends},
# its data
         a-data
Replaces: libold (<< 1), libb1
Provides: liba-abi, ${t64:Provides}
X-Time64-Compat: liba0
Description: library a
 Does a.

Package: libb1
Section: libs
Architecture: any
Multi-Arch: same
Depends: ${misc:Depends}, liba1 (= ${binary:Version}), b-data
Breaks: liba1 (<< 0.5)
Description: library b
 Does b.
"""


def merged(family: str = "libb1", extra: str = "") -> tuple[dict[str, str], absorb.Left]:
    """The stanzas, and what is left to the maintainer."""
    files = {"control": CONTROL + extra}
    left: absorb.Left = []
    merge = Merge(family=family, members=("liba1", "libb1"), version="2")
    text = absorb.control(Packaging(files=files), merge, left)
    return Packaging(files={"control": text}).stanzas, left


def test_the_family_has_the_relations_of_all_but_among_them() -> None:
    stanzas, _left = merged()
    assert stanzas["libb1"] == """\
Package: libb1
Section: libs
Architecture: any
Multi-Arch: same
# needed early
Pre-Depends: ${misc:Pre-Depends}
# its data
Depends: ${misc:Depends}, b-data, a-data
Breaks: ${hwcaps:Breaks}
Replaces: libold (<< 1), liba1 (<< 2~)
Provides: liba-abi
Description: library b
 Does b.
 .
 What liba1 contained is part of it.
"""


def test_an_old_name_is_a_transitional_package() -> None:
    stanzas, left = merged()
    assert stanzas["liba1"] == """\
# the framework
Package: liba1
Section: oldlibs
Priority: optional
Architecture: any
Multi-Arch: same
Pre-Depends: ${hwcaps:Pre-Depends}
Depends: libb1 (= ${binary:Version}), ${misc:Depends}
Breaks: ${hwcaps:Breaks}
Description: transitional package from liba1 to libb1
 This is a transitional package: the libraries of liba1 are in libb1 now. It
 can safely be removed when no other package needs it.
"""
    assert [what for _place, what in left] == [
        "${t64:Provides} was for liba1, which has no library any more: nothing provides liba0 now"
    ]


def test_a_new_family_is_the_first_renamed() -> None:
    stanzas, left = merged("libnew1")
    names = list(stanzas)
    assert names == ["libnew1", "liba1", "libb1"]
    assert "X-Time64-Compat" not in stanzas["libnew1"]
    assert "${t64:Provides}" not in stanzas["libnew1"]
    assert stanzas["libnew1"].startswith("# the framework\nPackage: libnew1\n")
    assert "#" not in stanzas["liba1"]
    assert "\nBreaks: ${hwcaps:Breaks}\n" in stanzas["libnew1"]
    assert "liba1 (<< 2~), libb1 (<< 2~)\n" in stanzas["libnew1"]
    assert "\nDepends: libnew1 (= ${binary:Version}), ${misc:Depends}\n" in stanzas["libb1"]
    assert "libnew1 has the description of liba1" in left[0][1]


@pytest.mark.parametrize(
    ("family", "before", "after"),
    [
        ("libb1", "Depends: x, liba1 (= ${binary:Version})", "Depends: x, libb1 (= V)"),
        ("libb1", "Depends: liba1 (= ${binary:Version}), libb1 (= ${binary:Version})",
         "Depends: libb1 (= V)"),
        ("libb1", "Depends: liba1 (= ${binary:Version}) [amd64], libb1 (= ${binary:Version})",
         "Depends: libb1 (= V)"),
        ("libb1", "Depends: liba1 (= ${binary:Version}) [amd64]", "Depends: libb1 (= V) [amd64]"),
        ("libb1", "Depends: liba1", "Depends: libb1 (>= 2~)"),
        ("libb1", "Recommends: liba1:any (>= 1)", "Recommends: libb1:any (>= 2~)"),
        ("libnew1", "Depends: liba1 (>= 1), libb1 (>= 1)", "Depends: libnew1 (>= 1)"),
        ("libnew1", "Suggests: liba1 <!nocheck>", "Suggests: libnew1 <!nocheck>"),
        ("libb1", "Breaks: liba1 (<< 1)", "Breaks: liba1 (<< 1)"),
        ("libb1", "Depends: liba10, liba1-dev", "Depends: liba10, liba1-dev"),
    ],
)
def test_users_need_the_family_once(family: str, before: str, after: str) -> None:
    stanzas, left = merged(family, f"\nPackage: user\nArchitecture: any\n{before}\nX: y\n")
    expected = after.replace("V)", "${binary:Version})").replace(" V", " ${binary:Version}")
    assert stanzas["user"] == f"Package: user\nArchitecture: any\n{expected}\nX: y\n"
    assert not [what for _place, what in left if what.startswith("user")]


@pytest.mark.parametrize(
    "relation", ["Depends: liba1 (>> 1)", "Depends: liba1 | x", "Conflicts: liba1"]
)
def test_what_cannot_be_renamed_is_left(relation: str) -> None:
    stanzas, left = merged("libb1", f"\nPackage: user\nArchitecture: any\n{relation}\n")
    assert stanzas["user"].endswith(f"\n{relation}\n")
    assert left[-1] == ("debian/control", f"user: {relation}: should it be libb1?")


def test_substvars_that_compat_14_adds_by_itself_are_not_written() -> None:
    old = CONTROL.replace("(= 13)", "(= 14)")
    merge = Merge(family="libb1", members=("liba1", "libb1"), version="2")
    text = absorb.control(Packaging(files={"control": old}), merge, [])
    stanzas = Packaging(files={"control": text}).stanzas
    assert "${hwcaps:Breaks}" not in stanzas["libb1"]
    assert "Depends: ${misc:Depends}\n" not in stanzas["liba1"]
