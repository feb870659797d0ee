# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What levels cost in a build: with dh-hwcaps, and as separate builds with -march in CFLAGS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.pins import PINS, Pin
from real import machine, sources
from real.cases import GSL
from real.chroot import ChrootError
from real.sources import SourceError

from bench import surroundings, ways, workshop
from bench.measure import BenchError, Cost
from bench.workshop import Workshop

PACKAGES = ("libmodplug", "libvorbis", "lcms2", "libfann", "lame", GSL.name)
ROUNDS = 5
LARGE_ROUNDS = 1
"""Of what builds for so long that a round says enough."""
LARGE = workshop.pin(GSL)
Result = dict[str, Any]


def run(rounds: int, only: Sequence[str]) -> Result:
    """Measure each package, or those that are named; return what the page is made of."""
    machine.prepare()
    around = surroundings.read()
    pins = {pin.name: pin for pin in (*PINS, LARGE)}
    with machine.workspace("bench-addon") as where:
        addon = sources.addon(where)
        found = [_guarded(pins[name], addon, LARGE_ROUNDS if pins[name] is LARGE else rounds,
                          where / "log") for name in only or PACKAGES]
    return {"machine": around, "packages": found}


def _guarded(pin: Pin, addon: Sequence[Path], rounds: int, log: Path) -> Result:
    try:
        with workshop.opened(pin, addon, log) as shop:
            return package(pin, shop, rounds)
    except (BenchError, ChrootError, SourceError) as error:
        lines = str(error).strip().splitlines()
        print(f"{pin.name}: failed\n" + "\n".join(lines), flush=True)
        return {"package": pin.name, "version": pin.source.version, "failed": lines[0]}


def package(pin: Pin, shop: Workshop, rounds: int) -> Result:
    """Build a package in all ways, which take turns, after a plain build that is not timed."""
    shop.build(ways.Way(name=ways.PLAIN))
    costs: dict[str, list[Cost]] = {way.name: [] for way in ways.all_of_them()}
    report: dict[str, Any] = {}
    for number in range(rounds):
        for way in ways.turn(ways.all_of_them(), number):
            cost = shop.build(way)
            costs[way.name].append(cost)
            report = shop.report() or report
            print(f"{pin.name}: round {number + 1} of {rounds}: {way.name}:"
                  f" {cost.wall:.1f} s, {cost.cpu:.1f} s of CPU", flush=True)
    return {
        "package": pin.name, "version": pin.source.version, "tools": shop.versions(),
        "costs": {name: [asdict(cost) for cost in kept] for name, kept in costs.items()},
        "bytes": _bytes(report),
    }


def _bytes(report: Result) -> int:
    """Return the size of the generic libraries, each of which the report has once a level."""
    sizes = {(row["directory"], row["soname"]): row["generic_size"] or 0
             for row in report.get("libraries", ())}
    return sum(sizes.values())
