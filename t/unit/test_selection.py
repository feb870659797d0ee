# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which library of a level is which generic one's, and whether it is shipped."""

from __future__ import annotations

import pytest
from dhhwcaps import selection
from dhhwcaps.errors import VerificationError
from dhhwcaps.libraries import Library
from dhhwcaps.selection import Choice, Match
from fakes import LIB, level, library

V3 = level("x86-64-v3")
GENERIC = library()


def counterpart(generic: Library, **built: list[Library]) -> Library:
    (match,) = selection.match(V3, [generic], built)
    assert (match.level, match.generic) == (V3, generic)
    return match.variant


def test_file_names_do_not_matter() -> None:
    renamed = library(file="libfoo.so.1.1")
    assert counterpart(GENERIC, libfoo1=[library(soname="libbar.so.1"), renamed]) is renamed


def test_directory_and_word_size_do() -> None:
    wrong = [library(elf_class="ELF32"), library(directory=f"{LIB}/foo"), library(directory="/lib")]
    right = library(file="x.so")
    assert counterpart(GENERIC, libfoo1=[*wrong, right]) is right


def test_same_soname_in_two_packages() -> None:
    here, there = library(), library("libfoo-alt1")
    built = {"libfoo1": [here], "libfoo-alt1": [there]}
    assert counterpart(GENERIC, **built) is here
    assert counterpart(library("libfoo-alt1"), **built) is there


def test_debian_tmp_comes_second() -> None:
    installed, tmp = library(), library("tmp")
    assert counterpart(GENERIC, libfoo1=[installed], tmp=[tmp]) is installed
    assert counterpart(GENERIC, other=[installed], tmp=[tmp]) is tmp


def test_every_generic_library_in_order() -> None:
    names = ["libb.so.1", "liba.so.1"]
    generic = [library(soname=name) for name in names]
    matches = selection.match(V3, generic, {"libfoo1": [library(soname=n) for n in sorted(names)]})
    assert [(m.generic.soname, m.variant.soname) for m in matches] == [(n, n) for n in names]


@pytest.mark.parametrize(("built", "said"), [
    ({},
     "libfoo.so.1 of libfoo1 (/usr/lib/x86_64-linux-gnu) was not built at x86-64-v3\n"
     "  Libraries in the copy: none. See the log above; --keep leaves the copy to look at."),
    ({"libfoo1": [library(soname=f"lib{n}.so.1", file=n) for n in "fbdace"],
      "other": [library()]},
     "libfoo.so.1 of libfoo1 (/usr/lib/x86_64-linux-gnu) was not built at x86-64-v3\n"
     "  Libraries in the copy: liba.so.1, libb.so.1, libc.so.1, libd.so.1, libe.so.1, libf.so.1."
     " See the log above; --keep leaves the copy to look at."),
    ({"libfoo1": [library(soname="libfoo-avx.so.1")]},
     "libfoo.so.1.0 of libfoo1: its SONAME is libfoo-avx.so.1 at x86-64-v3, libfoo.so.1 in the"
     " generic build\n"
     "  The package's build must not depend on the compiler's flags for that."),
], ids=["none", "others", "SONAME differs"])
def test_no_counterpart(built: dict[str, list[Library]], said: str) -> None:
    with pytest.raises(VerificationError) as caught:
        selection.match(V3, [GENERIC], built)
    assert str(caught.value) == said


@pytest.mark.parametrize(("has_code", "same", "below", "dropped"), [
    (True, False, "generic", ""),
    (True, True, selection.GENERIC, "same as generic"),
    (True, True, "x86-64-v2", "same as x86-64-v2"),
    (False, False, "generic", "no code"),
    (False, True, "generic", "no code"),
], ids=["differs", "same-as-generic", "same-as-lower-level", "no-code", "no-code-and-same"])
def test_choose(has_code: bool, same: bool, below: str, dropped: str) -> None:
    match = Match(level=V3, generic=library(), variant=library())
    chosen = selection.choose(match, has_code=has_code, same=same, below=below)
    assert chosen == Choice(match=match, dropped=dropped)
