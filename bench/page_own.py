# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page's section on what our own steps cost; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench import figures, generated, markdown
from bench.figures import Figure
from bench.results import Result

SECONDS, SHARE = 2.0, 0.02
"""Aim: at most so many seconds, or that share of the build, whichever is more."""
PEAKS = {"code": (1000, 200), "debug": (1000, 200), "symbols": (10**6, 1000)}
"""Aims for memory: up to which size it counts, and megabytes."""
CURVED = 1.5
"""A next step of sizes may cost so many times as much for each unit as the one before."""
HEAD = """\
All steps of dh_hwcaps on a source package whose build does nothing but link files that were made
before, so that packing, unpacking, collecting and removing are all that `dh_hwcaps_build` does.
*Libraries* are many small ones in one package. The others are one library with so many megabytes of
machine code or of debug information, or so many exported symbols. All are there as generic and for
two levels. *CPU* is the time of the five steps and all that they start, *peak* the memory of the
largest process, files that it maps included. *Each further* is what one more costs, from the size
before.

"""
LOADER = """
CPU time of a start of a program that needs {libraries} libraries, {starts} starts in a round.
*Installed* libraries are found by ldconfig's cache, as those of packages are; by a RUNPATH the
loader looks itself.

"""
STUBS = """
CPU time of a start of Python that imports {modules} small modules in C, {starts} starts in a round:
the modules themselves, and by their stubs (`X-Hwcaps-Modules`).

"""
UNITS = {"libraries": "libraries", "code": "MB of code", "debug": "MB of debug information",
         "symbols": "symbols"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What was measured at one size."""

    kind: str
    size: int
    cpu: Figure
    wall: Figure
    peak: float
    """Megabytes."""


def points(result: Result) -> list[Point]:
    """Return what could be measured, in order."""
    return [_point(one) for one in result["subjects"] if "costs" in one]


def further(found: Sequence[Point]) -> list[float]:
    """Return what each unit costs from one size to the next; one less than points of a kind."""
    return [(b.cpu.median - a.cpu.median) / (b.size - a.size) for a, b in pairwise(found)]


def curved(found: Sequence[Point]) -> bool:
    """Tell whether the last steps of sizes cost more for each unit than the one before.

    A size at which the fixed cost hides the rest tells nothing.
    """
    counted = [p for p in found if p.cpu.median > 1.2 * found[0].cpu.median]
    steps = further([found[0], *counted])
    return any(b > CURVED * a for a, b in pairwise(steps))


def build_rate(built: Result) -> float:
    """Return how many seconds of CPU a megabyte of library takes in plain builds; 0 if unknown."""
    rates = [figures.figure([cost["cpu"] for cost in one["costs"]["plain"]]).median * 10**6
             / one["bytes"] for one in built.get("packages", ()) if one.get("bytes")]
    return figures.geometric_mean(rates) if rates else 0.0


def allowed(point: Point, rate: float) -> float:
    """Return the seconds that the aim allows; `rate` is what a megabyte takes to be built.

    Symbols are not compiled by themselves, so no build is known for them.
    """
    size = generated.Subject(kind=point.kind, size=point.size).bytes
    known = 0.0 if point.kind == "symbols" else size / 10**6 * rate
    return max(SECONDS, SHARE * known)


def render(result: Result, rate: float) -> str:
    """Return the section's text; `rate` is what a megabyte takes to be built."""
    found = points(result)
    text = HEAD + _table(found) + "\n" + _aims(found, rate)
    text += "".join(f"\n{one['kind']} {one['size']}: not measured, {one['failed']}.\n"
                    for one in result["subjects"] if "failed" in one)
    text += _loader(result["loader"]) if result.get("loader") else ""
    text += _stubs(result["stubs"]) if result.get("stubs") else ""
    counts = [point.cpu.count for point in found] or [0]
    return text + f"\nMeasured with: {result['tools']}. {markdown.rounds(counts)}"


def _point(one: Result) -> Point:
    def sums(kind: str) -> list[float]:
        return [sum(cost[kind] for cost in costs.values()) for costs in one["costs"]]

    peak = max(cost["peak"] for costs in one["costs"] for cost in costs.values())
    return Point(kind=one["kind"], size=one["size"], cpu=figures.figure(sums("cpu")),
                 wall=figures.figure(sums("wall")), peak=peak / 10**6)


def of_kind(found: Sequence[Point], kind: str) -> list[Point]:
    """Return the points of one kind, the smallest first."""
    return sorted((point for point in found if point.kind == kind), key=lambda point: point.size)


def _table(found: Sequence[Point]) -> str:
    rows = []
    for kind in UNITS:
        mine = of_kind(found, kind)
        steps = ["", *(f"{1000 * step:.3f} ms" for step in further(mine))]
        rows += [[f"{point.size} {UNITS[kind]}", f"{point.cpu.text()} s", f"{point.wall.text()} s",
                  step, f"{point.peak:.0f} MB", f"{point.cpu.median / SHARE / 60:.1f} min"]
                 for point, step in zip(mine, steps, strict=False)]
    head = ["size", "CPU", "by the clock", "each further, CPU", "peak", "is 2 % of a build of"]
    return markdown.table(head, rows)


def _aims(found: Sequence[Point], rate: float) -> str:
    linear = [UNITS[kind] for kind in UNITS
              if of_kind(found, kind) and curved(of_kind(found, kind))]
    slow = [f"{p.size} {UNITS[p.kind]} take {p.cpu.text()} s" for p in found
            if p.cpu.median > allowed(p, rate)]
    large = [f"{p.size} {UNITS[p.kind]} take {p.peak:.0f} MB" for p in found
             if p.kind in PEAKS and p.size <= PEAKS[p.kind][0] and p.peak > PEAKS[p.kind][1]]
    build = (f" (a build is taken to need {rate:.0f} s for a MB of library, as those above do)"
             if rate else "")
    return (markdown.aim("cost linear in size", linear)
            + markdown.aim(f"at most {SECONDS:.0f} s of CPU, or {SHARE:.0%} of the build{build}",
                           slow)
            + markdown.aim("at most 200 MB of memory up to 1 GB of library, 1 GB up to a million"
                           " symbols", large))


def _loader(loader: Result) -> str:
    times = loader["times"]
    rows = [
        _start(name, times, name.replace("with levels", "without levels"), loader["libraries"])
        for name in times
    ]
    head = ["libraries", "start", "more for each library"]
    return LOADER.format(**loader) + markdown.table(head, rows)


def _stubs(stubs: Result) -> str:
    times = stubs["times"]
    rows = [_start(name, times, "modules" if name.startswith("stubs") else name,
                   stubs["modules"]) for name in times]
    head = ["imported", "start", "more for each module"]
    return STUBS.format(**stubs) + markdown.table(head, rows)


def _start(name: str, times: Mapping[str, Sequence[float]], base: str, count: int) -> list[str]:
    """Return a row: how long a start takes, and how much longer than another, for each of many."""
    more = figures.figure([(a - b) / count * 10**6
                           for a, b in zip(times[name], times[base], strict=True)])
    milliseconds = figures.figure([1000 * value for value in times[name]])
    return [name, f"{milliseconds.text()} ms", "" if base == name else f"{more.text(1)} µs"]
