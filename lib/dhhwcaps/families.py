# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Families: which library packages are split, and into what; pure, from debian/control alone.

A family is a package P with a sibling P-generic; its variants are the P-<suffix> stanzas that
debhelper acts on.  Where P-generic is a build dependency instead, another source builds the family,
and this one only levels of it.  There is no other configuration.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dhhwcaps import isa
from dhhwcaps.control import Source
from dhhwcaps.isa import Level

GENERIC = "-generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The package that holds a family's libraries at one level."""

    package: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A library package and what it is split into."""

    name: str
    variants: tuple[Variant, ...]
    """Lowest level first."""
    elsewhere: bool = False
    """Whether another source builds all but these variants."""
    modules: tuple[str, ...] = ()
    """Patterns of the plugins and extension modules that are dispatched like libraries."""

    @property
    def generic(self) -> str:
        """The package that holds the libraries at the architecture's baseline."""
        return self.name + GENERIC

    @property
    def members(self) -> tuple[str, ...]:
        """The packages that hold the libraries: generic and the variants."""
        return (self.generic, *(variant.package for variant in self.variants))

    def variant(self, level: Level) -> Variant | None:
        """Return the variant of that level, if the family has it."""
        return next((v for v in self.variants if v.level == level), None)


def on(source: Source, *, arch: str, selected: Collection[str]) -> tuple[Family, ...]:
    """Return the families on an architecture, whatever is wrong with them.

    `arch` is DEB_HOST_ARCH; `selected` are the packages that debhelper acts on (dh_listpackages).
    """
    made = (
        Family(
            name=name, elsewhere=is_elsewhere(source, name),
            modules=stanza.modules if (stanza := source.package(name)) else (),
            variants=tuple(
                Variant(package=present[0], level=level)
                for level, present in packages(source, name, arch) if present[0] in selected
            ),
        )
        for name in names(source)
    )
    return tuple(family for family in made
                 if (family.variants if family.elsewhere else family.generic in selected))


def names(source: Source) -> list[str]:
    """Return the names of all families, those that another source builds last."""
    own = [p.name for p in source.packages if source.package(p.name + GENERIC)]
    return [*own, *elsewhere(source)]


def elsewhere(source: Source) -> tuple[str, ...]:
    """Return the families of which this source has levels only."""
    stems = (stem for stem, level in map(isa.split, (p.name for p in source.packages)) if level)
    return tuple(stem for stem in dict.fromkeys(stems) if is_elsewhere(source, stem))


def is_elsewhere(source: Source, family: str) -> bool:
    """Say whether another source builds all of a family but levels."""
    generic = family + GENERIC
    return not source.package(generic) and generic in source.build_depends


def packages(source: Source, family: str, arch: str) -> Iterator[tuple[Level, list[str]]]:
    """Yield an architecture's levels, lowest first, each with the packages named for it."""
    for level in isa.for_arch(arch):
        found = [f"{family}-{suffix}" for suffix in level.suffixes]
        present = [name for name in found if source.package(name)]
        if present:
            yield level, present
