# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the names of merged packages stand, and where they may be changed."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import mentions
from dhhwcaps.convert.absorb import Left
from dhhwcaps.convert.members import Merge

MERGE = Merge(family="libfoo1", members=("libfoo-fw1", "libfoo1", "libfoo-cc1"), version="2")
ALL = "-plibfoo-fw1 -plibfoo1 --package=libfoo-cc1"


def changed(line: str) -> tuple[str, Left]:
    left: Left = []
    return mentions.in_rules(line, MERGE, left), left


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"\tdh_makeshlibs {ALL} -- -c1\n", "\tdh_makeshlibs -plibfoo1 -- -c1\n"),
        ("\tdh_strip -Nlibfoo-fw1 -Nlibfoo1 --no-package libfoo-cc1\n",
         "\tdh_strip -Nlibfoo1\n"),
        ("\tdh_strip \\\n\t  -p libfoo-cc1 \\\n\t  -p libfoo-fw1 -plibfoo1 -X y\n",
         "\tdh_strip \\\n\t  -p libfoo1 -X y\n"),
        ("\tdh_install -plibfoo-cc1 a b\n", "\tdh_install -plibfoo1 a b\n"),
        ("\tmkdir -p debian/libfoo-cc1/usr/lib\n", "\tmkdir -p debian/libfoo1/usr/lib\n"),
        ("\tmv debian/tmp/x $(CURDIR)/debian/libfoo-fw1/usr/lib/\n",
         "\tmv debian/tmp/x $(CURDIR)/debian/libfoo1/usr/lib/\n"),
    ],
)
def test_what_is_right_by_itself_is_changed(before: str, after: str) -> None:
    assert changed(before) == (after, [])


@pytest.mark.parametrize(
    "line",
    [
        "\tdh_makeshlibs -plibfoo-fw1 -V\n",
        "\tdh_strip -plibfoo-fw1 -plibfoo-cc1\n",
        "\tdh_makeshlibs -plibfoo-fw1 -plibfoo1 -Nlibfoo-cc1\n",
        "\tdh_install -plibfoo-fw1 -plibfoo-cc1 x usr/lib\n",
        "\tfor p in libfoo1 libfoo-cc1; do dh_install -p$$p x; done\n",
        "\tdh_install -plibfoo-cc1 x y && true\n",
        "LIBRARIES = libfoo1 libfoo-cc1\n",
        "\trm -r debian/libfoo-cc1/usr/share\n",
        "\tmv debian/libfoo-cc1/a debian/libfoo-fw1/b\n",
        "\tmv debian/libfoo-cc1/usr/share/doc/libfoo-cc1 x\n",
        "\tcp x debian/libfoo-cc1.install\n",
        "\ttest -e debian/libfoo-cc1\n",
    ],
)
def test_what_may_be_wrong_is_left(line: str) -> None:
    made, left = changed(f"# top\n{line}")
    assert made == f"# top\n{line}"
    assert [place for place, _what in left] == ["debian/rules:2"]


def test_variables_are_filled_in() -> None:
    rules = "ABI = 1\nLIBRARY = libfoo-cc$(ABI)\ninstall:\n\tdh_install -p$(LIBRARY) x usr/lib\n"
    made, left = changed(rules)
    assert made == rules
    assert [place for place, _what in left] == ["debian/rules:4"]


def test_a_version_for_one_library_is_one_for_all() -> None:
    line = "\tdh_makeshlibs -plibfoo1 -V 'libfoo1 (>= 1)'\n"
    made, left = changed(line)
    assert (made, left[0][1]) == (
        line, "is about all libraries of libfoo1 now, those of the others too"
    )
    assert changed("\tdh_makeshlibs -pother -V\n")[1] == []


@pytest.mark.parametrize(
    "line",
    [
        "# of libfoo-cc1\n", "\tdh_install -plibfoo-cc1-dev x\n", "\tcp x debian/libfoo-cc1.5/y\n",
        "\tdh_install -pmylibfoo-cc1 x\n", "%:\n\tdh $@\n", "x = y", "",
    ],
)
def test_other_lines_stay(line: str) -> None:
    assert changed(line) == (line, [])


def test_lines_are_counted_with_those_that_continue_them() -> None:
    _made, left = changed("a = b \\\n  c\n\techo libfoo-cc1\n")
    assert left[0][0] == "debian/rules:3"


def test_other_files_that_name_a_transitional_package_are_listed() -> None:
    files = {
        "control": "libfoo-cc1", "rules": "libfoo-cc1", "changelog": "libfoo-cc1",
        "copyright": "libfoo-cc1", "libfoo1.symbols": "libfoo-cc1", "watch": "x",
        "libfoo1.links": "a b\nusr/share/doc/libfoo-cc1 usr/x\n", "gone": None,
        "README.source": "libfoo-cc1-dev\n",
    }
    assert mentions.elsewhere(files, MERGE) == [("debian/libfoo1.links:2", "names libfoo-cc1")]
