# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Libraries kept from shlibs are known to dpkg-shlibdeps while it runs, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import private
from dhhwcaps.libraries import Library
from dhhwcaps.run import Shell
from fakes import Commands, family, library, write

FOO = family("libfoo1", "avx2")
SHLIBS = Path("debian/libfoo1-generic/DEBIAN/shlibs")
SYMBOLS = SHLIBS.with_name("symbols")
PUBLIC = library()


def private_library(soname: str) -> Library:
    return library(file=soname, directory="/usr/lib/foo", soname=soname)


def test_public_libraries_are_left_alone(commands: Commands) -> None:
    write(SHLIBS, "libfoo 1 libfoo1 (>= 1.0)\nudeb: libfoo 1 libfoo1-udeb\n")
    private.add(FOO, [PUBLIC], Shell())
    assert private.MARK not in SHLIBS.read_text()


def test_libraries_with_symbols_are_left_alone(commands: Commands) -> None:
    write(SYMBOLS, "libfoo.so.1 libfoo1 #MINVER#\n| libfoo1 (>= 2)\n foo@Base 1.0\n")
    private.add(FOO, [PUBLIC], Shell())
    assert not SHLIBS.exists()


@pytest.mark.parametrize("before", ["libfoo 1 libfoo1 (>= 1.0)\n", ""])
def test_private_libraries_are_added_and_removed(commands: Commands, before: str) -> None:
    if before:
        write(SHLIBS, before)
    else:
        write(SYMBOLS, "libfoo.so.1 libfoo1 #MINVER#\n")
    held = [PUBLIC, *map(private_library, ("libpriv.so.1", "libpriv-2.0.so", "libpriv.so"))]
    for _ in range(2):
        private.add(FOO, held, Shell())
    assert SHLIBS.read_text() == (
        f"{before}{private.MARK}\nlibpriv 1 libfoo1\nlibpriv 2.0 libfoo1\n"
    )
    private.remove(FOO, Shell())
    assert (SHLIBS.read_text() if SHLIBS.exists() else "") == before


def test_nothing_to_remove(commands: Commands) -> None:
    private.remove(FOO, Shell())
    write(SHLIBS, "libfoo 1 libfoo1\n")
    private.remove(FOO, Shell())
    assert SHLIBS.read_text() == "libfoo 1 libfoo1\n"
