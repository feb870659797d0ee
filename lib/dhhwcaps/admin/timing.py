# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What times of repeated runs say; pure."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TIMES = "\N{MULTIPLICATION SIGN}"
ERRORS = (12.7, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)
"""Standard errors between two means that are called different, for 2, 3, … 10 runs or more: what
chance exceeds once in twenty times (Student's t, 1 to 9 degrees of freedom)."""


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


def rows(
    times: Mapping[str, Sequence[float]], same: Mapping[str, str] | None = None
) -> tuple[Row, ...]:
    """Return a row for each level; the first is what the others are compared with.

    Levels take turns, so the ratio is that of each round by itself: what slows the machine for a
    while slows all alike.  `same` names, for a level at which nothing else is loaded than at a
    lower one, that one.
    """
    first = next(iter(times))
    return tuple(_row(level, values, times[first], level == first, (same or {}).get(level, ""))
                 for level, values in times.items())


def _row(
    level: str, values: Sequence[float], generic: Sequence[float], base: bool, twin: str
) -> Row:
    ratios = [b / v if v else 1.0 for b, v in zip(generic, values, strict=True)]
    difference = [b - v for b, v in zip(generic, values, strict=True)]
    hidden = "no difference beyond the spread" if not base and _hidden(difference) else ""
    return Row(
        level=level, times=tuple(values), median=statistics.median(values), spread=_spread(values),
        ratio=statistics.median(ratios), ratio_spread=_spread(ratios),
        remark=f"loads the same as {twin}" if twin else hidden,
    )


def _hidden(difference: Sequence[float]) -> bool:
    if len(difference) < 2:
        return True
    error = _spread(difference) / len(difference) ** 0.5
    errors = ERRORS[min(len(difference), len(ERRORS) + 1) - 2]
    return bool(abs(statistics.mean(difference)) <= errors * error)


def _spread(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0
