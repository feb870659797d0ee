# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps status`: the CPU, the installed families, which copies are in use, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from dhhwcaps.admin import cpu, dpkgdb, families, health, ldcache
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.dpkgdb import Database
from dhhwcaps.admin.families import Family
from dhhwcaps.admin.health import Note
from dhhwcaps.admin.ldcache import Cache
from dhhwcaps.admin.search import Loader
from dhhwcaps.text import inert


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A package of a family."""

    package: str
    version: str
    state: str
    level: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A family."""

    family: str
    arch: str
    version: str
    in_use: tuple[str, ...]
    """Levels, the best first."""
    packages: tuple[Member, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A system."""

    cpu: Cpu
    families: tuple[Line, ...]
    notes: tuple[Note, ...]

    @property
    def wrong(self) -> bool:
        """Whether something is to be repaired."""
        return any(n.wrong for n in (*self.notes, *(n for f in self.families for n in f.notes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What status and verify read first."""

    disk: Disk
    database: Database
    families: tuple[Family, ...]
    cache: Cache
    cpu: Cpu

    def loader(self, family: Family) -> Loader:
        """Return the loader of programs that use a family; the environment has no part in it."""
        machine = self.machine(family)
        triplet = _triplet(family)
        paths = [copy.path for copy in family.copies] + [p for p in family.paths if ".so" in p]
        identity = next((i for path in paths if (i := self.disk.identity(path))), b"")
        return Loader(disk=self.disk, cache=self.cache, identity=identity, triplet=triplet,
                      levels=machine.levels)

    def machine(self, family: Family) -> Cpu:
        """Return the CPU as programs of a family's architecture see it."""
        return self.cpu if family.arch in (self.cpu.arch, "") else Cpu(arch=family.arch)


def read(disk: Disk, suppose: str) -> System:
    """Return the system below a root.

    Raises HwcapsError when it has no dpkg database, UsageError for an unknown level.
    """
    database = dpkgdb.read(disk)
    some = families.candidates(database.packages)
    files = dpkgdb.files(disk, [package.key for package in some]) if some else {}
    return System(
        disk=disk, database=database, families=families.find(some, files),
        cache=ldcache.read(disk), cpu=cpu.read(database.arch, suppose),
    )


def status(system: System) -> Status:
    """Return what is to be said of a system."""
    installed = frozenset(package.name for package in system.database.packages)
    return Status(
        cpu=system.cpu,
        families=tuple(_line(family, system, installed) for family in system.families),
        notes=tuple(_general(system)),
    )


def _line(family: Family, system: System, installed: frozenset[str]) -> Line:
    loader, machine = system.loader(family), system.machine(family)
    levels = {variant.package.key: variant.level for variant in family.variants}
    return Line(
        family=family.name, arch=family.arch, version=family.version,
        in_use=tuple(level or cpu.GENERIC for level in health.in_use(family, loader, machine)),
        packages=tuple(
            Member(package=p.name, version=p.version, state=p.state, size=p.size,
                   level=levels.get(p.key, ""))
            for p in family.members
        ),
        notes=health.notes(family, loader, machine, installed),
    )


def _general(system: System) -> list[Note]:
    notes = []
    if system.database.pending:
        notes.append(Note(kind="trigger", wrong=True,
                          text="ldconfig is still to run: dpkg --configure --pending"))
    if system.cache.problem:
        cure = "directories are searched instead" if system.cache.foreign else "run ldconfig"
        notes.append(Note(kind="cache", wrong=not system.cache.foreign,
                          text=f"{inert(system.cache.problem)}: {cure}"))
    return notes


def _triplet(family: Family) -> str:
    paths = [copy.directory for copy in family.copies] + list(family.paths)
    parts = (PurePosixPath(path).parts for path in paths)
    return next((p[3] for p in parts if len(p) > 3 and p[2] == "lib" and "-linux-" in p[3]), "")
