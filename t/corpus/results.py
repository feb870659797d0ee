# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Results, one JSON file for each package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).with_name("results")
Result = dict[str, Any]


def path(package: str) -> Path:
    """Return the file of a package's result."""
    return DIRECTORY / f"{package}.json"


def save(result: Result) -> None:
    """Write a result, in one order of keys."""
    text = json.dumps(result, indent=1, sort_keys=True, ensure_ascii=False)
    DIRECTORY.mkdir(exist_ok=True)
    path(result["package"]).write_text(text + "\n")


def load(packages: Iterable[str]) -> list[Result]:
    """Return the results that are there, in the order of the packages."""
    return [json.loads(path(name).read_text()) for name in packages if path(name).exists()]
