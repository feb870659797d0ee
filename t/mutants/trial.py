# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the unit tests of a module against a mutant of it, in a process that is forked for it."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

# What the tests need besides our own modules, which each process imports anew.
import debian.deb822
import debian.substvars  # noqa: F401
import plumbum  # noqa: F401
import pytest

TOP = Path(__file__).resolve().parents[2]
UNIT = TOP / "t" / "unit"
SECONDS = 120
"""A mutant that takes longer hangs."""


class Loader(SourceFileLoader):
    """Loads one module's mutant in place of the module."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname: str) -> CodeType:
        """Return the mutant's code."""
        return self.code


class Finder:
    """Finds the mutant before Python finds the module."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the mutant's spec, for its own name only."""
        if name != self.name:
            return None
        loader = Loader(name, str(self.path), self.code)
        return spec_from_file_location(name, self.path, loader=loader)


def tests(module: str) -> tuple[list[str], list[str]]:
    """Return the module's own unit tests, and all others that import it."""
    own = UNIT / f"test_{module}.py"
    uses = re.compile(rf"^from dhhwcaps(\.{module})? import\b.*|^from dhhwcaps import \([^)]*\)",
                      re.MULTILINE)
    others = [
        str(path) for path in sorted(UNIT.rglob("test_*.py")) if path != own
        and any(re.search(rf"\b{module}\b", match[0]) for match in uses.finditer(path.read_text()))
    ]
    return [str(own)], others


def source(module: str) -> Path:
    """Return the module's file."""
    return TOP / "lib" / "dhhwcaps" / f"{module}.py"


def survives(module: str, code: CodeType, files: Sequence[Sequence[str]]) -> bool:
    """Tell whether all tests pass with that code in the place of the module."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(_run(module, code, files))
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _run(module: str, code: CodeType, files: Sequence[Sequence[str]]) -> int:
    signal.alarm(SECONDS)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.meta_path.insert(0, Finder(f"dhhwcaps.{module}", source(module), code))
    options = ("-x", "-q", f"--rootdir={TOP}", f"--confcutdir={UNIT}", "-c",
               str(TOP / "pyproject.toml"), f"--basetemp={sys.pycache_prefix}/temporary")
    return next((int(code) for some in files if some
                 if (code := pytest.main([*options, *some]))), 0)
