# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the system tests, which change this machine: see machine.prepare."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import support
from real import machine, sources


@pytest.fixture(scope="session", autouse=True)
def prepared() -> None:
    """Make the machine ready; needs root."""
    if support.architecture() != "amd64":
        pytest.skip("the packages of these tests have levels of amd64")
    if os.geteuid():
        pytest.fail("the system tests need root: they make chroots and a user")
    machine.prepare()


@pytest.fixture(scope="session")
def addon(prepared: None) -> Iterator[list[Path]]:
    """The packages of dh-hwcaps, built from this tree."""
    with machine.workspace("addon") as where:
        yield sources.addon(where)
