# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page's section on the cost of builds; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench import figures, markdown, ways
from bench.figures import Figure
from bench.results import Result

MEAN, WORST = 0.65, 0.85
"""Aims for what levels take of separate builds: the geometric mean, and each package."""
HEAD = """\
Source packages of Debian, pinned in `t/`, are built by `dpkg-buildpackage -b` in a
chroot of their release, in memory, without tests, with one job for each core. *Levels* is the
package as `dh_hwcaps convert` leaves it, with libraries for generic, {levels}. *Three
builds* are ordinary builds of the package as it is, with `{flags}`
at the end of CFLAGS and of its like for other languages. *Plain* is one ordinary build. A round has
all of these, each comes first in turn, and ratios are made round by round; ± is their standard
deviation.

"""
NOTHING = "\nNothing else was measured: all builds failed.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What levels take of other builds, by the clock and of the processors."""

    package: str
    separate: dict[str, Figure]
    """By `cpu` or `wall`."""
    plain: dict[str, Figure]


def compared(result: Result) -> list[Compared]:
    """Return the ratios of the packages that could be built in all ways."""
    return [_compared(one) for one in result["packages"] if "costs" in one]


def _compared(one: Result) -> Compared:
    def times(way: str, kind: str) -> list[float]:
        return [cost[kind] for cost in one["costs"][way]]

    names = [way.name for way in ways.separate()]
    return Compared(
        package=one["package"],
        separate={kind: figures.ratio(times(ways.LEVELS, kind), *(times(n, kind) for n in names))
                  for kind in ("cpu", "wall")},
        plain={kind: figures.ratio(times(ways.LEVELS, kind), times(ways.PLAIN, kind))
               for kind in ("cpu", "wall")},
    )


def render(result: Result) -> str:
    """Return the section's text."""
    found = compared(result)
    names = [level.name for level in ways.levels()]
    flags = "`, `".join(f"-march={way.name}" for way in ways.separate())
    text = HEAD.format(levels=" and ".join(names), flags=flags)
    text += _table(result, found) if found else NOTHING
    text += "".join(f"\n{one['package']} was not measured: {one['failed']}\n"
                    for one in result["packages"] if "failed" in one)
    tools = dict.fromkeys(one["tools"] for one in result["packages"] if "tools" in one)
    counts = [one.plain["cpu"].count for one in found] or [0]
    return text + f"\nBuilt with: {'; '.join(tools)}. {markdown.rounds(counts)}"


def _table(result: Result, found: Sequence[Compared]) -> str:
    head = ["package", "levels / three builds, CPU", "by the clock", "levels / plain, CPU",
            "by the clock", "plain, CPU", "levels, CPU"]
    kept = {one["package"]: one for one in result["packages"]}
    rows = [_row(one, kept[one.package]) for one in found]
    means = [figures.geometric_mean(getattr(one, against)[kind].median for one in found)
             for against in ("separate", "plain") for kind in ("cpu", "wall")]
    rows.append(["geometric mean", *(f"**{mean:.2f}**" for mean in means), "", ""])
    aims = [_aims(found, kind, mean, what) for kind, mean, what in
            (("cpu", means[0], "CPU time"), ("wall", means[1], "time by the clock"))]
    return markdown.table(head, rows) + "\n" + "".join(aims)


def _aims(found: Sequence[Compared], kind: str, mean: float, what: str) -> str:
    over = [f"{mean:.2f}"] if mean > MEAN else []
    above = [f"{one.package} {one.separate[kind].median:.2f}" for one in found
             if one.separate[kind].median > WORST]
    return (markdown.aim(f"at most {MEAN} of three builds' {what} in the geometric mean", over)
            + markdown.aim(f"no package above {WORST} of its {what}", above))


def _row(one: Compared, kept: Result) -> list[str]:
    seconds = [figures.figure([cost["cpu"] for cost in kept["costs"][way]])
               for way in (ways.PLAIN, ways.LEVELS)]
    return [f"{kept['package']} {kept['version']}",
            *(one.separate[kind].text() for kind in ("cpu", "wall")),
            *(one.plain[kind].text() for kind in ("cpu", "wall")),
            *(f"{figure.text(1)} s" for figure in seconds)]
