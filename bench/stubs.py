# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What stubs take: starts of a Python program that imports many modules."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dhhwcaps import isa, run, stub
from dhhwcaps.elf import SharedObject
from dhhwcaps.libraries import Library

from bench import ways
from bench.measure import BenchError

MODULES = 100
STARTS = 20
"""Starts in a round, for each case."""
PYTHON = "/usr/bin/python3"
DRIVER = Path(__file__).parent / "drivers/starts.c"
MODULE = """\
#include <Python.h>
static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "{name}", NULL, -1}};
PyMODINIT_FUNC PyInit_{name}(void) {{ return PyModule_Create(&definition); }}
"""
OWN = "hwcaps"
MAPPED = "exec(open('{}').read()); print(open('/proc/self/maps').read())"
Result = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What lies where Python looks for modules."""

    name: str
    stubs: bool
    levels: bool = False
    """Whether each module has a copy for every level."""


NONE = Case(name="no import", stubs=False)
CASES = (
    NONE,
    Case(name="modules", stubs=False),
    Case(name="stubs, without levels", stubs=True),
    Case(name="stubs, with levels", stubs=True, levels=True),
)


def measure(where: Path, rounds: int) -> Result:
    """Return the seconds of CPU of a start in all cases, round by round.

    Raises BenchError on a CPU that has no level.
    """
    driver = where / "starts"
    run.output("gcc", "-O2", DRIVER, "-o", driver)
    _compile(where / "made")
    scripts = {case.name: _script(case, where) for case in CASES}
    times: dict[str, list[float]] = {case.name: [] for case in CASES}
    for number in range(rounds):
        for case in ways.turn(CASES, number):
            said = run.output(driver, str(STARTS), PYTHON, "-I", "-S", "-B", scripts[case.name])
            times[case.name].append(float(said))
    return {"modules": MODULES, "starts": STARTS, "times": times}


def names() -> list[str]:
    """Return the modules' names."""
    return [f"m{number:03}" for number in range(MODULES)]


def script(case: Case, place: Path) -> str:
    """Return a program that imports all of a case's modules."""
    if case is NONE:
        return "pass\n"
    return f"import sys\nsys.path.insert(0, {str(place)!r})\nimport {', '.join(names())}\n"


def _compile(where: Path) -> None:
    where.mkdir()
    flags = run.output("python3-config", "--includes").split()
    for name in names():
        source = where / f"{name}.c"
        source.write_text(MODULE.format(name=name))
        run.output("gcc", "-O2", "-shared", "-fPIC", *flags, source, "-o", where / f"{name}.so")


def _script(case: Case, where: Path) -> Path:
    place = where / str(CASES.index(case))
    place.mkdir()
    for path in sorted((where / "made").glob("*.so")) if case is not NONE else ():
        if case.stubs:
            _stub(path, place, case)
        else:
            shutil.copy(path, place)
    program = place / "program.py"
    program.write_text(script(case, place))
    _check(case, program)
    return program


def _stub(module: Path, place: Path, case: Case) -> None:
    name, own = f"bench.{module.name}", place / OWN
    library = Library(package="bench", directory=str(own),
                      object=SharedObject(path=module, soname=name))
    for command in stub.links(library, ["gcc"], place / name, place / module.name):
        run.output(*command)
    (place / name).unlink()
    for target in [own, *(own / isa.SUBDIRECTORY / level.name for level in ways.levels()
                          if case.levels)]:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(module, target / name)


def _check(case: Case, program: Path) -> None:
    """Raise BenchError when a case is not what it is said to be."""
    said = run.output(PYTHON, "-I", "-S", "-B", "-c", MAPPED.format(program))
    used = {line.rpartition(" ")[2] for line in said.splitlines() if f"/{OWN}/" in line}
    found = sum(f"/{isa.SUBDIRECTORY}/" in path for path in used)
    if (len(used), found) != (MODULES * case.stubs, MODULES * case.levels):
        raise BenchError(f"{case.name}: {len(used)} modules by stubs, {found} of them a level's")
