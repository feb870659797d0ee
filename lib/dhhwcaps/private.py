# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tell dpkg-shlibdeps of libraries that the maintainer keeps from shlibs, while it runs.

Of a library in the same package dpkg-shlibdeps asks nothing.  After the split what needs a private
library is in other packages than the library itself, and dpkg-shlibdeps would stop.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dhhwcaps import layout
from dhhwcaps.families import Family
from dhhwcaps.libraries import Library
from dhhwcaps.run import Shell
from dhhwcaps.text import read_text

MARK = "# Private libraries, here for dpkg-shlibdeps only: dh_hwcaps_substvars removes them."
# Dpkg::Shlibs and dpkg-shlibdeps (split_soname); of other SONAMEs it asks nothing.
NAMES = (re.compile(r"(.+)\.so\.(.+)"), re.compile(r"(.+)-(\d.*)\.so"))


def add(family: Family, held: Sequence[Library], shell: Shell) -> None:
    """Add a line for each library that neither shlibs nor symbols of the generic package know."""
    shlibs = _shlibs(family)
    before = read_text(shlibs) if shlibs.exists() else ""
    known = {tuple(line.split()[:2]) for line in before.splitlines()}
    listed = {_split(name) for name in _symbols(family)}
    names = {_split(library.soname) for library in held} - known - listed - {()}
    if names and MARK not in before:
        lines = [MARK, *(f"{' '.join(name)} {family.name}" for name in sorted(names))]
        shell.write(shlibs, before + "".join(f"{line}\n" for line in lines))


def remove(family: Family, shell: Shell) -> None:
    """Remove what `add` added."""
    shlibs = _shlibs(family)
    text = read_text(shlibs) if shlibs.exists() else ""
    before, mark, _ours = text.partition(MARK)
    if mark and before:
        shell.write(shlibs, before)
    elif mark:
        shell("rm", shlibs)


def _shlibs(family: Family) -> Path:
    return layout.staging(family.generic) / "DEBIAN" / "shlibs"


def _symbols(family: Family) -> tuple[str, ...]:
    path = _shlibs(family).with_name("symbols")
    text = read_text(path) if path.exists() else ""
    return tuple(re.findall(r"^([^\s|*#]\S*) ", text, re.MULTILINE))


def _split(soname: str) -> tuple[str, ...]:
    matches = (pattern.fullmatch(soname) for pattern in NAMES)
    return next((match.groups() for match in matches if match), ())
