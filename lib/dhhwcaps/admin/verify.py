# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps verify`: whether installed families are whole, and the loader takes what it should."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from dhhwcaps import elf, isa
from dhhwcaps.admin import health, loading, stubs
from dhhwcaps.admin.families import Copy, Family
from dhhwcaps.admin.search import Found, Loader
from dhhwcaps.admin.status import System
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import HwcapsError, VerificationError, plural

LIBRARY = re.compile(r"/.+/[^/]+\.so(?:\.[^/]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found out about a family."""

    family: str
    version: str
    wrong: tuple[str, ...]
    checked: str
    """What was looked at, in a few words."""


def choose(system: System, names: Sequence[str]) -> tuple[Family, ...]:
    """Return the families that names of packages mean, all of them for no names.

    Raises HwcapsError for a name that is no member of an installed family.
    """
    if not names:
        return system.families
    chosen: dict[tuple[str, str], Family] = {}
    for name in names:
        plain, _, arch = name.partition(":")
        found = [f for f in system.families if arch in ("", f.arch)
                 and plain in (f.name, *(p.name for p in f.members))]
        if not found:
            raise HwcapsError(f"{name!r} is no package of an installed family",
                              "hwcaps lists the families.")
        chosen |= {(family.name, family.arch): family for family in found}
    return tuple(chosen.values())


def verify(
    system: System, names: Sequence[str], progress: Callable[[str], None]
) -> tuple[Verdict, ...]:
    """Return a verdict for each family; `progress` is told the family that is looked at.

    Libraries are loaded, where this machine can: that runs their IFUNC resolvers, nothing else.
    Raises HwcapsError for a name that is no member of an installed family.
    """
    families = choose(system, names)
    installed = frozenset(package.name for package in system.database.packages)
    verdicts = []
    for family in families:
        progress(family.name)
        verdicts.append(_verdict(family, system, installed))
    return tuple(verdicts)


def _verdict(family: Family, system: System, installed: frozenset[str]) -> Verdict:
    loader, machine = system.loader(family), system.machine(family)
    remarks = health.notes(family, loader, machine, installed)
    wrong = [note.text for note in remarks if note.wrong or note.kind == "shadowed"]
    if system.cache.problem and not system.cache.foreign:
        wrong.append(f"{system.cache.problem}: run ldconfig")
    wrong += _copies(family, loader)
    usable = system.disk.own and not machine.supposed and loading.possible(loader.identity)
    levels = (*machine.levels, "")
    names, opened = _sonames(family, loader), stubs.of(family, loader)
    if usable:
        each = [replace(loader, levels=isa_upto(level)) for level in levels]
        wrong += loading.check(names, opened, each)
    another = "CPU" if machine.supposed and system.disk.own else "system"
    return Verdict(
        family=family.name, version=family.version, wrong=tuple(dict.fromkeys(wrong)),
        checked=_checked([*names, *opened], levels if usable else (), another),
    )


def _checked(names: Sequence[object], levels: Sequence[str], another: str) -> str:
    if not names:
        return "none of its libraries is found by name"
    count = plural(len(names), "library").replace("librarys", "libraries")
    where = ", ".join(level or "generic" for level in levels)
    return f"{count}, " + (f"loaded at {where}" if levels else f"not loaded: another {another}")


def isa_upto(level: str) -> tuple[str, ...]:
    """Return a level's name and those below it; nothing for ""."""
    found = isa.named(level)
    return isa.upto(found) if found else ()


def _sonames(family: Family, loader: Loader) -> tuple[str, ...]:
    """Return the libraries of the family that any program may ask for by name."""
    generic = [path for path in family.paths if LIBRARY.fullmatch(path)]
    copied = {copy.soname for copy in family.copies}
    # The cache has no names but SONAMEs; a file may have another one.
    names = copied | {name for path in generic
                      if (name := path.rpartition("/")[2]) in loader.cache.entries}
    directories = {loader.disk.real(d) for d in loader.defaults}

    def public(name: str) -> bool:
        found = loader.find(name)
        return bool(found.path) and loader.disk.real(_directory(found)) in directories

    return tuple(sorted(name for name in names if public(name)))


def _directory(found: Found) -> str:
    return found.path.rpartition(f"/{isa.SUBDIRECTORY}/")[0] or found.path.rpartition("/")[0]


def _copies(family: Family, loader: Loader) -> Iterator[str]:
    """Look at the files of the variants, and at the generic libraries that they replace."""
    plains = sorted({f"{copy.directory}/{copy.soname}" for copy in family.copies})
    read = _read([*(copy.path for copy in family.copies), *plains], loader)
    for copy in family.copies:
        if loader.disk.exists(copy.path):
            yield from _copy(copy, read[copy.path])
        plain = f"{copy.directory}/{copy.soname}"
        if family.generic and not loader.disk.exists(plain):
            yield f"{copy.path} has no generic library {plain}"
    for plain in plains:
        found = read[plain]
        if isinstance(found, SharedObject) and found.marks:
            yield f"{plain} is generic and needs {', '.join(sorted(found.marks))}"


def _copy(copy: Copy, found: SharedObject | str) -> Iterator[str]:
    if isinstance(found, str):
        yield found
        return
    level = isa.named(copy.level)
    if not found.soname and not copy.module:
        yield f"{copy.path} is no shared library"
    elif found.soname != copy.soname and not copy.module:
        yield f"{copy.path} has the SONAME {found.soname}: the loader looks for no such file"
    if level is None:
        yield f"{copy.path}: no loader knows the level {copy.level}"
    elif level.mark and level.name not in found.marks:
        yield f"{copy.path} is not marked as {level.name}"
    if beyond := found.marks - set(isa_upto(copy.level)):
        yield f"{copy.path} needs {', '.join(sorted(beyond))}"


def _read(paths: Sequence[str], loader: Loader) -> dict[str, SharedObject | str]:
    """Return what readelf says of each file, or what is wrong with it."""
    found: dict[str, SharedObject | str] = {
        path: f"{path} is no library of this architecture" for path in paths
    }
    whole = [path for path in paths if loader.fits(path)]
    try:
        return found | dict(zip(whole, elf.read([*map(loader.disk.path, whole)]), strict=True))
    except VerificationError as error:
        if len(paths) == 1:
            return {paths[0]: f"{paths[0]}: {error.message.rpartition(': ')[2]}"}
        singles = (_read([path], loader) for path in whole)
        return found | {path: one for single in singles for path, one in single.items()}
