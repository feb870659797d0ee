# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ruff and mypy find, where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
LINTERS = {
    "ruff": ("check", "--no-cache", "--output-format=concise", "."),
    "mypy": ("--cache-dir=/dev/null",),
}


def command(name: str) -> list[str]:
    """Return how to call a linter: as a module of this Python, else from PATH; skip without it."""
    if find_spec(name):
        return [sys.executable, "-m", name]
    if found := shutil.which(name):
        return [found]
    pytest.skip(f"{name} is not installed")


@pytest.mark.parametrize("name", LINTERS)
def test_linter_finds_nothing(name: str) -> None:
    said = subprocess.run(
        [*command(name), *LINTERS[name]], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
