# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables and sentences of the page; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

LOADED = "load before"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; all rows are as long as the head."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def aim(what: str, missed: Sequence[str]) -> str:
    """Return the sentence that says whether an aim was reached, and what is beyond it."""
    came = f"**not reached**: {'; '.join(missed)}" if missed else "reached"
    return f"* {what}: {came}.\n"


def machine(around: Mapping[str, str]) -> str:
    """Return the paragraph about the machine and its load."""
    words = [f"{name} {value}" for name, value in around.items() if value]
    return f"Machine: {'; '.join(words)}.\n"


def rounds(counts: Iterable[int]) -> str:
    """Return the sentence about the rounds in which things were measured; one count at least."""
    few, *more = sorted(set(counts))
    return f"Rounds: {few} to {more[-1]}.\n" if more else f"Rounds: {few}.\n"


def seconds(value: float) -> str:
    """Return a time as a person reads it."""
    if value >= 10:
        return f"{value:.0f} s"
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.2f} ms"
