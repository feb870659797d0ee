# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide from debian/control which families and levels there are; pure, recomputed by every step.

A family is a package P with a sibling P-generic; its variants are the P-<suffix> stanzas that
debhelper acts on.  Where P-generic is a build dependency instead, another source builds the family,
and this one only levels of it.  There is no other configuration.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from dhhwcaps import control, isa
from dhhwcaps.control import BinaryPackage, Fault, Source
from dhhwcaps.isa import Level

GENERIC = "-generic"
DEBPUTY = ("dh-sequence-debputy", "dh-sequence-zz-debputy")
"""Sequences that remove dh_shlibdeps and dh_gencontrol at least (seen with 0.1.67)."""


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

    @property
    def elsewhere(self) -> bool:
        """Whether the levels are built from the source that another package holds."""
        return any(family.elsewhere for family in self.families)


def make(
    source: Source, *, arch: str, selected: Collection[str], baseline: Collection[str]
) -> Plan:
    """Return the plan of a source package on the architecture `arch` (DEB_HOST_ARCH).

    `selected` are the packages that debhelper acts on (dh_listpackages); `baseline` the names of
    levels that the distribution's own baseline includes.

    Raises ControlError for a stanza that cannot be meant as it stands.
    """
    for fault in faults(source, arch=arch, selected=selected, baseline=baseline):
        raise fault.error()
    return Plan(arch=arch, families=families(source, arch=arch, selected=selected))


def families(source: Source, *, arch: str, selected: Collection[str]) -> tuple[Family, ...]:
    """Return the families on an architecture, in the terms of `make`, whatever is wrong."""
    made = (
        Family(
            name=name, elsewhere=_is_elsewhere(source, name),
            modules=stanza.modules if (stanza := source.package(name)) else (),
            variants=tuple(
                Variant(package=names[0], level=level)
                for level, names in _packages(source, name, arch) if names[0] in selected
            ),
        )
        for name in _families(source)
    )
    return tuple(family for family in made
                 if (family.variants if family.elsewhere else family.generic in selected))


def faults(
    source: Source, *, arch: str, selected: Collection[str], baseline: Collection[str]
) -> Iterator[Fault]:
    """Yield all that is wrong with the families and levels, in the terms of `make`."""
    told = []
    yield from _debputy(source)
    for family in _families(source):
        found = list(_suffixes(source, family))
        told += [fault.package for fault in found]
        yield from found
        if family + GENERIC in selected or _is_elsewhere(source, family):
            for level, names in _packages(source, family, arch):
                yield from _level(names, level, selected, baseline)
    yield from _stray_modules(source)
    yield from _orphans([p for p in source.packages if p.name not in told], source)


def _debputy(source: Source) -> Iterator[Fault]:
    for name in source.build_depends if _families(source) else ():
        if name.startswith(DEBPUTY):
            yield Fault(
                rule="debputy", package="", field="Build-Depends",
                message=f"{name}: debputy makes the packages itself, in place of the debhelper"
                " commands between which they are split",
                advice=f"Build this source without {name}.",
            )


def _stray_modules(source: Source) -> Iterator[Fault]:
    for package in source.packages:
        if package.modules and package.name not in _families(source):
            yield Fault(
                rule="stray-modules", package=package.name, field=control.MODULES_FIELD,
                message=f"{package.name}: {control.MODULES_FIELD}, but it is no family: there is no"
                f" {package.name}{GENERIC}",
                advice="The field belongs into the stanza of the package that the modules are"
                " installed into, and that has members.",
            )


def _families(source: Source) -> list[str]:
    own = [p.name for p in source.packages if source.package(p.name + GENERIC)]
    return [*own, *elsewhere(source)]


def elsewhere(source: Source) -> tuple[str, ...]:
    """Return the families of which this source has levels only."""
    stems = (stem for stem, level in map(isa.split, (p.name for p in source.packages)) if level)
    return tuple(stem for stem in dict.fromkeys(stems) if _is_elsewhere(source, stem))


def _is_elsewhere(source: Source, family: str) -> bool:
    generic = family + GENERIC
    return not source.package(generic) and generic in source.build_depends


def _packages(
    source: Source, family: str, arch: str
) -> Iterator[tuple[Level, list[str]]]:
    for level in isa.for_arch(arch):
        found = [f"{family}-{suffix}" for suffix in level.suffixes]
        names = [name for name in found if source.package(name)]
        if names:
            yield level, names


def _level(
    names: list[str], level: Level, selected: Collection[str], baseline: Collection[str]
) -> Iterator[Fault]:
    if len(names) > 1:
        yield Fault(
            rule="level-twice", package=names[-1],
            message=f"{' and '.join(names)} are both {level.name}",
            advice="Keep one.",
        )
    if names[0] in selected and level.name in baseline:
        yield Fault(
            rule="level-in-baseline", package=names[0],
            message=f"{names[0]}: {level.name} is not above the baseline of this distribution and"
            " compiler, so the generic package is it already",
            advice=f"Remove {names[0]}, or restrict it by a Build-Profiles or Architecture field.",
        )


def _suffixes(source: Source, family: str) -> Iterator[Fault]:
    for package in source.packages:
        suffix = package.name.removeprefix(family + "-")
        if suffix == package.name:
            continue
        level = isa.named(suffix)
        if level and package.architectures != (level.arch,):
            yield Fault(
                rule="architecture", package=package.name, field="Architecture",
                message=f"{package.name}: Architecture: {' '.join(package.architectures)},"
                f" but {level.name} exists on {level.arch} only",
                advice=f"Architecture: {level.arch}",
            )
        elif not level and (isa.LOOKS_LIKE_LEVEL.fullmatch(suffix) or _is_lost(source, package)):
            yield _unknown(package, family, suffix)


def _unknown(package: BinaryPackage, family: str, suffix: str) -> Fault:
    known = [s for lv in isa.LEVELS for s in lv.suffixes]
    near = difflib.get_close_matches(suffix, known, 1)
    return Fault(
        rule="unknown-suffix", package=package.name, field="Package",
        message=f"{package.name}: no level has the suffix -{suffix}",
        advice=(f"Did you mean {family}-{near[0]}? " if near else "")
        + f"Suffixes are {', '.join(lv.suffix for lv in isa.LEVELS)}.",
    )


def _is_lost(source: Source, package: BinaryPackage) -> bool:
    # It is none of a family's packages, though its stanza was written for one.
    return _uses_hwcaps(source, package) and not package.name.endswith(GENERIC) and not (
        isa.split(package.name)[1] or source.package(package.name + GENERIC)
    )


def _orphans(packages: Iterable[BinaryPackage], source: Source) -> Iterator[Fault]:
    told: set[str] = set()
    for package in packages:
        stem, level = isa.split(package.name)
        generic = package.name.endswith(GENERIC)
        name = package.name.removesuffix(GENERIC) if generic else stem
        meant = _uses_hwcaps(source, package) or (level and (
            source.package(stem) or source.package(stem + GENERIC)
        ))
        for lacking in (name + GENERIC, name) if meant and not _is_elsewhere(source, name) else ():
            if lacking not in told and not source.package(lacking):
                told.add(lacking)
                yield _lacking(source, package, name, lacking)


def _lacking(source: Source, package: BinaryPackage, name: str, lacking: str) -> Fault:
    return Fault(
        rule="missing-package", package=package.name, field="Package",
        message=f"{package.name} is part of a family, but there is no package {lacking}",
        advice=_rename(source, package, name) or
        f"Package: {lacking}\nArchitecture: any\nMulti-Arch: same\n"
        "(dh_hwcaps convert writes the stanzas; dh-hwcaps(7) explains them.)",
    )


def _rename(source: Source, package: BinaryPackage, name: str) -> str:
    # A new SONAME renames the whole family (Policy 8.1).
    present = [other.name for other in source.packages]
    if package.name == name:
        stems = [other.removesuffix(GENERIC) for other in present]
        found = [(stem + GENERIC, name + GENERIC) for stem in stems
                 if stem not in present and control.same_library(stem, name)]
    elif name not in present:
        found = [(package.name, other + package.name.removeprefix(name)) for other in present
                 if control.same_library(other, name)]
    else:
        found = []
    return next((
        f"Rename {old} to {new}: all names of a family change with the SONAME."
        for old, new in found
    ), "")


def _uses_hwcaps(source: Source, package: BinaryPackage) -> bool:
    return any("${hwcaps:" in text for _name, text in package.relations) and not any(
        package.stands_for(family) for family in _families(source)
    )
