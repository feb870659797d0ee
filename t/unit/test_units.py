# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compile units and their producers, from captured lines of readelf."""

from __future__ import annotations

import pytest
from dhhwcaps.units import Units, count, producers

LEVEL = "-march=x86-64-v3"


def unit(producer: str, *, tag: str = "compile_unit", language: str = "29\t(C11)") -> list[str]:
    """Return a unit as readelf 2.40 prints it, with what else it may print."""
    return [
        "", "  Compilation Unit @ offset 0x0:", f" <0><c>: Abbrev Number: 13 (DW_TAG_{tag})",
        *([f"    <d>   DW_AT_producer    : {producer}"] if producer else []),
        f"    <11>   DW_AT_language    : {language}", "    <12>   DW_AT_name : a.c",
    ]


@pytest.mark.parametrize("form", [
    "(indirect string, offset: 0x0): ", "(indirect line string, offset: 0x1f): ",
    "(alt indirect string, offset: 0x24) ", "(strp) (offset: 0x50c9): ", "(indexed string: 0x3): ",
    "(GNU_strp_alt) (offset: 0x74) ", "",
])
def test_every_form_of_string(form: str) -> None:
    assert list(producers(unit(f"{form}GNU C17 12.2.0 {LEVEL} -g"))) == [
        f"GNU C17 12.2.0 {LEVEL} -g"
    ]


def test_only_source_units_count() -> None:
    lines = [
        "Contents of the .debug_info section:",
        *unit(f"(strp) (offset: 0): GNU GIMPLE 12.2.0 -march=x86-64 -fltrans {LEVEL}"),
        *unit("(strp) (offset: 0): GNU C17 12.2.0 -g"),
        *unit("", tag="partial_unit"),
        *unit("(strp) (offset: 0): GNU AS 2.40", language="32769\t(MIPS assembler)"),
        *unit("(strp) (offset: 0): NASM 2.16.01", language="32769\t(MIPS assembler)"),
        *unit("", tag="skeleton_unit"),
        "Contents of the .debug_info.dwo section (loaded from /b/a.dwo):",
        *unit("(strx) (offset: 0x3): garbage"),
        "Contents of the .debug_info section (loaded from alt.debug):",
        *unit("(strp) (offset: 0): GNU Fortran2008 12.2.0 -O3"),
    ]
    assert list(producers(lines)) == [
        "GNU C17 12.2.0 -g", "", "GNU Fortran2008 12.2.0 -O3",
    ]


@pytest.mark.parametrize(("producer", "at_level", "unknown"), [
    (f"GNU C17 12.2.0 {LEVEL} -g -O2", 1, 0),
    (f"GNU C++17 12.2.0 -mtune=generic -march=x86-64 -g {LEVEL}", 1, 0),
    (f"GNU C17 12.2.0 {LEVEL} -march=skylake-avx512", 0, 0),
    (f"GNU C17 12.2.0 {LEVEL}-other", 0, 0),
    ("GNU C17 12.2.0 -mtune=generic -march=x86-64 -g", 0, 0),
    ("GNU C17 12.2.0 -g -O2", 0, 0),
    ("GNU C17 12.2.0", 0, 1),
    ("clang LLVM (rustc version 1.95.0 (59807616e 2026-04-14))", 0, 1),
    ("Go cmd/compile go1.22.0; regabi", 0, 1),
    (f"clang version 16.0.6 /usr/bin/clang {LEVEL} -O2", 1, 0),
    ("", 0, 1),
])
def test_count(producer: str, at_level: int, unknown: int) -> None:
    found = count([producer], LEVEL)
    assert (found.total, found.at_level, found.unknown) == (1, at_level, unknown)


def test_what_units_record_instead() -> None:
    found = [LEVEL, f"{LEVEL} -march=znver3", "-g"]
    assert count([f"GNU C17 12.2.0 {word}" for word in found], LEVEL).others == {"-march=znver3"}


def test_count_by_mcpu() -> None:
    found = ["GNU C17 14.2.0 -mcpu=power8 -g -mcpu=power10", "GNU C17 14.2.0 -mcpu=power8 -g"]
    assert count(found, "-mcpu=power10") == Units(
        total=2, at_level=1, others=frozenset({"-mcpu=power8"})
    )
    assert count([], "-mcpu=power10") == Units()
