# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dhhwcaps import isa, layout
from dhhwcaps.isa import Level
from fakes import level

OF_LEVEL: dict[str, Callable[[Level], Path]] = {
    "debian/.debhelper/hw/v3": layout.copy,
    "debian/.debhelper/hwcaps/x86-64-v3.tar": layout.collected,
    "debian/.debhelper/hwcaps/x86-64-v3": layout.unpacked,
    "debian/.debhelper/hwcaps/x86-64-v3.json": layout.result,
    "debian/.debhelper/hwcaps/x86-64-v3.tests": layout.tests,
    "debian/.debhelper/hwcaps/x86-64-v3.log": layout.log,
    "debian/.debhelper/hwcaps/x86-64-v3.gcc/specs": layout.specs,
    "debian/.debhelper/hwcaps/x86-64-v3.bin": layout.stubs,
    "debian/.debhelper/hwcaps/x86-64-v3.rules": layout.rules,
}


@pytest.mark.parametrize("path", OF_LEVEL)
def test_of_a_level(path: str) -> None:
    assert OF_LEVEL[path](level("x86-64-v3")) == Path(path)


def test_nothing_lies_in_anothers_place() -> None:
    fixed = [layout.SOURCE, layout.LATE, layout.TIMES, layout.ROWS, layout.REPORT,
             layout.CLEAN, layout.packed("foo-src")]
    paths = [*fixed, *(of(row) for of in OF_LEVEL.values() for row in isa.LEVELS)]
    assert len(set(paths)) == len(paths)


def test_dh_clean_removes_all_of_it() -> None:
    for path in (layout.STATE, layout.COPIES, layout.PACKED, layout.CLEAN):
        assert path.is_relative_to("debian/.debhelper")


def test_in_a_copy_the_outer_state_is_used() -> None:
    state = Path("/outer/state")
    v3 = level("x86-64-v3")
    for of in (layout.collected, layout.result, layout.tests, layout.stubs, layout.rules):
        assert of(v3, state).parent == state


def test_directories_of_packages() -> None:
    assert layout.staging("libfoo1") == Path("debian/libfoo1")
    assert layout.subdirectory("/usr/lib/x", level("z15")) == "/usr/lib/x/glibc-hwcaps/z15"
