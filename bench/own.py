# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What our own steps cost, on generated libraries that nothing has to be compiled for."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import support
from dhhwcaps import run as commands
from real import machine

from bench import factory, loader, measure, stubs, surroundings
from bench.generated import Subject
from bench.measure import Cost

STEPS = ("prepare", "build", "install", "split", "substvars")
"""In dh's order.  In `build` the levels' builds are nothing but links and dh_hwcaps_collect."""
SUBJECTS = (
    *(Subject(kind="libraries", size=size) for size in (1, 10, 100)),
    *(Subject(kind="code", size=size) for size in (1, 10, 100, 1000)),
    *(Subject(kind="debug", size=size) for size in (1, 10, 100, 1000)),
    *(Subject(kind="symbols", size=10**n) for n in (3, 4, 5, 6)),
)
ASKED = (Subject(kind="libraries", size=1000),)
"""Measured only when named."""
STARTS = {"loader": loader.measure, "stubs": stubs.measure}
"""What programs' starts cost, by the name that ONLY has for it."""
START_ROUNDS = 10
ROUNDS = 3
ROOM = 12
"""How many times a library has to fit on the disk: made, collected, unpacked, placed, in parts."""
Result = dict[str, Any]


def run(rounds: int, only: Sequence[str]) -> Result:
    """Measure the subjects, or those that are named; return what the page is made of."""
    around = surroundings.read()
    wanted = [subject for subject in (*SUBJECTS, *ASKED)
              if subject.name in only or subject.kind in only
              or (not only and subject not in ASKED)]
    found = [_measured(subject, rounds) for subject in wanted]
    starts = {name: _starts(name) for name in STARTS if name in only or not only}
    return {"machine": around, "subjects": found, **starts,
            "tools": surroundings.own_versions(("binutils", "python3", "debhelper", "tar"))}


def _starts(name: str) -> Result:
    with machine.workspace(f"bench-{name}") as where:
        return STARTS[name](where, START_ROUNDS)


def _measured(subject: Subject, rounds: int) -> Result:
    known = {"kind": subject.kind, "size": subject.size}
    with machine.workspace("bench-own") as where:
        free = shutil.disk_usage(where).free
        if free < ROOM * subject.bytes:
            return known | {"failed": f"{ROOM * subject.bytes // 10**9} GB of disk are needed"}
        made = factory.make(subject, where)
        costs = []
        for number in range(rounds):
            costs.append(_steps(made.tree, where, number))
            seconds = sum(cost.cpu for cost in costs[-1].values())
            print(f"{subject.name}: round {number + 1} of {rounds}: {seconds:.2f} s of CPU",
                  flush=True)
    return known | {"costs": [{step: asdict(cost) for step, cost in one.items()}
                              for one in costs]}


def _steps(tree: Path, where: Path, number: int) -> dict[str, Cost]:
    """Run all steps in a fresh copy of the tree, with hard links for files."""
    copy = where / f"round{number}" / tree.name
    shutil.copytree(tree, copy, copy_function=_link)
    env = support.environment(copy, variables(commands.output("dpkg-architecture"),
                                              surroundings.cores()))
    costs = {step: measure.run([f"dh_hwcaps_{step}"], where / "log", copy, env)
             for step in STEPS}
    shutil.rmtree(copy.parent)
    return costs


def variables(architecture: str, jobs: int) -> dict[str, str]:
    """Return what dpkg-buildpackage and dh have in the environment of a step.

    `architecture` is what dpkg-architecture says.
    """
    said = dict(line.split("=", 1) for line in architecture.splitlines() if "=" in line)
    return {**said, "DH_HWCAPS_SEQUENCE": "1", "DEB_RULES_REQUIRES_ROOT": "no",
            "DEB_BUILD_OPTIONS": f"nocheck parallel={jobs}"}


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
