# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run what was built as on a CPU of a level: the loader is told which features to leave alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import support

CPUS = {"x86-64-v4": "", "x86-64-v3": "-AVX512F", "generic": "-AVX512F,-AVX2"}
"""What the loader takes at best → what it is to leave alone for that (glibc: tunables)."""


def need(level: str) -> None:
    """Skip the test where this machine has not the level."""
    if level not in ("generic", *support.supported()):
        pytest.skip(f"this machine has no {level}")


def environment(root: Path, level: str) -> dict[str, str]:
    """The environment in which programs use the libraries and Python modules below `root`."""
    made = {
        "LD_LIBRARY_PATH": str(root / "usr/lib" / support.triplet()), "PATH": support.SYSTEM_PATH,
        "PYTHONPATH": str(root / "usr/lib/python3/dist-packages"),
    }
    tunables = f"glibc.cpu.hwcaps={CPUS[level]}" if CPUS[level] else ""
    return made | ({"GLIBC_TUNABLES": tunables} if tunables else {})


def python(root: Path, module: str, expression: str, level: str) -> object:
    """Import a module and return what an expression is; AssertionError says why it cannot be."""
    script = f"import json, {module}; print(json.dumps({expression}))"
    done = subprocess.run(
        ["/usr/bin/python3", "-B", "-c", script], capture_output=True, text=True,
        env=environment(root, level), check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
