# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the compiler's flags decide about Eigen's types, as the debug information tells.

Vectors of a level are wider than those of the baseline.  So Eigen aligns its fixed-size types
otherwise, and Eigen 3 also allocates otherwise: what needs no more than the 16 bytes that malloc
aligns to comes from malloc and goes to free, else the start of the block is kept beside it
(Eigen/src/Core/util/Memory.h).  A matrix that one side makes and the other frees or resizes ends
the program, and abidiff cannot see it.  Debian's Eigen 5 allocates alike everywhere (bug #1064320).
"""

from __future__ import annotations

import re
from pathlib import Path

from dhhwcaps import run
from dhhwcaps.elf import SharedObject
from dhhwcaps.isa import Level
from dhhwcaps.verify import Finding

CURE = "-DEIGEN_MAX_ALIGN_BYTES=16"
"""Makes the layout that of the baseline."""

SIZES_OF_CACHES = re.compile(r"5Eigen8internal.*[cC]ach(e|ing_)[sS]ize")
"""Functions that ask the CPU for nothing else (Eigen/src/Core/util/Memory.h)."""

ALLOCATES = "allocates"
ALIGNS = "aligns"
# Names stand in the debug information of what uses them, also where they were inlined.  The last
# argument of plain_array is its alignment.
SIGNS = {
    ALLOCATES: re.compile(r"handmade_aligned_malloc"),
    ALIGNS: re.compile(r"plain_array<.*, (?!0>|16>)\d+>"),
}
ADVICE = {
    ALLOCATES: "A program for the baseline crashes if it frees or resizes what the library has"
    " allocated, or the other way round; no tool sees whether it does.",
    ALIGNS: "dh_hwcaps_install --abi=types looks whether the layout of the interface differs.",
}


def check(
    generic: SharedObject, variant: SharedObject, level: Level, readelf: str, *, types: bool
) -> tuple[Finding, ...]:
    """Return a warning when a level's library treats Eigen's types otherwise than the generic one.

    With `types` abidiff has judged the layout.  Without debug information there is nothing to see.
    Raises CommandError when readelf fails.
    """
    found = _signs(variant.path, readelf) - ({ALIGNS} if types else set())
    if found:
        found -= _signs(generic.path, readelf)
    return judge(generic.soname, level, found)


def judge(soname: str, level: Level, different: frozenset[str]) -> tuple[Finding, ...]:
    """Return the finding for what differs, ALLOCATES or ALIGNS or both; pure."""
    if not different:
        return ()
    verbs = [verb for verb in ADVICE if verb in different]
    return (Finding(
        severity="warning", library=soname, level=level.name,
        message=f"{soname} at {level.name} {' and '.join(verbs)} Eigen's matrices otherwise than"
        " the generic library",
        advice=" ".join([
            "That is harmless where none is in the interface.", *(ADVICE[verb] for verb in verbs),
            "See \"Types that depend on flags\" in dh-hwcaps(7).",
        ]),
    ),)


def _signs(path: Path, readelf: str) -> frozenset[str]:
    found: set[str] = set()
    for line in run.lines(readelf, "--decompress", "--string-dump=.debug_str", "--", path):
        found.update(sign for sign, name in SIGNS.items() if name.search(line))
    return frozenset(found)
