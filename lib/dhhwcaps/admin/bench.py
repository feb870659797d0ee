# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps bench`: run a command at each level of this CPU and compare the times."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dhhwcaps import dispatch, elf, host, isa, run
from dhhwcaps.admin import reason, target, timing, trace, which
from dhhwcaps.admin.cpu import GENERIC, TUNABLES, Cpu
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.target import Target
from dhhwcaps.admin.timing import Row
from dhhwcaps.admin.which import Answer
from dhhwcaps.errors import HwcapsError

SHELLS = ("sh", "bash", "dash", "ksh", "zsh", "make")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Times, and what must be known to read them."""

    command: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a command is run at one level."""

    level: str
    argv: tuple[str, ...]
    env: Mapping[str, str | None]


def bench(
    argv: Sequence[str], runs: int, children: bool, environ: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> Result:
    """Run the command `runs` times at each level, in turns, after a first run that is not timed.

    Raises HwcapsError when there is no such command, when it fails, or when no level can be told
    from generic.
    """
    disk = Disk()
    found = target.read(target.locate(argv[0], disk), disk)
    _loader, machine, _notes = which.surroundings(found, disk, "", environ)
    _refuse(found, machine)
    ways = by_tunables(argv, machine, environ) if children else by_mask(argv, found, machine)
    with tempfile.TemporaryFile() as errors:
        def once(way: Way) -> float:
            return _once(way, errors.fileno())

        progress(0, runs)
        loaded = trace.observe(argv, environ, quiet=True)
        for way in ways:
            once(way)
        times: dict[str, list[float]] = {way.level: [] for way in ways}
        for number in range(runs):
            # Each level comes first in turn.
            for way in (*ways[number % len(ways):], *ways[: number % len(ways)]):
                times[way.level].append(once(way))
            progress(number + 1, runs)
    notes = [*_warnings(loaded, machine), *_remarks(found, children)]
    rows = timing.rows(times, alike(loaded.libraries, machine))
    return Result(command=tuple(argv), rows=rows, notes=tuple(notes))


def alike(loaded: Sequence[which.Row], machine: Cpu) -> dict[str, str]:
    """Return each level for which no library has a copy, and the level that is used instead."""
    there = {level for row in loaded for level in row.copies}
    below, same = GENERIC, {}
    for level in reversed(machine.levels):
        if level in there:
            below = level
        else:
            same[level] = below
    return same


def by_mask(argv: Sequence[str], found: Target, machine: Cpu) -> tuple[Way, ...]:
    """Return the loader's own way: it masks levels, and glibc's own routines stay what they are."""
    name = argv[0] if not found.scripts else found.path
    words = (*found.words, *argv[1:])
    return tuple(
        Way(level=level or GENERIC, env={}, argv=(
            host.loader(), "--glibc-hwcaps-mask", ":".join(_upto(level, machine)) or GENERIC,
            "--argv0", name, found.path, *words))
        for level in ("", *reversed(machine.levels))
    )


def by_tunables(
    argv: Sequence[str], machine: Cpu, environ: Mapping[str, str]
) -> tuple[Way, ...]:
    """Return the way that children inherit; it changes glibc's own routines as well.

    Raises HwcapsError where no tunable reaches the loader's choice.
    """
    ways = []
    for level in ("", *reversed(machine.levels)):
        above = [name for name in machine.levels if name not in _upto(level, machine)]
        rows = [row for name in reversed(above) if (row := isa.named(name))]
        words = [row.tunable for row in rows[:1]]
        if None in words:
            raise HwcapsError(f"--children: no tunable of glibc masks {above[-1]}",
                              "Leave --children out, and run the child itself.")
        value = ":".join(filter(None, (environ.get(TUNABLES, ""), *(
            f"glibc.cpu.hwcaps=-{word}" for word in words))))
        ways.append(Way(level=level or GENERIC, argv=tuple(argv), env={TUNABLES: value or None}))
    return tuple(ways)


def _upto(level: str, machine: Cpu) -> tuple[str, ...]:
    return machine.levels[machine.rank(level):] if level else ()


def _refuse(found: Target, machine: Cpu) -> None:
    if found.identity != elf.identity(Path(sys.executable)):
        raise HwcapsError(f"{found.path!r} is for another machine than this one")
    if found.static:
        raise HwcapsError(f"{found.path!r} is statically linked: no level makes a difference")
    if found.setuid:
        raise HwcapsError(f"{found.path!r} runs with other rights, which the loader would drop",
                          "Measure another program that uses the library.")
    if not machine.levels:
        raise HwcapsError("this CPU has no level above generic: there is nothing to compare")


def _once(way: Way, errors: int) -> float:
    os.ftruncate(errors, 0)
    os.lseek(errors, 0, os.SEEK_SET)
    with Path(os.devnull).open("wb") as nowhere:
        start = time.perf_counter()
        code = run.attached(*way.argv, env=way.env, output=nowhere, errors=errors)
        seconds = time.perf_counter() - start
    if code:
        said = os.pread(errors, 4096, max(0, os.fstat(errors).st_size - 4096))
        raise run.failed(way.argv, code, said.decode("utf-8", "surrogateescape"), None)
    return seconds


def _warnings(loaded: Answer, machine: Cpu) -> list[str]:
    copies = [row for row in loaded.libraries if row.level]
    notes = [] if copies else ["no library of it has a variant for this CPU: differences are noise"]
    notes += [f"{row.library} is loaded by path: the same at every level"
              for row in loaded.libraries if reason.BY_PATH in row.reason and not row.level
              and "so " in row.reason]
    for row in copies:
        if dispatch.sign(Path(row.path), machine.arch):
            notes.append(f"{row.library} asks the CPU itself and may do so at generic, too")
    return notes


def _remarks(found: Target, children: bool) -> list[str]:
    if children:
        return [f"by {TUNABLES}: glibc's own routines (memcpy, sin, …) change with the level, too"]
    if PurePosixPath(found.path).name in SHELLS:
        return [f"{PurePosixPath(found.path).name} starts other programs, which are not measured "
                "at the level: use --children"]
    return []
