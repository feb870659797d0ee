# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of the page, by matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import page_build, page_own, page_run
from bench.page_own import Point
from bench.results import Result

Draw = Callable[[Any, Result], None]


def save(found: Mapping[str, Result], directory: Path) -> None:
    """Write the pictures of all benchmarks that have results; they have no date in them."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    pyplot = import_module("matplotlib.pyplot")
    directory.mkdir(parents=True, exist_ok=True)
    matplotlib.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none"})
    for picture, (name, draw) in PICTURES.items():
        if found.get(name):
            figure, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
            draw(axes, found[name])
            figure.savefig(directory / f"{picture}.svg", metadata={"Date": None})
            pyplot.close(figure)


def build(axes: Any, result: Result) -> None:
    """Draw what levels take of three builds, with the aims."""
    found = page_build.compared(result)
    for shift, kind, label in ((-0.2, "cpu", "CPU time"), (0.2, "wall", "by the clock")):
        ratios = [one.separate[kind] for one in found]
        places = [place + shift for place in range(len(found))]
        axes.bar(places, [ratio.median for ratio in ratios], width=0.35, label=label,
                 yerr=[ratio.spread for ratio in ratios], capsize=3)
    axes.axhline(page_build.MEAN, color="gray", linestyle="--", label="aim for the mean")
    axes.axhline(page_build.WORST, color="gray", linestyle=":", label="aim for each")
    axes.set_xticks(range(len(found)), [one.package for one in found])
    axes.set_ylim(bottom=0)
    axes.set_ylabel("levels / three builds")
    _legend(axes)


def own_seconds(axes: Any, result: Result) -> None:
    """Draw what our steps take by size, both logarithmic: linear growth is a slope of one."""
    _by_size(axes, result, lambda point: point.cpu.median)
    axes.axhline(page_own.SECONDS, color="gray", linestyle="--", label="2 s")
    axes.set_ylabel("CPU time, s")
    _legend(axes)


def own_memory(axes: Any, result: Result) -> None:
    """Draw the largest process by size."""
    _by_size(axes, result, lambda point: point.peak)
    axes.set_ylabel("memory of the largest process, MB")
    _legend(axes)


def _by_size(axes: Any, result: Result, value: Callable[[Point], float]) -> None:
    for kind, unit in page_own.UNITS.items():
        mine = page_own.of_kind(page_own.points(result), kind)
        axes.loglog([point.size for point in mine], [value(point) for point in mine],
                    marker="o", label=unit)
    axes.set_xlabel("size")


def gains(axes: Any, result: Result) -> None:
    """Draw how many times as fast as generic each level and native are."""
    found = page_run.gains(result)
    names = list(dict.fromkeys(name for one in found for name in one.gains))
    for number, name in enumerate(names):
        places = [place + 0.25 * (number - (len(names) - 1) / 2) for place in range(len(found))]
        figures = [one.gains[name] for one in found]
        axes.bar(places, [figure.median for figure in figures], width=0.22, label=name,
                 yerr=[figure.spread for figure in figures], capsize=3)
    axes.axhline(1, color="gray", linestyle="--")
    axes.set_xticks(range(len(found)), [one.subject for one in found])
    axes.set_ylabel("times as fast as generic")
    _legend(axes)


def _legend(axes: Any) -> None:
    # Above, where it hides nothing.
    axes.legend(fontsize="small", ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1))


PICTURES: Mapping[str, tuple[str, Draw]] = {
    "build": ("build", build),
    "own-seconds": ("own", own_seconds),
    "own-memory": ("own", own_memory),
    "run": ("run", gains),
}
"""File → benchmark, and what draws it."""
