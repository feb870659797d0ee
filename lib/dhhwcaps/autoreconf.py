# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Give a copy what dh_autoreconf made of the outer tree, where the copy's would be the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from dhhwcaps import idle
from dhhwcaps.copy import Here, leave_out

BEFORE, AFTER = Path("debian/autoreconf.before"), Path("debian/autoreconf.after")
"""What dh_autoreconf(1) noted: the MD5 sum and the name of each file, and each symbolic link."""
OWN = ("debian", ".git", ".hg", ".bzr", ".svn", "CVS")
"""Directories that it does not look into: the first only at the top."""
LINK = "symlink"
"""Stands for the sum of a link, wherever it leads."""

Sums = Mapping[str, str]
"""File, as `./path` → its sum."""


def before(where: Here) -> None:
    """Put the files in their places, and leave dh_autoreconf out.

    What it makes does not depend on the compiler's flags.  It runs as usual where debian/rules
    gives it something else to do in this tree or knows of levels, or where the outer tree has not
    kept what it made.
    """
    rules = Path("debian/rules").read_text(errors="replace")
    told = any(word in rules for word in ("override_dh_autoreconf", "DH_HWCAPS_LEVEL"))
    if told or not idle.whole(rules):
        return
    noted = {name: _noted(where.outer / name) for name in (BEFORE, AFTER)}
    files = made(noted[BEFORE], noted[AFTER], sums(Path()))
    if files and all(_as_noted(where.outer, name, noted[AFTER][name]) for name in files):
        _replay(where.outer, files)
        leave_out(where, "dh_autoreconf")


def made(before: Sums, after: Sums, present: Sums) -> tuple[str, ...]:
    """Return which files dh_autoreconf made of a tree, or may have.

    Empty where the tree in which they are `present` is another one, and where it removed files.
    """
    if present != before or before.keys() - after.keys():
        return ()
    return tuple(name for name, value in after.items()
                 if value == LINK or value != before.get(name))


def sums(tree: Path) -> dict[str, str]:
    """Return what dh_autoreconf would note of a tree."""
    found = {}
    for place, directories, names in os.walk(tree):
        here = Path(place)
        top = here == tree
        links = [name for name in directories if (here / name).is_symlink()]
        directories[:] = [name for name in directories
                          if not (name in OWN[1:] or (top and name.lower() == OWN[0]))]
        for path in (here / name for name in [*names, *links]):
            if value := _sum(path):
                found[f"./{path.relative_to(tree)}"] = value
    return found


def _sum(path: Path) -> str:
    if path.is_symlink():
        return LINK
    if not path.is_file():
        return ""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _noted(path: Path) -> dict[str, str]:
    # md5sum(1) marks a name that it had to escape; such a tree is never taken for the same.
    # Links are noted everywhere, those that debhelper leaves in debian/ too.
    text = path.read_text(errors="surrogateescape") if path.exists() else ""
    pairs = [line.split("  ", 1) for line in text.split("\n") if "  ./" in line]
    return {name: value for value, name in pairs if not name.lower().startswith("./debian/")}


def _as_noted(outer: Path, name: str, value: str) -> bool:
    path = outer / name
    if _sum(path) != value:
        return False
    return value == LINK or os.fsencode(outer) not in path.read_bytes()


def _replay(outer: Path, files: tuple[str, ...]) -> None:
    # Newer than any source, and in the order in which they were made: make compares times.
    times = {name: (outer / name).lstat().st_mtime_ns for name in files}
    order = {then: number for number, then in enumerate(sorted(set(times.values())))}
    now = time.time_ns()
    for name, then in times.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        shutil.copy2(outer / name, path, follow_symlinks=False)
        os.utime(path, ns=(now, now + order[then]), follow_symlinks=False)
    for note in (BEFORE, AFTER):
        shutil.copy2(outer / note, note)
