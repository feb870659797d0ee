# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table at the end: scenario by suite, with what was loaded at each level."""

from __future__ import annotations

from collections.abc import Iterable

SEEN = "seen"
"""The property of a test that makes it a cell: subject, scenario, suite and what was loaded."""
FIGURES = "figures"
"""The property that says how often a scenario was looked at, and for how long versions mixed."""
HEAD = "loaded on a CPU without levels, with {levels}; versions as in subjects.py"


def lines(reports: Iterable, levels: Iterable[str]) -> list[str]:
    """Return the table as lines, from pytest's reports."""
    cells: dict[str, dict[str, dict[str, str]]] = {}
    figures: dict[str, list[tuple[int, int, float]]] = {}
    for report in reports:
        properties = dict(report.user_properties)
        if report.when != "call" or SEEN not in properties:
            continue
        subject, scenario, suite, loaded = properties[SEEN]
        cells.setdefault(subject, {}).setdefault(scenario, {})[suite] = (
            loaded if report.outcome == "passed" else "FAILED")
        if FIGURES in properties:
            figures.setdefault(subject, []).append(properties[FIGURES])
    made = [HEAD.format(levels=", ".join(levels))] if cells else []
    for subject, rows in cells.items():
        made += ["", *_table(subject, rows)]
        if subject not in figures:
            continue
        looks = sum(f[0] for f in figures[subject])
        mixed, window = (max(f[n] for f in figures[subject]) for n in (1, 2))
        made.append(f"{looks} looks; a variant's version was not generic's after at most {mixed}"
                    f" changes of a command, for {window:.2f} s under strace")
    return made


def _table(subject: str, rows: dict[str, dict[str, str]]) -> list[str]:
    suites = list(dict.fromkeys(suite for row in rows.values() for suite in row))
    table = [[subject, *suites], *([name, *(row.get(suite, "") for suite in suites)]
                                   for name, row in rows.items())]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in table]
