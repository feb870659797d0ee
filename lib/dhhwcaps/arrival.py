# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide whether a level's flags have reached the compiler at all; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dhhwcaps.errors import plural
from dhhwcaps.isa import Level
from dhhwcaps.ownflags import settings
from dhhwcaps.selection import GENERIC, NO_CODE, SAME
from dhhwcaps.units import Units
from dhhwcaps.verify import Finding


def check(
    level: Level, package: str, units: Mapping[str, Units], dropped: Mapping[str, str],
    rules: str = "",
) -> tuple[Finding, ...]:
    """Return an error when a level's flags reached none of a package's libraries.

    `units` and `dropped` (the reason, or "") have the libraries by SONAME, `rules` is the text of
    debian/rules, in which the cause may be seen.  The debug information tells; where there is none,
    or compilers do not record their switches in it, that a library differs from the generic one is
    taken as proof.
    """
    if any(item.at_level for item in units.values()):
        return ()
    known = sum(item.total - item.unknown for item in units.values())
    # The same as a lower level, which differs from generic, may well be all that the code gives.
    same = [name for name, reason in dropped.items() if reason == f"{SAME} {GENERIC}"]
    with_code = [name for name, reason in dropped.items() if reason != NO_CODE]
    if not known and (not same or same != with_code):
        return ()
    names = ", ".join(sorted(same or units))
    what = (f"the same at {level.name} as in the generic build" if same else
            f"compiled without {level.flag} in all of {plural(known, 'unit')} at {level.name}")
    return (Finding(
        severity="error", library=names, level=level.name,
        message=f"{names} ({package}) is {what}: the flags did not reach the compiler",
        advice=f"{_found(units.values())}{_cause(rules)} Use dpkg-buildflags there, or run"
        " dh_hwcaps_build --inject=environment; --scope=all for clang and for objects without"
        " -fPIC.",
    ),)


def _cause(rules: str) -> str:
    places = [f"debian/rules:{one.number} sets {one.name}" for one in settings(rules)]
    return f"{', '.join(places)} by hand." if places else (
        "Does debian/rules or a Makefile set CFLAGS by hand, or choose a CPU itself, which then"
        " stays in force?"
    )


def _found(units: Iterable[Units]) -> str:
    # GCC records -march=native as the CPU that it stands for.
    flags = sorted({flag for item in units for flag in item.others})
    return f"The debug information tells of {', '.join(flags)}. " if flags else ""
