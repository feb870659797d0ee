# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input from a seed, so that each run can be repeated."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from guard import SECONDS
from hypothesis import HealthCheck, settings

SHARE = 20
"""One in so many files is an example of hypothesis: those take longer, and are made smaller."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make check-fuzz` sets."""
    parser.addoption("--from", type=int, default=1, help="the number that all input is made from")
    parser.addoption("--count", type=int, default=6000, help="files of each kind")


def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis start from the same number, and leave nothing behind."""
    settings.register_profile(
        "fuzz", max_examples=max(1, config.getoption("--count") // SHARE), database=None,
        deadline=1000 * SECONDS, print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture,
                               HealthCheck.filter_too_much],
    )
    settings.load_profile("fuzz")
    config.option.hypothesis_seed = config.getoption("--from")


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("DEB_", "DH_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def count(request: pytest.FixtureRequest) -> int:
    """How many files are made."""
    return int(request.config.getoption("--count"))


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> Callable[[int], random.Random]:
    """Return the dice of one input: its number and the seed are all that it takes to repeat it."""
    seed = request.config.getoption("--from")
    name = request.node.name
    return lambda number: random.Random(f"{seed} {name} {number}")
