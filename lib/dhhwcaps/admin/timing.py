# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What times of repeated runs say; pure."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TIMES = "\N{MULTIPLICATION SIGN}"
ERRORS = 2.5
"""Standard errors between two means that are called different: 97.5 % or more of ten runs each
(Student's t)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The times at one level."""

    level: str
    times: tuple[float, ...]
    """Seconds, in the order of the rounds."""
    median: float
    spread: float
    """Standard deviation."""
    ratio: float
    """How many times as fast as generic."""
    ratio_spread: float
    remark: str = ""

    @property
    def ratio_text(self) -> str:
        """The ratio as a person reads it."""
        exact = self.ratio == 1 and not self.ratio_spread
        return f"{self.ratio:.2f}{TIMES}" + ("" if exact else f" ± {self.ratio_spread:.2f}")


def rows(times: Mapping[str, Sequence[float]]) -> tuple[Row, ...]:
    """Return a row for each level; the first is what the others are compared with.

    Levels take turns, so the ratio is that of each round by itself: what slows the machine for a
    while slows all alike.
    """
    first = next(iter(times))
    return tuple(_row(level, values, times[first], level == first)
                 for level, values in times.items())


def _row(level: str, values: Sequence[float], generic: Sequence[float], base: bool) -> Row:
    ratios = [b / v if v else 1.0 for b, v in zip(generic, values, strict=True)]
    difference = [b - v for b, v in zip(generic, values, strict=True)]
    hidden = not base and _hidden(difference)
    return Row(
        level=level, times=tuple(values), median=statistics.median(values), spread=_spread(values),
        ratio=statistics.median(ratios), ratio_spread=_spread(ratios),
        remark="no difference beyond the spread" if hidden else "",
    )


def _hidden(difference: Sequence[float]) -> bool:
    if len(difference) < 2:
        return True
    error = _spread(difference) / len(difference) ** 0.5
    return bool(abs(statistics.mean(difference)) <= ERRORS * error)


def _spread(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0
