# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie while a package is built; all of it goes with dh_clean(1)."""

from __future__ import annotations

from pathlib import Path

from dhhwcaps import isa
from dhhwcaps.isa import Level

DEBIAN = Path("debian")
STATE = DEBIAN / ".debhelper" / "hwcaps"
"""What one step leaves for the next."""
COPIES = DEBIAN / ".debhelper" / "hw"
CLEAN = COPIES / "src"
"""The copy of the source that is cleaned, for packages that hold the source."""
SOURCE = STATE / "source.tar"
"""The source tree, if dh runs all steps as it was before anything was built."""
LATE = STATE / "late"
"""Says that the source was packed after it was built, since dh's build sequence never ran."""
TIMES = STATE / "times.json"
"""How long the generic build and the levels' took."""
TWINS = STATE / "twins.so"
"""Lets programs of a build load generic libraries where the level's cannot run."""
SITE = STATE / "config.site"
"""Lets the copies' configure leave out static libraries, where they can have the generic ones."""
ROWS = STATE / "selection.json"
PACKED = DEBIAN / ".debhelper" / "hwcaps-src"
"""What is to go into packages that hold the source; several steps of dh's may come here first."""
PARTS = DEBIAN / ".debhelper" / "hwcaps-parts"
"""Sources of other packages while they are unpacked."""
REPORT = STATE / "report.json"
MODULES = STATE / "modules"
"""Stubs of modules, `<package>/usr/lib/…` each, until they take the modules' place."""


def copy(level: Level) -> Path:
    """Return where the level's copy of the source is built."""
    return COPIES / level.short


def collected(level: Level, state: Path = STATE) -> Path:
    """Return the tar of the level's shared libraries, `<package>/usr/lib/…` each."""
    return state / f"{level.name}.tar"


def packed(package: str) -> Path:
    """Return the tar of the source as it goes into that package."""
    return PACKED / f"{package}.tar"


def unpacked(level: Level) -> Path:
    """Return where the level's libraries lie while they are looked at."""
    return STATE / level.name


def result(level: Level, state: Path = STATE) -> Path:
    """Return the file that tells how the level's build went."""
    return state / f"{level.name}.json"


def tests(level: Level, state: Path = STATE) -> Path:
    """Return the file that tells how the level's tests went: one word."""
    return state / f"{level.name}.tests"


def log(level: Level) -> Path:
    """Return the log of the level's build."""
    return STATE / f"{level.name}.log"


def specs(level: Level) -> Path:
    """Return the GCC spec file of the level; its directory holds nothing else of that name."""
    return STATE / f"{level.name}.gcc" / "specs"


def stubs(level: Level, state: Path = STATE) -> Path:
    """Return the directory that stands first in a copy's PATH, for commands to be left out."""
    return state / f"{level.name}.bin"


def rules(level: Level, state: Path = STATE) -> Path:
    """Return where a copy's debian/rules lies while another one stands in for it."""
    return state / f"{level.name}.rules"


def staging(package: str) -> Path:
    """Return the package's build directory."""
    return DEBIAN / package


def subdirectory(directory: str, level: Level) -> str:
    """Return where the loader looks for the level's copies of a directory's libraries.

    glibc: elf/dl-load.c, open_path: each directory of a search path has its own.
    """
    return f"{directory}/{isa.SUBDIRECTORY}/{level.name}"
