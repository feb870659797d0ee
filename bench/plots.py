# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of the page, by matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import page_build
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
    axes.legend(fontsize="small")


PICTURES: Mapping[str, tuple[str, Draw]] = {"build": ("build", build)}
"""File → benchmark, and what draws it."""
