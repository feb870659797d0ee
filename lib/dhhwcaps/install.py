# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Take each level's libraries from what was collected, and place what is to be shipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dhhwcaps import inspection, layout, libraries, run, selection
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import VerificationError
from dhhwcaps.host import Host
from dhhwcaps.isa import Level
from dhhwcaps.libraries import Library
from dhhwcaps.options import Options
from dhhwcaps.plan import Family, Plan
from dhhwcaps.report import Row
from dhhwcaps.run import Shell
from dhhwcaps.selection import Choice, Code, Match


def generic(plan: Plan, machine: Host, packages: Iterable[str]) -> dict[str, tuple[Library, ...]]:
    """Return each family's libraries as they lie in the family's own package directory.

    `packages` are all packages whose RUNPATHs count.  Raises VerificationError for a family that
    has no library at all.
    """
    readelf = machine.tool("readelf")
    packaged = libraries.read({*packages, *(f.name for f in plan.families)}, readelf=readelf)
    searched = libraries.search_path(packaged, machine.triplet)
    found = {
        family.name: libraries.public(family.name, packaged.get(family.name, ()), searched)
        for family in plan.families
    }
    for family, held in found.items():
        if not held:
            raise VerificationError(
                f"{family}: debian/{family} holds no shared library that ld.so finds by name",
                f"Directories looked into: {', '.join(sorted(searched))}. The library must be"
                f" installed into {family}; dh_hwcaps_split moves it to {family}-generic.",
            )
    return found


def variants(
    plan: Plan, machine: Host, options: Options, packages: Iterable[str], shell: Shell
) -> tuple[Row, ...]:
    """Select, verify and place the libraries of all levels; return what became of each.

    Raises VerificationError when a library must not be shipped; nothing of a level is left lying
    about then.
    """
    held = generic(plan, machine, packages)
    look = inspection.Inspection(machine=machine, options=options)
    try:
        return tuple(
            row for family in plan.families
            for row in _family(plan, family, held[family.name], look, shell)
        )
    finally:
        for level in plan.levels:
            shell("rm", "-rf", layout.unpacked(level))


def _family(
    plan: Plan, family: Family, held: Sequence[Library], look: inspection.Inspection, shell: Shell
) -> tuple[Row, ...]:
    look.family(family, held)
    below = {library.key: (look.code(library), "generic") for library in held}
    rows = []
    for variant in family.variants:
        matches = selection.match(variant.level, held, _built(variant.level, held, look, shell))
        codes = {m.generic.key: look.code(m.variant) for m in matches}
        choices = [
            selection.choose(m, codes[m.generic.key], *below[m.generic.key]) for m in matches
        ]
        rows += look.level(family, variant, choices)
        for choice in choices:
            key = choice.match.generic.key
            if not choice.dropped:
                _place(choice.match, variant.package, shell)
                below[key] = (codes[key], variant.level.name)
    return tuple(rows)


def _built(
    level: Level, held: Sequence[Library], look: inspection.Inspection, shell: Shell
) -> dict[str, tuple[Library, ...]]:
    root = layout.unpacked(level)
    if not root.is_dir():
        shell("mkdir", "-p", root)
        shell("tar", "--extract", f"--file={layout.collected(level)}", f"--directory={root}")
    packages = [path.name for path in root.iterdir()]
    packaged = libraries.read(packages, root, look.machine.tool("readelf"))
    searched = frozenset(library.directory for library in held)
    return {
        name: libraries.public(name, objects, searched, root) for name, objects in packaged.items()
    }


def _place(match: Match, package: str, shell: Shell) -> None:
    # As a file named by the SONAME, without links (glibc: NEWS of 2.33; ldconfig makes none there).
    directory = layout.subdirectory(match.generic.directory, match.level)
    target = layout.staging(package) / directory.lstrip("/") / match.generic.soname
    shell("install", "-D", "-m0644", match.variant.object.path, target)
