# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compilers other than GCC, and ways to reach those that are called past dpkg-buildflags."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import support

pytestmark = pytest.mark.build

CLANG = """#!/usr/bin/make -f
export CC = clang

%:
	dh $@

# dwz does not know all that clang writes.
override_dh_dwz:
"""
WITH_OPTION = "\noverride_dh_hwcaps_build:\n\tdh_hwcaps_build {option}\n"


@pytest.fixture
def clang(package: Callable[..., Path]) -> Path:
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    tree = package("make")
    (tree / "debian/rules").write_text(CLANG)
    return tree


def test_clang_reads_no_specs(clang: Path, fails: Callable[..., str]) -> None:
    said = fails(clang)
    assert "x86-64-v3: clang does not read GCC's spec files" in said
    assert "--scope=all" in said


def test_clang_with_plain_flags(clang: Path) -> None:
    support.append(clang / "debian/rules", WITH_OPTION.format(option="--scope=all"))
    package = support.build(clang)
    assert package.debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]
    if "x86-64-v3" in support.supported():
        assert package.run("foo", "x86-64-v3") == "x86-64-v3 499500"
