# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Unit tests cannot start processes by oversight."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from dhhwcaps import run

WAYS: dict[str, Callable[[], object]] = {
    "run.output": lambda: run.output("true"),
    "run.start": lambda: run.start(["true"], cwd=Path(), env={}, log=io.BytesIO()),
    "Popen": lambda: subprocess.Popen(["true"]),
    "subprocess.run": lambda: subprocess.run(["true"], check=False),
    "os.system": lambda: os.system("true"),
    "os.fork": lambda: os.fork(),
    "os.posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_guard_bites(way: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="a unit test starts a process"):
        WAYS[way]()


def test_nothing_of_the_callers_build_is_seen(tmp_path: Path) -> None:
    assert Path.cwd() == tmp_path
    assert [name for name in os.environ if name.startswith(("DEB_", "DH_"))] == []


def test_unexpected_command_is_an_error(commands: Callable[..., object]) -> None:
    with pytest.raises(AssertionError, match="unexpected command: strip x"):
        run.output("strip", "x")
