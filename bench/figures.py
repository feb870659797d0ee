# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ratios of measured times, and their spread; pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The median of some values, and how far they lie apart."""

    median: float
    spread: float
    """Standard deviation; 0 for a single value."""
    count: int

    def text(self, digits: int = 2) -> str:
        """Return it as a person reads it."""
        spread = f" ± {self.spread:.{digits}f}" if self.count > 1 else ""
        return f"{self.median:.{digits}f}{spread}"


def figure(values: Sequence[float]) -> Figure:
    """Return the figure of at least one value."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return Figure(median=statistics.median(values), spread=spread, count=len(values))


def ratio(part: Sequence[float], *whole: Sequence[float]) -> Figure:
    """Return what `part` is of the sum of `whole`, round by round.

    What slows the machine for a while slows all of a round alike.
    """
    sums = [sum(values) for values in zip(*whole, strict=True)]
    return figure([one / other for one, other in zip(part, sums, strict=True)])


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean, as is right for ratios; there must be one value at least."""
    logarithms = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logarithms))


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return e of the power law cost = c · size^e that fits best: 1 is linear, 2 is square.

    There must be two sizes at least.
    """
    slope = statistics.linear_regression(
        [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    )
    return float(slope.slope)
