# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Results, one JSON file for each benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).with_name("results")
Result = dict[str, Any]


def path(name: str) -> Path:
    """Return the file of a benchmark's result."""
    return DIRECTORY / f"{name}.json"


def save(name: str, result: Result) -> None:
    """Write a result."""
    DIRECTORY.mkdir(exist_ok=True)
    text = json.dumps(rounded(result), indent=1, ensure_ascii=False)
    path(name).write_text(text + "\n")


def merged(before: Result, now: Result) -> Result:
    """Return a result of parts of a benchmark, with what it says of other parts from before.

    Nothing is kept of another processor: its times are not to be seen beside these.
    """
    if before.get("machine", {}).get("processor") != now["machine"]["processor"]:
        return now
    made = before | now
    for name, rows in now.items():
        if isinstance(rows, list):
            measured = {_subject(row) for row in rows}
            kept = [row for row in before.get(name, []) if _subject(row) not in measured]
            made[name] = kept + rows
    return made


def _subject(row: Result) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("package", "subject", "kind", "size"))


def load(name: str) -> Result:
    """Return a benchmark's result; {} when there is none."""
    found: Result = json.loads(path(name).read_text()) if path(name).exists() else {}
    return found


def rounded(value: Any) -> Any:
    """Return the same with all fractions cut to what was really measured: microseconds."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value
