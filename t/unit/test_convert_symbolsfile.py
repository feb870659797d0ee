# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Symbols files of libraries that move into another package."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import symbolsfile
from dhhwcaps.convert.members import Merge

MERGE = Merge(family="libfoo1", members=("libfoo1", "libfoo1-cc", "libbar1"), version="2-1")
NEW = Merge(family="liball1", members=("libfoo1", "libbar1"), version="2-1")
TEXT = """\
# SymbolsHelper-Confirmed: 1.0 amd64
libbar.so.1 libbar1 #MINVER#
| #PACKAGE# #MINVER#, libbar1-abi
* Build-Depends-Package: libbar1-dev
 (c++)"bar(libbar1 #MINVER#)@Base" 1.0
#MISSING: 1.0# gone@Base 0.1
 strict@Base 1.0 1
"""


def test_templates_name_the_family_and_ask_for_the_merge() -> None:
    assert symbolsfile.renamed(TEXT, "libbar1", MERGE) == """\
# SymbolsHelper-Confirmed: 1.0 amd64
libbar.so.1 libfoo1 #MINVER#, libfoo1 (>= 2-1~)
| libfoo1 #MINVER#, libbar1-abi, libfoo1 (>= 2-1~)
* Build-Depends-Package: libbar1-dev
 (c++)"bar(libbar1 #MINVER#)@Base" 1.0
#MISSING: 1.0# gone@Base 0.1
 strict@Base 1.0 1
"""


def test_the_familys_own_libraries_are_in_its_older_versions_too() -> None:
    text = "libfoo.so.1 libfoo1 #MINVER#\n foo@Base 1\n"
    assert symbolsfile.renamed(text, "libfoo1", MERGE) == text


def test_a_new_family_has_no_older_version() -> None:
    made = symbolsfile.renamed(TEXT, "libbar1", NEW)
    assert "libbar.so.1 liball1 #MINVER#\n" in made
    assert "| liball1 #MINVER#, libbar1-abi\n" in made


@pytest.mark.parametrize(
    "template", ["other1 #MINVER#", "libbar1-extra #MINVER#", "libbar1.5 #MINVER#"]
)
def test_other_packages_stay(template: str) -> None:
    text = f"libbar.so.1 {template}\n"
    assert symbolsfile.renamed(text, "libbar1", MERGE) == text


def test_alternatives_are_the_maintainers() -> None:
    text = "# c\nlibbar.so.1 libbar1 #MINVER# | libbar-gpu1\n| x\n a@Base 1\n"
    assert "libbar.so.1 libfoo1 #MINVER# | libbar-gpu1\n" in (
        symbolsfile.renamed(text, "libbar1", MERGE)
    )
    assert symbolsfile.undecided(text, "libbar1", MERGE) == (2,)
    assert symbolsfile.undecided(text, "libfoo1", MERGE) == ()
    assert symbolsfile.undecided(text, "libbar1", NEW) == ()


def test_sonames() -> None:
    text = TEXT + "(arch=amd64)libbaz.so.2 libbar1\n#include \"x\"\n"
    assert symbolsfile.sonames(text) == ("libbar.so.1", "libbaz.so.2")
