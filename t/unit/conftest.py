# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Unit tests start no process, see nothing of a build around them, and work in their own directory.

A test marked `build` may start processes.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest
from dhhwcaps import run
from fakes import Commands

STARTING = ((subprocess.Popen, "__init__"), (os, "system"), (os, "fork"), (os, "posix_spawn"))


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("DEB_", "DH_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: object, **_pipes: object) -> NoReturn:
        # No exception that the code under test could catch.
        pytest.fail(f"a unit test starts a process: {words[-1:]}")

    if not request.node.get_closest_marker("build"):
        for owner, name in STARTING:
            monkeypatch.setattr(owner, name, refuse)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """What commands answer; any other command than those is an error."""
    made = Commands()
    monkeypatch.setattr(run, "attempt", made)
    return made
