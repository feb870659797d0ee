# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the types of two libraries' interfaces with abidiff (`--abi=types`)."""

from __future__ import annotations

import re
from pathlib import Path

from dhhwcaps import eigen, run, sections
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import CommandError, HwcapsError
from dhhwcaps.isa import Level
from dhhwcaps.verify import Finding

# abidiff(1), "Return values".
FAILED = 1 | 2
CHANGED = 4 | 8

DEBUG_INFORMATION = {".debug_info", ".zdebug_info"}

SHOWN = 20
"""Lines of abidiff's report that are passed on."""


def check(generic: SharedObject, variant: SharedObject, level: Level) -> tuple[Finding, ...]:
    """Return an error when a type of the interface differs; both need their debug information.

    Raises HwcapsError without abidiff, CommandError when it fails.
    """
    where = f"{generic.soname} at {level.name}"
    for library, what in ((generic, "the generic library"), (variant, "the library")):
        if not DEBUG_INFORMATION & {section.name for section in sections.read(library.path)}:
            return _error(
                generic.soname, level, f"{where}: {what} has no debug information to compare types"
                " by", "Does the build strip it, or drop -g? Otherwise --abi=symbols.",
            )
    argv = ("abidiff", "--no-added-syms", generic.path, variant.path)
    code, out, err = _attempt(argv)
    if code & FAILED or code < 0:
        raise run.failed(argv, code, err or out, None)
    return judge(generic.soname, level, code, out)


def judge(soname: str, level: Level, code: int, report: str) -> tuple[Finding, ...]:
    """Return an error when abidiff's exit code and report tell of changed types; pure.

    Symbols that are gone are the business of `verify`, which knows weak ones.
    """
    changed = [int(n) for n in re.findall(r"changes summary: [^:\n]*?\b(\d+) Changed", report)]
    if not code & CHANGED or not any(changed):
        return ()
    lines = [line for line in report.splitlines() if line.strip()][:SHOWN]
    advice = (
        "A program for the baseline would crash. Give the types the same layout at all levels,"
        f" those of Eigen by {eigen.CURE}; see \"Types that depend on flags\" in dh-hwcaps(7)."
        " abidiff:"
    )
    return _error(
        soname, level,
        f"{soname} at {level.name}: types of its interface differ from the generic library's",
        "\n".join([advice, *lines]),
    )


def _error(soname: str, level: Level, message: str, advice: str) -> tuple[Finding, ...]:
    return (Finding(
        severity="error", library=soname, level=level.name, message=message, advice=advice,
    ),)


def _attempt(argv: tuple[str | Path, ...]) -> tuple[int, str, str]:
    try:
        return run.attempt(*argv)
    except CommandError as error:
        if "command not found" not in error.message:
            raise
        raise HwcapsError(
            "--abi=types needs abidiff, which is not installed",
            "Add abigail-tools to Build-Depends.",
        ) from None
