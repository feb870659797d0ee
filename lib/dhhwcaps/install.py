# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Take each level's libraries from what was collected, and place what is to be shipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import host, layout, libraries, modules, selection
from dhhwcaps.errors import VerificationError
from dhhwcaps.families import Family
from dhhwcaps.host import Host
from dhhwcaps.inspection import Inspection
from dhhwcaps.isa import Level
from dhhwcaps.libraries import Library, Packaged
from dhhwcaps.options import Options
from dhhwcaps.plan import Plan
from dhhwcaps.report import Row
from dhhwcaps.run import Shell
from dhhwcaps.selection import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a family's own package directory holds before it is split."""

    libraries: tuple[Library, ...]
    """Also the modules that become libraries."""
    left: Mapping[Path, str]
    """Modules that stay as they are, and why."""


def generic(plan: Plan, machine: Host, packaged: Packaged) -> dict[str, Held]:
    """Return each family's libraries as they lie in the family's own package directory.

    `packaged` are all packages whose RUNPATHs count.  Raises VerificationError for a family that
    has no library at all.
    """
    searched = libraries.search_path(packaged, machine.triplet)
    return {family.name: _held(family, machine, packaged, searched) for family in plan.families}


def _held(family: Family, machine: Host, packaged: Packaged, searched: frozenset[str]) -> Held:
    name = family.name
    public = libraries.public(name, packaged.get(name, ()), searched)
    found = _modules(family, machine, packaged)
    if not public and not found.held:
        raise VerificationError(
            f"{name}: debian/{name} holds no shared library that ld.so finds by name",
            "\n".join([
                *(f"{path} stays there: {why}." for path, why in found.left.items()),
                f"Directories looked into: {', '.join(sorted(searched))}. The library must be"
                f" installed into {name}; dh_hwcaps_split moves it to {name}-generic. Plugins and"
                " extension modules are dispatched where X-Hwcaps-Modules names them.",
            ]),
        )
    # What is found by name needs no stub, even where a pattern matches it.
    known = {library.object.path for library in public}
    held = (item for item in found.held if item.object.path not in known)
    left = {path: why for path, why in found.left.items() if path not in known}
    return Held(libraries=(*public, *held), left=left)


def _modules(family: Family, machine: Host, packaged: Packaged) -> modules.Found:
    name, triplet = family.name, machine.triplet
    if family.elsewhere:
        there = modules.moved(packaged.get(name, ()), name, triplet, layout.staging(name))
        return modules.Found(held=there, left={})
    if not family.modules:
        return modules.Found(left={})
    return modules.find(
        name, family.modules, packaged, triplet, machine.tool("readelf"), host.identity(machine)
    )


def none_left(family: str, merged: Iterable[str], machine: Host) -> None:
    """Raise VerificationError when a library is in a package that only stands for the family."""
    searched = frozenset(libraries.default_directories(machine.triplet))
    for name, objects in libraries.read(merged, readelf=machine.tool("readelf")).items():
        for library in libraries.public(name, objects, searched):
            raise VerificationError(
                f"{name}: debian/{name} holds {library.soname}, but the package only stands for"
                f" {family} now",
                f"Install it into {family}, by debian/{family}.install or in debian/rules.",
            )


def packaged(plan: Plan, machine: Host, packages: Iterable[str]) -> Packaged:
    """Return the ELF files of these packages and of all families."""
    names = {*packages, *(family.name for family in plan.families)}
    return libraries.read(names, readelf=machine.tool("readelf"))


def variants(
    plan: Plan, machine: Host, options: Options, packages: Iterable[str], shell: Shell
) -> tuple[Row, ...]:
    """Select, verify and place the libraries of all levels; return what became of each.

    Raises VerificationError when a library must not be shipped; nothing of a level is left lying
    about then.
    """
    look = Inspection(
        machine=machine, options=options, packaged=packaged(plan, machine, packages)
    )
    held = generic(plan, machine, look.packaged)
    try:
        built = {level: _collected(level, machine, shell) for level in plan.levels}
        return tuple(
            row for family in plan.families
            for row in _family(family, held[family.name], built, look, shell)
        )
    finally:
        for level in plan.levels:
            shell("rm", "-rf", layout.unpacked(level))


def _family(
    family: Family, held: Held, built: Mapping[Level, Packaged], look: Inspection, shell: Shell,
) -> tuple[Row, ...]:
    look.family(held.libraries)
    below = {library.key: (library, selection.GENERIC) for library in held.libraries}
    rows = list(_left(family, held.left))
    for variant in family.variants:
        level = variant.level
        found = _searched(family, level, held.libraries, built[level], look.machine.triplet)
        matches = selection.match(level, held.libraries, found)
        choices = [look.choose(match, *below[match.generic.key]) for match in matches]
        rows += look.level(family, variant, choices)
        for match in [choice.match for choice in choices if not choice.dropped]:
            _place(match, variant.package, shell)
            below[match.generic.key] = (match.variant, variant.level.name)
    return tuple(rows)


def _collected(level: Level, machine: Host, shell: Shell) -> Packaged:
    root = layout.unpacked(level)
    shell("rm", "-rf", root)  # A step that was killed leaves it.
    shell("mkdir", "-p", root)
    shell("tar", "--extract", f"--file={layout.collected(level)}", f"--directory={root}")
    return libraries.read([path.name for path in root.iterdir()], root, machine.tool("readelf"))


def _searched(
    family: Family, level: Level, held: Sequence[Library], built: Packaged, triplet: str
) -> dict[str, tuple[Library, ...]]:
    # What was built for the level in the directories of the family's libraries, and its modules.
    root = layout.unpacked(level)
    searched = frozenset(library.directory for library in held)
    patterns = [modules.ANY] if family.elsewhere else family.modules
    return {
        name: (
            *libraries.public(name, objects, searched, root),
            *(modules.library(module, family.name, triplet, root / name)
              for module in modules.matching(objects, patterns, root / name)),
        )
        for name, objects in built.items()
    }


def _left(family: Family, left: Mapping[Path, str]) -> Iterator[Row]:
    for path, why in left.items():
        directory = libraries.installed_in(path, layout.staging(family.name))
        for variant in family.variants:
            yield Row(
                package=family.name, soname=path.name, directory=directory,
                level=variant.level.name, dropped=why, units="",
            )


def _place(match: Match, package: str, shell: Shell) -> None:
    # As a file named by the SONAME, without links (glibc: NEWS of 2.33; ldconfig makes none there).
    directory = layout.subdirectory(match.generic.directory, match.level)
    target = layout.staging(package) / directory.lstrip("/") / match.generic.soname
    shell("install", "-D", "-m0644", match.variant.object.path, target)
