# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Look for instructions above the baseline in a generic library (`--check-leaks`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import dispatch, isa, run
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import plural
from dhhwcaps.host import Host
from dhhwcaps.verify import Finding

FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")

SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaks:
    """What was found in a library."""

    functions: tuple[tuple[str, int], ...] = ()
    """Functions with instructions above the baseline and how many, most first."""
    example: str = ""
    """The first such instruction."""
    dispatch: str = ""
    """How the library finds out at run time what may run; "" when it does not."""


def check(library: SharedObject, host: Host) -> tuple[Finding, ...]:
    """Return a warning for a generic library with such code and no sign of dispatch.

    Raises CommandError when objdump or readelf fails.
    """
    found = scan(library.path, host.arch, host.tool("objdump"), host.tool("readelf"))
    return judge(library.soname, found)


def scan(path: Path, arch: str, objdump: str = "objdump", readelf: str = "readelf") -> Leaks:
    """Disassemble a library, some megabytes a second, unless it asks the CPU by itself.

    Nothing is found on most architectures.

    Tables that lie among code may look like instructions, so what is found is a hint.
    Raises CommandError when objdump or readelf fails.
    """
    if arch not in isa.BEYOND_BASELINE:
        return Leaks()
    if asked := dispatch.sign(path, arch, objdump, readelf):
        return Leaks(dispatch=asked)
    return parse(run.lines(objdump, "-d", "-w", "--no-show-raw-insn", "--", path), arch)


def parse(lines: Iterable[str], arch: str) -> Leaks:
    """Return what a disassembly of objdump's shows; pure."""
    beyond = isa.BEYOND_BASELINE[arch]
    counts: Counter[str] = Counter()
    function = example = ""
    for line in lines:
        if header := FUNCTION.match(line):
            function = header[1]
        elif beyond.match(line):
            counts[function] += 1
            example = example or _instruction(line)
    return Leaks(functions=tuple(counts.most_common()), example=example)


def judge(soname: str, leaks: Leaks) -> tuple[Finding, ...]:
    """Return the warning; what dispatch guards cannot be told from outside."""
    if not leaks.functions or leaks.dispatch:
        return ()
    count = sum(number for _name, number in leaks.functions)
    names = ", ".join(name for name, _number in leaks.functions[:SHOWN])
    more = len(leaks.functions) - SHOWN
    return (Finding(
        severity="warning", library=soname, level="",
        message=f"{soname}: the generic library has {plural(count, 'instruction')} above the"
        f" baseline ({leaks.example}) in {names}{f' and {more} more' if more > 0 else ''}",
        advice="A machine without them ends the program there. Does the build choose a CPU itself"
        " (-march, -mtune=native), or assembler code by that of the builder?",
    ),)


def _instruction(line: str) -> str:
    return " ".join(line.partition(":\t")[2].partition("#")[0].split())
