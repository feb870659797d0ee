# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine without the level builds the same packages as one that has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import support

pytestmark = pytest.mark.build

LESSER = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2"}
"""To the loader of such a process the machine has no level above the second."""

USES_ITS_LIBRARY = """
execute_after_dh_auto_build:
\tLD_LIBRARY_PATH=. ./foo > built-with.txt
\tcat built-with.txt

execute_after_dh_install:
\tinstall -Dm644 built-with.txt debian/foo/usr/share/foo/built-with.txt
"""


def test_program_of_the_build_loads_the_generic_twin(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.append(tree / "debian/rules", USES_ITS_LIBRARY)
    log = support.build(tree, env=LESSER).log
    assert "x86-64-v3   built in" in log
    assert "tests not run (this machine has no x86-64-v3)" in log
    assert log.count("generic 499500\n") >= 2
    assert "x86-64-v3 499500\n" not in log


def test_program_of_the_build_loads_the_level_where_it_can(package: Callable[..., Path]) -> None:
    if "x86-64-v3" not in support.supported():
        pytest.skip("this machine is a lesser one")
    tree = package("make")
    support.append(tree / "debian/rules", USES_ITS_LIBRARY)
    assert "x86-64-v3 499500\n" in support.build(tree).log


def test_same_packages_as_on_a_better_machine(
    package: Callable[..., Path], tmp_path: Path
) -> None:
    here = support.build(package("make"))
    lesser = support.build(support.make_tree(tmp_path / "lesser", "make"), env=LESSER)
    assert here.debs.keys() == lesser.debs.keys()
    for name, deb in here.debs.items():
        assert deb.path.read_bytes() == lesser.debs[name].path.read_bytes(), name
