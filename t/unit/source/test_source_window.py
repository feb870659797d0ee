# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import pytest
from dhhwcaps import control
from dhhwcaps.errors import ControlError
from dhhwcaps.source import window

WINDOW = "debhelper (>= 99), foo-src (>= 1.0-1~), foo-src:all (<< 1.0-1.1~) [amd64], bar"


@pytest.mark.parametrize(("relations", "version"), [
    (WINDOW, "1.0-1"), (WINDOW, "1.0-1~bpo12+1"), (WINDOW, "1.0-1+b1"), ("foo-src", "7"),
    ("foo-src (>= 1) | foo-2-src (>= 2)", "0.1"), ("", "1"), ("foo-src (= 1:2-3)", "1:2-3"),
])
def test_inside(relations: str, version: str) -> None:
    window.check(relations, "foo-src", version)


@pytest.mark.parametrize(("relations", "version"), [
    (WINDOW, "1.0-2"), (WINDOW, "0.9-1"), (WINDOW, "1.0-1.1"), (WINDOW, "1:1.0-1"),
    ("foo-src (= 1)", "1-1"), ("foo-src (>> 1)", "1"),
])
def test_outside(relations: str, version: str) -> None:
    with pytest.raises(ControlError, match=f"foo-src is version {version}, but .* wants foo-src "):
        window.check(relations, "foo-src", version)


def test_every_field_counts() -> None:
    source = control.parse(
        "Source: foo\nBuild-Depends: a,\n# b,\n foo-src (>= 1),\n"
        "Build-Depends-Indep: foo-src (<< 2)\nBuild-Conflicts: c\n"
    )
    assert " ".join(source.build_relations.split()) == "a, foo-src (>= 1), foo-src (<< 2)"
    with pytest.raises(ControlError):
        window.check(source.build_relations, "foo-src", "2")


@pytest.mark.parametrize("relation", ["(> 1)", "(< 1)", "(>= 1:)", "(= :)"])
def test_what_is_no_window(relation: str) -> None:
    with pytest.raises(ControlError) as caught:
        window.check(f"foo-src {relation}", "foo-src", "1")
    assert str(caught.value) == (
        f"debian/control: foo-src {relation} cannot be told\n"
        "  It takes one of << <= = >= >> and a version (Policy 7.1, 5.6.12)."
    )
