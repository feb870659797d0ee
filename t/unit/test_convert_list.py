# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists are edited in the style in which they are written, and nowhere else."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import deb822list as listed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Depends: a\n", "Depends: a, new\n"),
        ("Depends: a, b\n", "Depends: a, b, new\n"),
        ("Depends: a,\n         b\n", "Depends: a,\n         b,\n         new\n"),
        ("Depends:\n a,\n b,\n", "Depends:\n a,\n b,\n new,\n"),
        ("Depends:\n a\n", "Depends:\n a,\n new\n"),
        ("Depends:\n    a,\n    b\n", "Depends:\n    a,\n    b,\n    new\n"),
        ("Depends: a\n , b\n", "Depends: a\n , b\n , new\n"),
        ("Depends: a,\n\t b\n", "Depends: a,\n\t b,\n\t new\n"),
        ("Depends: a | b,\n# why c\n c\nX: y\n", "Depends: a | b,\n# why c\n c, new\nX: y\n"),
        ("depends: a\n# of X\nX: y\n", "depends: a, new\n# of X\nX: y\n"),
        ("Depends: a", "Depends: a, new"),
        ("Depends:\n", "Depends: new\n"),
        ("Architecture: any\n", "Architecture: any\nDepends: new\n"),
    ],
)
def test_an_item_is_appended_as_the_list_is_written(before: str, after: str) -> None:
    assert listed.insert("Package: p\n" + before, "Depends", "new") == "Package: p\n" + after


def test_blanks_at_the_end_of_a_line_stay_where_they_are() -> None:
    stanza = "Package: p\nDepends: a, \n b, \n c\n"
    made = listed.insert(stanza, "Depends", "new", "a".__eq__)
    assert made == "Package: p\nDepends: a, \n new,\n b, \n c\n"
    assert listed.insert(stanza, "Depends", "new") == stanza[:-1] + ",\n new\n"
    assert listed.listing("Breaks", ["x", "y"], listed.style(stanza)) == "Breaks: x,\n y\n"


def test_an_item_follows_the_last_one_that_fits() -> None:
    stanza = "Source: s\nBuild-Depends: cmake, debhelper-compat (= 13),\n dh-sequence-gir,\n zlib\n"
    made = listed.insert(stanza, "Build-Depends", "new", lambda i: i.startswith(("debh", "dh-seq")))
    assert "dh-sequence-gir,\n new,\n zlib" in made


def test_an_item_that_would_make_a_wrapped_list_too_wide_begins_a_line() -> None:
    wide = "x" * 60
    stanza = f"Package: p\nDepends: a,\n {wide}, b\n"
    assert listed.insert(stanza, "Depends", "n" * 20).endswith(f"{wide}, b,\n {'n' * 20}\n")


def test_a_one_item_list_becomes_aligned_where_the_stanza_aligns() -> None:
    stanza = "Package: p\nDepends: a,\n         b\nPre-Depends: c\n"
    assert "Pre-Depends: c,\n             new\n" in listed.insert(stanza, "Pre-Depends", "new")


def test_a_stanzas_style_is_read_from_its_lists() -> None:
    block = listed.style("Package: p\nDepends:\n a,\n b,\n")
    assert listed.listing("Breaks", ["c", "d"], block) == "Breaks:\n c,\n d,\n"
    aligned = listed.style("Package: p\nDepends: a,\n         b\n")
    assert listed.listing("Breaks", ["c", "d"], aligned) == "Breaks: c,\n        d\n"
    assert listed.listing("Breaks", [], aligned) == ""


def test_a_long_list_is_filled_where_the_stanza_fills_its_lists() -> None:
    filled = listed.style("Package: p\nDepends: a, b\nConflicts: c, d,\n           e,\n")
    long = ["x" * 30, "y" * 30, "z"]
    assert listed.listing("Breaks", long, filled) == (
        f"Breaks: {long[0]}, {long[1]}, z\n"
    )
    assert listed.listing("Breaks", [*long, "a" * 9], filled) == (
        f"Breaks: {long[0]}, {long[1]}, z,\n        {'a' * 9}\n"
    )
    plain = listed.style("Package: p\nDepends: a, b\n")
    assert listed.listing("Breaks", long * 2, plain).count("\n") == 1


def test_values_are_read_without_comments() -> None:
    stanza = "Package: p\nDepends: a (>= 1),\n# not b,\n  c  |\n d\n"
    assert listed.items(stanza, "Depends") == ("a (>= 1)", "c | d")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Depends: a, old, b\n", "Depends: a, b\n"),
        ("Depends: old, b\n", "Depends: b\n"),
        ("Depends: a, old\n", "Depends: a\n"),
        ("Depends:\n a,\n old,\n", "Depends:\n a,\n"),
        ("Depends:\n old,\n b,\n", "Depends:\n b,\n"),
        ("Depends: a\n , old\n , b\n", "Depends: a\n , b\n"),
        ("Depends: a,\n# why\n old,\n b\n", "Depends: a,\n# why\n b\n"),
        ("Depends: a,\n# why\n old\nX: y\n", "Depends: a\n# why\nX: y\n"),
        ("Depends: a, old,\n# b\n b\n", "Depends: a,\n# b\n b\n"),
        ("Depends: old,\n# b\n b\n", "Depends:\n# b\n b\n"),
        ("Depends: a,\n# 1\n old,\n# 2\n b\n", "Depends: a,\n# 1\n# 2\n b\n"),
        ("Depends: old\nX: y\n", "X: y\n"),
        ("Depends:\n# why\n old\nX: y\n", "# why\nX: y\n"),
        ("Depends: a, older\n", "Depends: a, older\n"),
    ],
)
def test_an_item_is_removed_with_one_separator(before: str, after: str) -> None:
    made = listed.change("Package: p\n" + before, "Depends", "old", "")
    assert made == "Package: p\n" + after
    assert listed.items(made, "Depends") == tuple(
        item for item in listed.items(before, "Depends") if item != "old"
    )


def test_an_item_is_written_anew_in_its_place() -> None:
    stanza = "Package: p\ndepends: a,\n# why\n old  |\n# other\n  c , b\n"
    assert listed.change(stanza, "Depends", "old | c", "new") == (
        "Package: p\n# other\ndepends: a,\n# why\n new , b\n"
    )
    assert listed.change(stanza, "Recommends", "old", "new") == stanza
