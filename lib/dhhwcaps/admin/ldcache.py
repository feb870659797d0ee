# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ldconfig(8) noted for the loader in ld.so.cache."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dhhwcaps import run
from dhhwcaps.admin.disk import Disk
from dhhwcaps.errors import HwcapsError

CACHE = "/etc/ld.so.cache"
LDCONFIG = "/usr/sbin/ldconfig"
"""Not in a user's PATH."""
ENTRY = re.compile(r'\t(.+?) \(([^()]*?)(?:, hwcap: "?([^"()]*)"?)?\) => (/.+)')
"""Of a cache that ends too early ldconfig prints what lies behind it, without an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A library, or a copy of it for one level ("" for any CPU)."""

    path: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """The libraries by the names that the loader looks for, each in the loader's order."""

    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    problem: str = ""
    """Why nothing is known of the cache; "" when all is well."""
    foreign: bool = False
    """Whether the loader that it is for can read it all the same."""

    @property
    def paths(self) -> frozenset[str]:
        """All files that the cache names."""
        return frozenset(e.path for entries in self.entries.values() for e in entries)


def read(disk: Disk) -> Cache:
    """Return the system's cache; an empty one, with the reason, when it cannot be read."""
    where = disk.path(CACHE)
    if not where.exists():
        return Cache(problem=f"{CACHE} is missing")
    if not where.is_file():
        return Cache(problem=f"{CACHE} is no file")
    if not Path(LDCONFIG).exists():
        raise HwcapsError(f"{LDCONFIG}: there is no such program, and only it reads {CACHE}")
    code, out, err = run.attempt(LDCONFIG, "-p", "-C", where)
    if "wrong endianness" in err:
        return Cache(problem=f"{CACHE} is in another machine's byte order", foreign=True)
    entries = parse(out)
    if code or not entries:
        said = err.strip().splitlines()[-1:] or ["no library is in it"]
        return Cache(problem=f"{CACHE} cannot be read: {said[0].rpartition(': ')[2].rstrip('.')}")
    return Cache(entries=entries)


def parse(text: str) -> Mapping[str, tuple[Entry, ...]]:
    """Return what `ldconfig -p` printed, which keeps the order of the file."""
    found: dict[str, list[Entry]] = {}
    for line in text.splitlines():
        if match := ENTRY.fullmatch(line):
            entry = Entry(path=match[4], level=match[3] or "")
            found.setdefault(match[1], []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}
