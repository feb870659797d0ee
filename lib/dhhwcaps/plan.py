# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide from debian/control which families and levels there are; pure, recomputed by every step.

A family is a package P with a sibling P-generic; its variants are the P-<suffix> stanzas that
debhelper acts on.  There is no other configuration.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from dhhwcaps import isa
from dhhwcaps.control import BinaryPackage, Source
from dhhwcaps.errors import ControlError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What this build is to make."""

    arch: str
    families: tuple[Family, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels that some family is built for, lowest first."""
        wanted = {variant.level for family in self.families for variant in family.variants}
        return tuple(level for level in isa.for_arch(self.arch) if level in wanted)


def make(
    source: Source, *, arch: str, selected: Collection[str], baseline: Collection[str]
) -> Plan:
    """Return the plan of a source package on the architecture `arch` (DEB_HOST_ARCH).

    `selected` are the packages that debhelper acts on (dh_listpackages); `baseline` the names of
    levels that the distribution's own baseline includes.

    Raises ControlError for a stanza that cannot be meant as it stands.
    """
    families = []
    for package in source.packages:
        if source.package(package.name + GENERIC):
            _check_suffixes(source, package)
            if package.name + GENERIC in selected:
                variants = _variants(source, package, arch, selected, baseline)
                families.append(Family(name=package.name, variants=variants))
    _check_orphans(source)
    return Plan(arch=arch, families=tuple(families))


def _variants(
    source: Source, family: BinaryPackage, arch: str, selected: Collection[str],
    baseline: Collection[str],
) -> tuple[Variant, ...]:
    variants = []
    for level in isa.for_arch(arch):
        found = [family.name + f"-{suffix}" for suffix in level.suffixes]
        packages = [name for name in found if source.package(name)]
        if len(packages) > 1:
            raise ControlError(
                f"debian/control: {' and '.join(packages)} are both {level.name}", "Keep one."
            )
        if packages and packages[0] in selected:
            _check_baseline(packages[0], level, baseline)
            variants.append(Variant(package=packages[0], level=level))
    return tuple(variants)


def _check_baseline(package: str, level: Level, baseline: Collection[str]) -> None:
    if level.name in baseline:
        raise ControlError(
            f"debian/control: {package}: {level.name} is not above the baseline of this"
            " distribution and compiler, so the generic package is it already",
            f"Remove {package}, or restrict it by a Build-Profiles or Architecture field.",
        )


def _check_suffixes(source: Source, family: BinaryPackage) -> None:
    for package in source.packages:
        suffix = package.name.removeprefix(family.name + "-")
        if suffix == package.name or package.name == family.name + GENERIC:
            continue
        level = isa.named(suffix)
        if level:
            _check_architecture(package, level)
        elif isa.LOOKS_LIKE_LEVEL.fullmatch(suffix) or _is_lost(source, package):
            known = [s for lv in isa.LEVELS for s in lv.suffixes]
            near = difflib.get_close_matches(suffix, known, 1)
            raise ControlError(
                f"debian/control: {package.name}: no level has the suffix -{suffix}",
                (f"Did you mean {family.name}-{near[0]}? " if near else "")
                + f"Suffixes are {', '.join(lv.suffix for lv in isa.LEVELS)}.",
            )


def _is_lost(source: Source, package: BinaryPackage) -> bool:
    # It is none of a family's packages, though its stanza was written for one.
    return _uses_hwcaps(package) and not package.name.endswith(GENERIC) and not (
        isa.split(package.name)[1] or source.package(package.name + GENERIC)
    )


def _check_architecture(package: BinaryPackage, level: Level) -> None:
    if package.architectures != (level.arch,):
        raise ControlError(
            f"debian/control: {package.name}: Architecture: {' '.join(package.architectures)},"
            f" but {level.name} exists on {level.arch} only",
            f"Architecture: {level.arch}",
        )


def _check_orphans(source: Source) -> None:
    for package in source.packages:
        stem, level = isa.split(package.name)
        if level and (source.package(stem) or _uses_hwcaps(package)):
            _check_present(source, package, stem + GENERIC)
        elif package.name.endswith(GENERIC) and _uses_hwcaps(package):
            _check_present(source, package, package.name.removesuffix(GENERIC))
        elif _uses_hwcaps(package):
            _check_present(source, package, package.name + GENERIC)


def _check_present(source: Source, package: BinaryPackage, lacking: str) -> None:
    if not source.package(lacking):
        raise ControlError(
            f"debian/control: {package.name} is part of a family, but there is no package"
            f" {lacking}",
            f"Package: {lacking}\nArchitecture: any\nMulti-Arch: same\n"
            "(dh_hwcaps convert writes the stanzas; dh-hwcaps(7) explains them.)",
        )


def _uses_hwcaps(package: BinaryPackage) -> bool:
    return any("${hwcaps:" in text for _name, text in package.relations)
