# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Libraries of one family are told apart also where their SONAMEs are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps import dispatch, inspection, samecode
from dhhwcaps.families import Family, Variant
from dhhwcaps.host import Host
from dhhwcaps.inspection import Inspection
from dhhwcaps.options import Options
from dhhwcaps.selection import Choice, Match
from dhhwcaps.units import Units
from fakes import level, library

V3 = level("x86-64-v3")
COUNTS = {"a.so": Units(total=4, at_level=4), "b.so": Units(total=2, at_level=1)}


def test_same_soname_in_two_directories(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "debian").mkdir()
    (tmp_path / "debian/rules").write_text("%:\n\tdh $@\n")
    monkeypatch.chdir(tmp_path)
    asked = []
    monkeypatch.setattr(inspection, "units", lambda path, _flag, _readelf: COUNTS[path.name])
    monkeypatch.setattr(dispatch, "sign", lambda path, *_tools: asked.append(path) or "cpuid")
    choices = [
        Choice(dropped="same as generic", match=Match(
            level=V3, generic=replace(library(), directory=directory), variant=replace(
                library(), object=replace(library().object, path=Path(name))),
        ))
        for directory, name in (("/usr/lib/one", "a.so"), ("/usr/lib/two", "b.so"))
    ]
    look = Inspection(
        machine=Host(arch="amd64", triplet="t", gnu_type="t"), options=Options(), packaged={}
    )
    variant = Variant(package="libfoo1-avx2", level=V3)
    rows = look.level(Family(name="libfoo1", variants=(variant,)), variant, choices)
    assert [(row.directory, row.units) for row in rows] == [
        ("/usr/lib/one", "4/4"), ("/usr/lib/two", "1/2"),
    ]
    assert [row.dispatch for row in rows] == ["cpuid", "cpuid"]
    assert len(asked) == 1  # They share a file here, and each is looked at once.


@pytest.mark.parametrize(("with_code", "dropped"), [
    (("generic.so", "level.so"), ""), (("generic.so",), ""), ((), "no code"),
])
def test_library_that_lost_its_code_is_not_left_out_in_silence(
    monkeypatch: pytest.MonkeyPatch, with_code: tuple[str, ...], dropped: str
) -> None:
    monkeypatch.setattr(samecode, "has_code", lambda path, _readelf: path.name in with_code)
    monkeypatch.setattr(samecode, "same", lambda _one, _other, _readelf: False)
    generic, variant = library(file="generic.so"), library(file="level.so")
    look = Inspection(
        machine=Host(arch="amd64", triplet="t", gnu_type="t"), options=Options(), packaged={}
    )
    match = Match(level=V3, generic=generic, variant=variant)
    assert look.choose(match, generic, "generic").dropped == dropped
