# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page's section on what levels gain at run time; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dhhwcaps.admin.timing import TIMES

from bench import figures, markdown, ways
from bench.figures import Figure
from bench.results import Result

NATIVE_SHARE = 0.95
"""Aim for the best level: so fast, against -march=native."""
CONTROL_LOSS = 0.95
"""A control is not to be slower than that with levels."""
GENERIC, NATIVE = "generic", "native"
HEAD = """\
Programs of `bench/drivers`, compiled for the baseline, and that of the example, run with the
libraries of a converted package: generic, and those of each level, which the loader chooses up to
what `--glibc-hwcaps-mask` allows. *Native* is the same source with `-march=native` at the end of
CFLAGS and without levels. All else is the same: the package's own flags, its own `-O`. Figures are
CPU time of generic by that of the level, round by round, in turns: 2.00 is twice as fast. *Best /
native* is how fast the best level is against native. A *control* has nothing to gain.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """How many times as fast as the generic library others are."""

    subject: str
    does: str
    control: bool
    seconds: Figure
    """Of generic."""
    gains: Mapping[str, Figure]
    """By level, and native."""
    best: str
    """The fastest level; "" where the machine has none."""
    share: Figure | None
    """How fast the best level is against native."""


def gains(result: Result) -> list[Gains]:
    """Return the ratios of the subjects that could be measured."""
    return [_gains(one) for one in result["subjects"] if "costs" in one]


def _gains(one: Result) -> Gains:
    times = {name: [cost["cpu"] for cost in kept] for name, kept in one["costs"].items()}
    found = {name: figures.ratio(times[GENERIC], values)
             for name, values in times.items() if name != GENERIC}
    levels = [name for name in found if name != NATIVE]
    best = max(levels, key=lambda name: found[name].median, default="")
    return Gains(
        subject=one["subject"], does=one["does"], control=one["control"],
        seconds=figures.figure(times[GENERIC]), gains=found, best=best,
        share=figures.ratio(times[NATIVE], times[best]) if best else None,
    )


def render(result: Result) -> str:
    """Return the section's text."""
    found = gains(result)
    names = [*(level.name for level in ways.levels()), NATIVE]
    rows = [[f"{one.subject}{', a control' if one.control else ''}", one.does,
             f"{one.seconds.text()} s",
             *(_times(one.gains[name]) if name in one.gains else "not run"
               for name in names),
             one.share.text() if one.share else ""] for one in found]
    head = ["library", "does", GENERIC, *names, "best / native"]
    text = HEAD + markdown.table(head, rows) + "\n" + _aims(found)
    text += "".join(f"\n{one['subject']} was not measured: {one['failed']}\n"
                    for one in result["subjects"] if "failed" in one)
    tools = dict.fromkeys(one["tools"] for one in result["subjects"] if "tools" in one)
    counts = [one.seconds.count for one in found] or [0]
    return text + f"\nBuilt with: {'; '.join(tools)}. {markdown.rounds(counts)}"


def _times(figure: Figure) -> str:
    number, blank, spread = figure.text().partition(" ")
    return number + TIMES + blank + spread


def _aims(found: list[Gains]) -> str:
    slower = [f"{one.subject} {one.share.text()}" for one in found
              if one.share and one.share.median < NATIVE_SHARE]
    lost = [f"{one.subject} at {name} {gain.text()}" for one in found if one.control
            for name, gain in one.gains.items() if name != NATIVE and gain.median < CONTROL_LOSS]
    return (markdown.aim(f"the best level at least {NATIVE_SHARE} as fast as native", slower)
            + markdown.aim(f"no control below {CONTROL_LOSS} at any level", lost))
