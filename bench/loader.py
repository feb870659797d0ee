# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the loader takes to look for levels: starts of a program that needs many libraries."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dhhwcaps import host, isa, run
from support import triplet

from bench import factory, ways
from bench.measure import BenchError

LIBRARIES = 100
STARTS = 200
"""Starts in a round, for each case."""
CACHE = "/etc/ld.so.cache"
UNDER_CACHE = f'mount --bind "$1" {CACHE}; shift; exec "$@"'
DRIVER = Path(__file__).parent / "drivers/starts.c"
Result = dict[str, Any]
Argv = list[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How libraries lie, and how the loader is led to them."""

    name: str
    cached: bool
    """By ldconfig's cache, as installed packages are; else by a RUNPATH."""
    levels: bool
    """Whether each has a copy for every level."""


CASES = (
    Case(name="installed, without levels", cached=True, levels=False),
    Case(name="installed, with levels", cached=True, levels=True),
    Case(name="by RUNPATH, without levels", cached=False, levels=False),
    Case(name="by RUNPATH, with levels", cached=False, levels=True),
)


def measure(where: Path, rounds: int) -> Result:
    """Return the seconds of CPU of a start in all cases, round by round.

    Needs root, to lay a cache over the system's in a name space of its own, and a CPU that has a
    level; else raises BenchError.
    """
    driver = where / "starts"
    run.output("gcc", "-O2", DRIVER, "-o", driver)
    places = {case.name: _place(case, where) for case in CASES}
    times: dict[str, list[float]] = {case.name: [] for case in CASES}
    for number in range(rounds):
        for case in ways.turn(CASES, number):
            times[case.name].append(_start(case, places[case.name], driver))
    return {"libraries": LIBRARIES, "starts": STARTS, "times": times}


def names() -> list[str]:
    """Return the file names of the libraries, which are their SONAMEs."""
    return [f"libstart{number:03}.so.1" for number in range(LIBRARIES)]


def commands(case: Case, place: Path) -> tuple[Argv, Argv]:
    """Return the commands that make a case's first library, and its program once all are there."""
    path = [] if case.cached else [f"-Wl,-rpath,{place}/lib"]
    return (
        ["gcc", "-shared", "-fPIC", "-x", "c", "/dev/null", f"-Wl,-soname,{names()[0]}", "-o",
         place / "lib" / names()[0]],
        ["gcc", "-x", "c", place / "main.c", "-x", "none", f"-L{place}/lib", "-Wl,--no-as-needed",
         *(f"-l:{name}" for name in names()), *path, "-o", place / "program"],
    )


def configuration(place: Path, multiarch: str) -> str:
    """Return what ldconfig is to read: ours, and the system's libraries."""
    lines = [place / "lib", f"/usr/lib/{multiarch}", f"/lib/{multiarch}"]
    return "".join(f"{line}\n" for line in lines)


def _place(case: Case, where: Path) -> Path:
    place = where / str(CASES.index(case))
    (place / "lib").mkdir(parents=True)
    (place / "main.c").write_text("int main(void) { return 0; }\n")
    library, program = commands(case, place)
    run.output(*library)
    factory.multiply(place / "lib", names())
    run.output(*program)
    if case.levels:
        for level in ways.levels():
            _copies(place / "lib", place / "lib" / isa.SUBDIRECTORY / level.name)
    (place / "ld.so.conf").write_text(configuration(place, triplet()))
    run.output("ldconfig", "-f", place / "ld.so.conf", "-C", place / "cache")
    _check(case, place)
    return place


def _copies(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for name in names():
        shutil.copy(source / name, target)


def _start(case: Case, place: Path, driver: Path) -> float:
    return float(_said(case, place, driver, str(STARTS), place / "program"))


def _said(case: Case, place: Path, *argv: str | Path) -> str:
    if case.cached:
        argv = ("unshare", "--mount", "sh", "-ec", UNDER_CACHE, "sh", place / "cache", *argv)
    return run.output(*argv)


def _check(case: Case, place: Path) -> None:
    """Raise BenchError when a case is not what it is said to be."""
    said = _said(case, place, host.loader(), "--list", place / "program")
    found = sum(f"{place}/lib/{isa.SUBDIRECTORY}/" in line for line in said.splitlines())
    if found != (LIBRARIES if case.levels else 0):
        raise BenchError(f"{case.name}: {found} of {LIBRARIES} libraries are a level's")
