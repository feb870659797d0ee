# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The relations between the packages of a family, and what debian/control must say; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from dhhwcaps.control import BinaryPackage, Fault, Source
from dhhwcaps.plan import Family, Variant

VERSION = "${binary:Version}"
HWCAPS = "-hwcaps"
"""Suffix of the virtual package that every variant with libraries provides."""
AUTOMATIC_FROM = 14
"""The compat level in which dh_gencontrol applies all substvars by itself (debhelper(7))."""

Substvars = dict[str, dict[str, tuple[str, ...]]]
"""Package → substvar → relations."""

USED = (
    ("family", "Pre-Depends"), ("family", "Recommends"), ("generic", "Breaks"),
    ("variant", "Depends"), ("variant", "Breaks"), ("variant", "Provides"),
)


def substvars(
    source: Source, family: Family, shipped: Mapping[str, Collection[str]],
    complete: Collection[str],
) -> Substvars:
    """Return the family's `${hwcaps:*}`.

    `shipped` maps the variants' packages to the libraries they hold, `complete` is what the
    generic package holds, in the same terms.

    The family needs one package with libraries, as Pre-Depends: otherwise the emptied family
    would be unpacked while no package holds the libraries.  Breaks keep apart versions that differ
    (Policy 7.3), whichever package is unpacked first.
    """
    live = [v for v in family.variants if shipped[v.package]]
    made: Substvars = {
        family.name: {
            "Pre-Depends": (" | ".join(exact(p) for p in
                                       (family.generic, *(v.package for v in live))),),
            "Recommends": tuple(exact(variant.package) for variant in live),
        },
        family.generic: {"Breaks": older(family, but=family.generic)},
    }
    for variant in family.variants:
        whole = _is_whole(shipped[variant.package], complete)
        made[variant.package] = {
            "Depends": (_needs(family, variant, whole),),
            "Breaks": older(family, but=variant.package) + _unsplit(source, family),
            "Provides": (exact(family.name + HWCAPS),) if variant in live else (),
        }
    return made


def exact(package: str) -> str:
    """Return the relation on this very version of a package."""
    return f"{package} (= {VERSION})"


def older(family: Family, *, but: str) -> tuple[str, ...]:
    """Return relations on older versions of all others that may hold the family's libraries.

    Every variant that holds any provides P-hwcaps, so that this meets also levels which the
    source does not build any more: a stale variant would shadow the new generic library for ever.
    """
    packages = [p for p in (family.generic, family.name + HWCAPS) if p != but]
    return tuple(f"{package} (<< {VERSION})" for package in packages)


def alone(
    family: Family, shipped: Mapping[str, Collection[str]], complete: Collection[str]
) -> bool:
    """Tell whether a variant may be installed without the generic package; see `substvars`."""
    return any(v.level.support and _is_whole(shipped[v.package], complete)
               for v in family.variants)


def _is_whole(held: Collection[str], complete: Collection[str]) -> bool:
    return bool(complete) and set(complete) <= set(held)


def _unsplit(source: Source, family: Family) -> tuple[str, ...]:
    # From versions before the split, which hold libraries themselves, generic keeps apart by a
    # relation of debian/control; dpkg would still unpack a variant beside them.
    generic = source.package(family.generic)
    found = _before(family).search(generic.relation("Breaks")) if generic else None
    since, names = merged(source, family)
    others = tuple(f"{name} (<< {since})" for name in names)
    return (found[1], *others) if found else others


def _before(family: Family) -> re.Pattern[str]:
    return re.compile(rf"(?:^|,)\s*({re.escape(family.name)}\s*\(\s*<<[^)]*\))")


def _needs(family: Family, variant: Variant, whole: bool) -> str:
    # Alone on a lesser CPU a variant is no library at all: isa-support's packages refuse to be
    # installed there.
    if whole and variant.level.support:
        return f"{exact(family.generic)} | {variant.level.support}"
    return exact(family.generic)


def check(source: Source, family: Family, compat: int) -> tuple[str, ...]:
    """Raise ControlError where debian/control lacks what the relations need; return warnings."""
    for fault in faults(source, family, compat):
        raise fault.error()
    return tuple(str(fault.error()) for fault in takeover(source, family))


def faults(source: Source, family: Family, compat: int) -> Iterator[Fault]:
    """Yield all that debian/control lacks for the relations.

    A -dev package without the generic one would let `-lfoo` take the static library silently.
    """
    roles = [("family", family.name), ("generic", family.generic)]
    roles += [("variant", variant.package) for variant in family.variants]
    for role, name in roles if compat < AUTOMATIC_FROM else ():
        package = source.package(name)
        for field in [f for r, f in USED if r == role]:
            yield from _use(package, field)
    for package in source.packages:
        yield from _development(package, family)


def _use(package: BinaryPackage | None, field: str) -> Iterator[Fault]:
    substvar = f"${{hwcaps:{field}}}"
    if package and substvar not in package.relation(field):
        present = package.relation(field)
        yield Fault(
            rule="missing-substvar", package=package.name, field=field,
            message=f"{package.name}: {field} lacks {substvar}",
            advice=f"{field}: {present + ', ' if present else ''}{substvar}",
        )


def _development(package: BinaryPackage, family: Family) -> Iterator[Fault]:
    depends = package.relation("Depends")
    wants = re.escape(family.name) + r"(:\w+)?\s*\("
    if not package.development or not re.search(rf"(^|[\s,|]){wants}", depends):
        return
    if not re.search(rf"(^|[\s,|]){re.escape(family.generic)}(:\w+)?\s*\(", depends):
        yield Fault(
            rule="dev-without-generic", package=package.name, field="Depends",
            message=f"{package.name}: Depends lacks {family.generic}, so its .so link may"
            " dangle and -l would silently take the static library",
            advice=f"Depends: {exact(family.generic)}, {depends}",
        )


def takeover(source: Source, family: Family) -> Iterator[Fault]:
    """Yield what may be lacking for the generic package to take over files (Policy 7.6.1)."""
    generic = source.package(family.generic)
    lacking = [f for f in ("Breaks", "Replaces")
               if generic and not _before(family).search(generic.relation(f))]
    if lacking:
        yield Fault(
            rule="takeover-missing", package=family.generic, field=lacking[0],
            message=f"{family.generic}: no {' and no '.join(lacking)} on {family.name}"
            " (<< VERSION~): right only if no release ever had the libraries in it",
        )


def merged(source: Source, family: Family) -> tuple[str, tuple[str, ...]]:
    """Return which packages the family has taken the place of, after the version when it did.

    The generic package then replaces them in the same versions as the family (`dh_hwcaps convert
    --merge` writes it so).  Empty for a family that was one package always.
    """
    generic = source.package(family.generic)
    replaced = dict(re.findall(
        r"([a-z0-9][a-z0-9+.-]+)\s*\(<<\s*([^\s$)]+)\s*\)", generic.relation("Replaces")
    )) if generic else {}
    since = replaced.pop(family.name, "")
    names = tuple(name for name, version in replaced.items() if version == since)
    return (since, names) if names else ("", ())


def transitional(source: Source, family: Family) -> tuple[str, ...]:
    """Return the packages of the source that only stand for the family.

    They need this very version of it before they are unpacked, since it has their libraries.
    """
    return tuple(
        package.name for package in source.packages
        if package.name not in family.members
        and exact(family.name) in re.split(r"\s*,\s*", package.relation("Pre-Depends"))
    )


def without_family(relations: str, family: Family) -> str:
    """Return a relation field's text without dependencies on the family itself.

    Libraries of one package that link each other would make a cycle of it.
    """
    kept = [
        relation.strip() for relation in relations.split(",")
        if relation.strip() and not any(
            re.match(rf"\s*{re.escape(family.name)}(?![\w.+-])", alternative)
            for alternative in relation.split("|")
        )
    ]
    return ", ".join(kept)
