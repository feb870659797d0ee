# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the loader finds a library, told without running it (glibc: elf/dl-load.c, _dl_map_object).

`ld.so --list PROGRAM` would be the loader itself.  But it opens and maps the files, loads what
LD_PRELOAD and LD_AUDIT name, knows no other root, and asks no loader of another architecture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dhhwcaps import isa, libraries
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.ldcache import Cache, Entry
from dhhwcaps.elf import SharedObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """A file that is loaded, and what made the loader load it."""

    path: str
    object: SharedObject
    parent: Object | None = None

    @property
    def chain(self) -> Iterator[Object]:
        """The object, what needed it, and so on to the program."""
        yield self
        if self.parent:
            yield from self.parent.chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A library that was looked for."""

    name: str
    path: str = ""
    """As the loader says it; "" when it finds none."""
    level: str = ""
    """Of the copy that was taken; "" for the generic library."""
    how: str = ""
    """RPATH, LD_LIBRARY_PATH, RUNPATH, cache, default, or path when the name says where."""
    stale: str = ""
    """What the cache names and is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """A loader with its surroundings."""

    disk: Disk
    cache: Cache
    identity: bytes
    """What files it takes (elf.identity)."""
    triplet: str
    levels: tuple[str, ...] = ()
    """The levels it searches, the best first."""
    library_path: tuple[str, ...] = ()
    """LD_LIBRARY_PATH."""
    directories: tuple[str, ...] = field(default=())
    """The default directories; those of libraries.default_directories unless told."""

    @property
    def defaults(self) -> tuple[str, ...]:
        """Where it looks for what no cache has."""
        return self.directories or libraries.default_directories(self.triplet)

    def find(self, name: str, needing: Object | None = None) -> Found:
        """Return what a name leads to for the object that needs it."""
        if "/" in name:
            path = libraries.expand(name, _origin(needing), self.triplet)
            return Found(name=name, path=path if self.fits(path) else "", how="path",
                         level=level_of(path))
        for how, directories in self._before_cache(needing):
            if found := self.open_in(name, directories, how):
                return found
        entry = self._cached(name)
        if entry and self.fits(entry.path):
            return Found(name=name, path=entry.path, level=entry.level, how="cache")
        stale = entry.path if entry else ""
        found = self.open_in(name, self.defaults, "default")
        if found:
            return Found(name=name, path=found.path, level=found.level, how="default", stale=stale)
        return Found(name=name, stale=stale)

    def fits(self, path: str) -> bool:
        """Tell whether a file is there and for this loader; it passes over any other."""
        return self.disk.identity(path) == self.identity

    def open_in(self, name: str, directories: Sequence[str], how: str) -> Found | None:
        """Return what directories hold under a name, in each first the levels (open_path)."""
        for directory in directories:
            for level in (*self.levels, ""):
                path = f"{subdirectory(directory, level)}/{name}"
                if self.fits(path):
                    return Found(name=name, path=path, level=level, how=how)
        return None

    def _before_cache(self, needing: Object | None) -> Iterator[tuple[str, tuple[str, ...]]]:
        own_runpath = bool(needing and needing.object.runpath and not needing.object.rpath)
        if needing and not own_runpath:
            for item in needing.chain:
                yield "RPATH", self._expanded(item.object.rpath, item)
        yield "LD_LIBRARY_PATH", self.library_path
        if needing and own_runpath:
            yield "RUNPATH", self._expanded(needing.object.runpath, needing)

    def _expanded(self, entries: Iterable[str], item: Object) -> tuple[str, ...]:
        return tuple(libraries.expand(entry, _origin(item), self.triplet) for entry in entries)

    def _cached(self, name: str) -> Entry | None:
        # glibc: elf/dl-cache.c, search_cache: the best level wins, whatever its directory.
        entries = [entry for entry in self.cache.entries.get(name, ()) if self._ours(entry)]
        for level in self.levels:
            for entry in entries:
                if entry.level == level:
                    return entry
        return next((entry for entry in entries if not entry.level), None)

    def _ours(self, entry: Entry) -> bool:
        # The cache also has the libraries of other architectures.
        identity = self.disk.identity(entry.path)
        return identity == self.identity if identity else f"/{self.triplet}/" in entry.path


def subdirectory(directory: str, level: str) -> str:
    """Return where a directory's copies for a level lie; the directory itself for ""."""
    return f"{directory}/{isa.SUBDIRECTORY}/{level}" if level else directory


def level_of(path: str) -> str:
    """Return the level of a file in a subdirectory of glibc-hwcaps; "" for any other."""
    parts = PurePosixPath(path).parts
    return parts[-2] if len(parts) > 2 and parts[-3] == isa.SUBDIRECTORY else ""


def base(path: str) -> str:
    """Return the directory that a library, or the one it is a copy of, lies in."""
    return str(PurePosixPath(path).parents[2 if level_of(path) else 0])


def _origin(item: Object | None) -> str:
    return str(PurePosixPath(item.path).parent) if item else "/"
