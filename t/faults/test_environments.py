# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Environments, options and compilers that a build may meet."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import support
import trees
from trees import Sums, sums

NOBODY = 65534 if os.geteuid() == 0 else None
SAME = {
    "locale C": {"LC_ALL": "C"},
    "locale tr_TR.UTF-8": {"LC_ALL": "tr_TR.UTF-8", "LOCPATH": "{where}/locales"},
    "LANGUAGE fr": {"LANGUAGE": "fr"},
    "parallel=64": {"DEB_BUILD_OPTIONS": "parallel=64"},
    "terse": {"DEB_BUILD_OPTIONS": "terse"},
    "no HOME": {"HOME": "/nonexistent"},
    "ccache": {"CC": "ccache gcc", "CCACHE_DIR": "{where}/ccache"},
    "verbose": {"DH_VERBOSE": "1"},
}
OTHER = {
    "noopt": {"DEB_BUILD_OPTIONS": "noopt"},
    "nostrip": {"DEB_BUILD_OPTIONS": "nostrip"},
    "nodoc": {"DEB_BUILD_PROFILES": "nodoc", "DEB_BUILD_OPTIONS": "nodoc"},
}


def place(environment: dict[str, str], where: Path) -> dict[str, str]:
    """Return the environment with the directory filled in; make the locale that it wants."""
    if "LOCPATH" in environment:
        (where / "locales").mkdir()
        subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", where / "locales/tr_TR.UTF-8"],
                       check=True)
    return {name: value.format(where=where) for name, value in environment.items()}


def check_levels(built: support.Built) -> None:
    """Check that both levels' packages hold the library."""
    for suffix, level in (("avx2", "x86-64-v3"), ("avx512", "x86-64-v4")):
        libraries = built.debs[f"libfoo1-{suffix}"].libraries
        assert f"glibc-hwcaps/{level}/libfoo.so.1" in libraries


@pytest.mark.parametrize("name", SAME)
def test_same_packages_with(
    tree: Path, name: str, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    built = support.build(tree, env=place(SAME[name], tree.parent))
    assert sums(built) == undisturbed
    said("the same packages")


@pytest.mark.parametrize("name", OTHER)
def test_levels_are_there_with(tree: Path, name: str, said: Callable[[str], None]) -> None:
    built = support.build(tree, env=place(OTHER[name], tree.parent))
    check_levels(built)
    said("both levels")


@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_umask(
    tree: Path, umask: int, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    assert sums(support.build(tree, umask=umask)) == undisturbed
    said("the same packages")


@pytest.mark.parametrize("root", ["no", "binary-targets"])
def test_plain_user(
    root: str, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    # pytest's own directory is closed to other users.
    with tempfile.TemporaryDirectory() as where:
        tree = trees.make(Path(where))
        support.edit(tree / "debian/control", "Rules-Requires-Root: no",
                     f"Rules-Requires-Root: {root}")
        if NOBODY:
            support.hand_over(Path(where), NOBODY)
        assert sums(support.build(tree, user=NOBODY)) == undisturbed
    said("the same packages")


def test_clang_and_lld(tree: Path, fails: Callable[..., str], said: Callable[[str], None]) -> None:
    tools = {"CC": "clang", "LDFLAGS": "-fuse-ld=lld"}
    message = fails(tree, env=tools)
    assert message.startswith("dh_hwcaps_build: error: x86-64-v3: clang does not read GCC's spec")
    # dwz of Debian 12 does not know clang's sections.
    support.append(tree / "debian/rules", "\noverride_dh_dwz:\n"
                   "\noverride_dh_hwcaps_build:\n\tdh_hwcaps_build --scope=all\n")
    built = support.build(tree, env=tools)
    check_levels(built)
    said(f"{message.splitlines()[0]}; --scope=all works")
