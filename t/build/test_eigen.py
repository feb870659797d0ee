# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A library with Eigen's types in its interface: the trap, what finds it, and the cure."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from dhhwcaps import eigen
from support import Built

pytestmark = pytest.mark.build

LEVEL = "x86-64-v3"
NO_TESTS = {"DEB_BUILD_OPTIONS": "nocheck parallel=2"}
FILLS = "-DFOO_FILLS"
"""Makes an interface in which the library allocates nothing for the program."""
RESULT = "10 5050 200"
OTHERWISE = f"warning: libfoo.so.1 at {LEVEL} %s Eigen's matrices otherwise than the generic"


@pytest.fixture
def tree(package: Callable[..., Path]) -> Path:
    """The package, on a system with the Eigen whose flags decide all that this is about."""
    if not _has_eigen_3():
        pytest.skip("Eigen 3 is not installed")
    return package("eigen")


def test_program_for_the_baseline_cannot_use_the_library_of_a_level(tree: Path) -> None:
    made = support.build(tree, env=NO_TESTS)
    assert OTHERWISE % "allocates and aligns" in made.log
    assert made.run("foo") == f"generic {RESULT}"
    _crashes(made)


def test_test_suite_of_a_level_falls_into_the_trap(
    tree: Path, fails: Callable[..., str]
) -> None:
    # Its programs are compiled for the baseline, as those of the users are.
    if LEVEL not in support.supported():
        pytest.skip(f"this machine has no {LEVEL}")
    assert "the tests failed" in fails(tree)


def test_comparing_types_finds_the_layout(tree: Path, fails: Callable[..., str]) -> None:
    _compare(tree)
    said = fails(tree, env=NO_TESTS)
    assert f"libfoo.so.1 at {LEVEL}: types of its interface differ" in said
    assert re.search(r"struct foo_box.*\n.*type size changed from 384 to 512", said)
    assert eigen.CURE in said


def test_layout_is_half_of_the_trap(tree: Path) -> None:
    _compare(tree, eigen.CURE)
    made = support.build(tree, env=NO_TESTS)
    assert OTHERWISE % "allocates" in made.log
    _crashes(made)


def test_cure(tree: Path) -> None:
    _compare(tree, eigen.CURE, FILLS)
    made = support.build(tree)
    assert made.run("foo") == f"generic {RESULT}"
    if LEVEL in support.supported():
        assert made.run("foo", LEVEL) == f"{LEVEL} {RESULT}"
    variant = made.debs["libfoo1-avx2"].library(f"glibc-hwcaps/{LEVEL}/libfoo.so.1")
    assert support.uses_avx(variant, "foo_sum")


def test_taking_all_memory_from_malloc_is_no_cure(tree: Path) -> None:
    # Eigen's own buffers come from there as well then, and its code relies on their alignment.
    _compare(tree, eigen.CURE, FILLS, "-DEIGEN_MALLOC_ALREADY_ALIGNED=1")
    made = support.build(tree, env=NO_TESTS)
    assert "Eigen's matrices" not in made.log
    _crashes(made)


def _compare(tree: Path, *macros: str) -> None:
    support.rules(
        tree,
        f"export DEB_CPPFLAGS_MAINT_APPEND = {' '.join(macros)}\n\n"
        "override_dh_hwcaps_install:\n\tdh_hwcaps_install --abi=types\n",
    )


def _crashes(made: Built) -> None:
    if LEVEL in support.supported():
        with pytest.raises(subprocess.CalledProcessError):
            made.run("foo", LEVEL)


def _has_eigen_3() -> bool:
    said = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "libeigen3-dev"], capture_output=True, text=True
    ).stdout
    return said.startswith("3.")
