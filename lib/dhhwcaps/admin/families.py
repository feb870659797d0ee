# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Recognise families among installed packages; pure.

A family is a package P with P-generic, which holds the libraries for any CPU, and variants, which
Provide P-hwcaps and hold the libraries of one level each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from dhhwcaps import isa, modules
from dhhwcaps.admin.dpkgdb import Package, names
from dhhwcaps.isa import Level

GENERIC = "-generic"
HWCAPS = "-hwcaps"
LIBRARY = re.compile(rf"(/.+)/{isa.SUBDIRECTORY}/([^/]+)/([^/]+)")

Files = Mapping[str, tuple[str, ...]]
"""Package.key → paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A library of a variant."""

    path: str
    directory: str
    """Where the generic library lies."""
    level: str
    soname: str
    """The name by which it is found."""

    @property
    def module(self) -> bool:
        """Whether it is a plugin or extension module, found by the file's name, not the SONAME."""
        return PurePosixPath(self.directory).parent.name == modules.PARENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """An installed package with the libraries of one level."""

    package: Package
    level: str
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Installed packages that belong together."""

    name: str
    arch: str
    head: Package | None
    generic: Package | None
    variants: tuple[Variant, ...] = ()
    offered: tuple[tuple[str, Level], ...] = ()
    """Variants that the head recommends and that are not installed, and their levels."""
    paths: tuple[str, ...] = ()
    """Files of the generic package."""
    rest: tuple[str, ...] = ()
    """Files of the head."""

    @property
    def members(self) -> tuple[Package, ...]:
        """All its packages that are installed."""
        found = (self.head, self.generic, *(v.package for v in self.variants))
        return tuple(package for package in found if package)

    @property
    def copies(self) -> tuple[Copy, ...]:
        """The libraries of all variants."""
        return tuple(copy for variant in self.variants for copy in variant.copies)

    @property
    def version(self) -> str:
        """The version of the generic package, or of what there is."""
        return (self.generic or self.head or self.members[0]).version


def candidates(packages: Sequence[Package]) -> tuple[Package, ...]:
    """Return the packages that may be members of families: those whose files are worth asking."""
    heads = _heads(packages)
    return tuple(p for p in packages if _head(p) in heads or (p.name, p.arch) in heads)


def find(packages: Sequence[Package], files: Files) -> tuple[Family, ...]:
    """Return the families in the order of their names."""
    heads: dict[tuple[str, str], list[Package]] = {head: [] for head in _heads(packages)}
    for package in packages:
        heads.get(_head(package), []).append(package)
    by_name = {(p.name, p.arch): p for p in packages}
    return tuple(_family(head, heads[head], by_name, files) for head in sorted(heads))


def _head(package: Package) -> tuple[str, str]:
    name = _provided(package)
    if not name and package.name.endswith(GENERIC):
        name = package.name.removesuffix(GENERIC)
    return name or isa.split(package.name)[0], package.arch


def _provided(package: Package) -> str:
    """Return the family that a variant says it belongs to, "" for any other package."""
    heads = (n.removesuffix(HWCAPS) for n in names(package.provides) if n.endswith(HWCAPS))
    return next((head for head in heads if package.name.startswith(f"{head}-")), "")


def _heads(packages: Sequence[Package]) -> set[tuple[str, str]]:
    """Return name and architecture of each family.

    A P that merely has a P-generic beside it (kernels, say) is none: it takes a variant that says
    so, or a P that names P-generic among its dependencies.
    """
    present = {(p.name, p.arch) for p in packages}
    return {
        (p.name, p.arch) for p in packages
        if (p.name + GENERIC, p.arch) in present and p.name + GENERIC in names(p.depends)
    } | {(name, p.arch) for p in packages if HWCAPS in p.provides and (name := _provided(p))}


def _family(
    key: tuple[str, str], members: Sequence[Package],
    by_name: Mapping[tuple[str, str], Package], files: Files,
) -> Family:
    name, arch = key
    variants = [
        _variant(name, package, files) for package in members
        if package.name not in (name, name + GENERIC)
    ]
    head, generic = by_name.get((name, arch)), by_name.get((name + GENERIC, arch))
    order = [level.name for level in isa.for_arch(arch)]
    chosen = sorted(
        (v for v in variants if v), key=lambda v: order.index(v.level) if v.level in order else -1
    )
    return Family(
        name=name, arch=arch, head=head, generic=generic, variants=tuple(chosen),
        offered=_offered(name, arch, head, by_name),
        paths=files.get(generic.key, ()) if generic else (),
        rest=files.get(head.key, ()) if head else (),
    )


def _variant(family: str, package: Package, files: Files) -> Variant | None:
    matches = (LIBRARY.fullmatch(path) for path in files.get(package.key, ()))
    copies = tuple(
        Copy(path=match[0], directory=match[1], level=match[2], soname=match[3])
        for match in matches if match
    )
    base, level = isa.split(package.name)
    if base == family and level:
        return Variant(package=package, level=level.name, copies=copies)
    return Variant(package=package, level=copies[0].level, copies=copies) if copies else None


def _offered(
    name: str, arch: str, head: Package | None, by_name: Mapping[tuple[str, str], Package]
) -> tuple[tuple[str, Level], ...]:
    wanted = names(head.recommends) if head else ()
    splits = ((package, *isa.split(package)) for package in wanted)
    return tuple(
        (package, level) for package, base, level in splits
        if base == name and level and level.arch == arch and (package, arch) not in by_name
    )
