# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with the families and levels of debian/control, all of it; pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator

from dhhwcaps import control, families, isa
from dhhwcaps.control import BinaryPackage, Fault, Source
from dhhwcaps.families import GENERIC
from dhhwcaps.isa import Level

DEBPUTY = ("dh-sequence-debputy", "dh-sequence-zz-debputy")
"""Sequences that remove dh_shlibdeps and dh_gencontrol at least (seen with 0.1.67)."""


def find(
    source: Source, *, arch: str, selected: Collection[str], baseline: Collection[str]
) -> Iterator[Fault]:
    """Yield all that is wrong with the families and levels, in the terms of `plan.make`."""
    told = []
    yield from _debputy(source)
    for family in families.names(source):
        found = list(_suffixes(source, family))
        told += [fault.package for fault in found]
        yield from found
        if family + GENERIC in selected or families.is_elsewhere(source, family):
            for level, names in families.packages(source, family, arch):
                yield from _level(names, level, selected, baseline)
    yield from _stray_modules(source)
    yield from _orphans([p for p in source.packages if p.name not in told], source)


def _debputy(source: Source) -> Iterator[Fault]:
    for name in source.build_depends if families.names(source) else ():
        if name.startswith(DEBPUTY):
            yield Fault(
                rule="debputy", package="", field="Build-Depends",
                message=f"{name}: debputy makes the packages itself, in place of the debhelper"
                " commands between which they are split",
                advice=f"Build this source without {name}.",
            )


def _stray_modules(source: Source) -> Iterator[Fault]:
    for package in source.packages:
        if package.modules and package.name not in families.names(source):
            yield Fault(
                rule="stray-modules", package=package.name, field=control.MODULES_FIELD,
                message=f"{package.name}: {control.MODULES_FIELD}, but it is no family: there is no"
                f" {package.name}{GENERIC}",
                advice="The field belongs into the stanza of the package that the modules are"
                " installed into, and that has members.",
            )


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
        if not meant or families.is_elsewhere(source, name):
            continue
        for lacking in (name + GENERIC, name):
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
        package.stands_for(family) for family in families.names(source)
    )
