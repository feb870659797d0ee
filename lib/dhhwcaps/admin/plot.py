# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps bench --plot`: the times as a picture, through matplotlib, which need not be there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from dhhwcaps.admin.bench import Result
from dhhwcaps.admin.timing import TIMES
from dhhwcaps.errors import HwcapsError, UsageError

FORMATS = (".svg", ".png", ".pdf")


def check(path: Path) -> None:
    """Make sure, before anything is measured, that a picture can be made.

    Raises UsageError for a name of an unknown format, HwcapsError without matplotlib.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"--plot: {str(path)!r}: a name that ends in {', '.join(FORMATS)}, please")
    if not path.absolute().parent.is_dir():
        raise HwcapsError(f"--plot: there is no directory {str(path.parent)!r}")
    try:
        import_module("matplotlib")
    except ImportError:
        raise HwcapsError("--plot needs matplotlib", "apt install python3-matplotlib") from None


def save(result: Result, path: Path) -> None:
    """Write a bar for each level's median with its spread, and each run as a dot.

    Raises OSError when the file cannot be written.
    """
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "hwcaps"
    pyplot = import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=(7, 1 + 0.6 * len(result.rows)), layout="constrained")
    places = list(range(len(result.rows), 0, -1))
    axes.barh(places, [row.median for row in result.rows], height=0.5, color="lightgray",
              xerr=[row.spread for row in result.rows])
    for place, row in zip(places, result.rows, strict=True):
        axes.plot(row.times, [place] * len(row.times), ".", color="tab:blue", alpha=0.5)
    axes.set_yticks(places, [f"{row.level}  {row.ratio:.2f}{TIMES}" for row in result.rows])
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds")
    axes.set_title(" ".join(result.command).replace("$", r"\$"), fontsize="small")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
