# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The relations between the packages of a family, and what debian/control must say; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from dhhwcaps import isa
from dhhwcaps.control import PRE_DEPENDS, BinaryPackage, Fault, Source
from dhhwcaps.families import GENERIC, Family, Variant

VERSION = "${binary:Version}"
HWCAPS = "-hwcaps"
"""Suffix of the virtual package that every variant with libraries provides."""
PYTHON = "${python3:Depends}"
NUMPY = ("dh-sequence-numpy3", "python3-numpy", "python3-numpy-dev")
"""Build dependencies of modules that may use NumPy's C interface, which has versions."""
AUTOMATIC_FROM = 14
"""The compat level in which dh_gencontrol applies all substvars by itself (debhelper(7))."""

Substvars = dict[str, dict[str, tuple[str, ...]]]
"""Package → substvar → relations."""

USED = (
    ("family", "Pre-Depends"), ("family", "Recommends"), ("merged", "Breaks"),
    ("generic", "Breaks"), ("variant", "Depends"), ("variant", "Breaks"), ("variant", "Provides"),
    ("transitional", "Pre-Depends"), ("transitional", "Breaks"),
)


def substvars(
    source: Source, family: Family, shipped: Mapping[str, Collection[str]],
    complete: Collection[str], arch: str,
) -> Substvars:
    """Return the family's `${hwcaps:*}` on the architecture `arch` (DEB_HOST_ARCH).

    `shipped` maps the variants' packages to the libraries they hold, `complete` is what the
    generic package holds, in the same terms.

    The family needs one package with libraries, as Pre-Depends: otherwise the emptied family
    would be unpacked while no package holds the libraries.  Breaks keep apart versions that differ
    (Policy 7.3), whichever package is unpacked first.
    """
    live = [v for v in family.variants if shipped[v.package]]
    # dpkg deconfigures what is broken only when a relation meets one package (depisok in its
    # depcon.c): libfoo2 of two architectures would stop the upgrade of both.
    at = f":{arch}" if _coinstalled(source, family) else ""
    whole = tuple(f"{name}{at} (<< {since})" for name, since in _before(source, family))
    made: Substvars = {
        family.name: {
            "Pre-Depends": (" | ".join(exact(p) for p in
                                       (family.generic, *(v.package for v in live))),),
            "Recommends": tuple(exact(variant.package) for variant in live),
        },
        family.generic: {"Breaks": _older(family, arch, at, but=family.generic) + whole},
    }
    if whole[1:]:
        made[family.name]["Breaks"] = whole[1:]
    for variant in family.variants:
        has_all = _is_whole(shipped[variant.package], complete)
        made[variant.package] = {
            "Depends": (_needs(family, variant, has_all),),
            "Breaks": _older(family, arch, at, but=variant.package) + whole,
            "Provides": (exact(family.name + HWCAPS),) if variant in live else (),
        }
    for name in transitional(source, family):
        made[name] = {"Pre-Depends": made[family.name]["Pre-Depends"], "Breaks": whole[:1]}
    return made


def exact(package: str) -> str:
    """Return the relation on this very version of a package."""
    return f"{package} (= {VERSION})"


def _coinstalled(source: Source, family: Family) -> bool:
    stanza = source.package(family.name)
    return family.elsewhere or (stanza is not None and stanza.multi_arch == "same")


def _older(family: Family, arch: str, at: str, *, but: str) -> tuple[str, ...]:
    # Of all others that may hold the family's libraries, also of levels that the source does not
    # build any more: a stale variant would shadow the new generic library for ever.  Not by the
    # name that all variants provide: it meets several packages, whatever order dpkg-gencontrol
    # gives the relations, and dpkg ignores an architecture there.
    suffixes = [suffix for level in isa.for_arch(arch) for suffix in level.suffixes]
    holders = [family.generic, *(f"{family.name}-{suffix}" for suffix in suffixes)]
    return tuple(f"{name}{at} (<< {VERSION})" for name in holders if name != but)


def alone(
    family: Family, shipped: Mapping[str, Collection[str]], complete: Collection[str]
) -> bool:
    """Tell whether a variant may be installed without the generic package; see `substvars`."""
    return any(v.level.support and _is_whole(shipped[v.package], complete)
               for v in family.variants)


def _is_whole(held: Collection[str], complete: Collection[str]) -> bool:
    return bool(complete) and set(complete) <= set(held)


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
    for role, name in roles(source, family) if compat < AUTOMATIC_FROM else ():
        package = source.package(name)
        # What a merged family breaks, its generic package breaks before it.
        for field in [f for r, f in USED if r == role != "merged"]:
            yield from _use(package, field)
    for package in source.packages:
        yield from _development(package, family)
    stanza = source.package(family.name)
    if stanza and stanza.modules and needs_numpy(source, stanza):
        for name in family.members:
            yield from _use(source.package(name), "Depends", PYTHON)


def needs_numpy(source: Source, package: BinaryPackage) -> bool:
    """Tell whether a package's modules, if it has any, may need a version of NumPy's C interface.

    dh_numpy3, which runs after all our steps, gives `${python3:Depends}` to what then holds them.
    """
    built_with = any(name in NUMPY for name in source.build_depends)
    return built_with and PYTHON in package.relation("Depends")


def roles(source: Source, family: Family) -> tuple[tuple[str, str], ...]:
    """Return (role, package) of the family's packages, in the terms of USED."""
    merger = [("merged", family.name)] if merged(source, family)[1] else []
    variants = [("variant", variant.package) for variant in family.variants]
    emptied = [("transitional", name) for name in transitional(source, family)]
    return (("family", family.name), *merger, ("generic", family.generic), *variants, *emptied)


def _use(package: BinaryPackage | None, field: str, substvar: str = "") -> Iterator[Fault]:
    substvar = substvar or f"${{hwcaps:{field}}}"
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
    """Yield what may be wrong where the generic package takes over files (Policy 7.6.1)."""
    generic = source.package(family.generic)
    if generic is None:
        return
    if family.name not in _bounds(generic, "Replaces"):
        yield Fault(
            rule="takeover-missing", package=family.generic, field="Replaces",
            message=f"{family.generic}: no Replaces on {family.name}"
            " (<< VERSION~): right only if no release ever had the libraries in it",
        )
    taken = [name for name, _since in _before(source, family)]
    for name in taken if _coinstalled(source, family) else ():
        if name in _bounds(generic, "Breaks"):
            yield Fault(
                rule="takeover-breaks", package=family.generic, field="Breaks",
                message=f"{family.generic}: Breaks: {name} would stop dpkg where {name} is"
                " installed for two architectures (Multi-Arch: same)",
                advice=f"Leave {name} out: ${{hwcaps:Breaks}} has it for the architecture that the"
                " package is built for.",
            )
    for emptied in map(source.package, taken[1:]):
        if emptied and emptied.name not in transitional(source, family):
            yield Fault(
                rule="takeover-first", package=emptied.name, field="Pre-Depends",
                message=f"{emptied.name}: dpkg may unpack it, emptied, before what has its"
                f" libraries, or stop where {family.name} is installed for two architectures",
                advice=f"Pre-Depends: {PRE_DEPENDS}\nDepends: {exact(family.name)}",
            )


def merged(source: Source, family: Family) -> tuple[str, tuple[str, ...]]:
    """Return which packages the family has taken the place of, after the version when it did.

    The generic package then replaces them in the same versions as the family (`dh_hwcaps convert
    --merge` writes it so).  Empty for a family that was one package always.
    """
    _family, *others = _before(source, family) or ("",)
    return (others[0][1], tuple(name for name, _ in others)) if others else ("", ())


def _before(source: Source, family: Family) -> tuple[tuple[str, str], ...]:
    # What held the libraries before the split, the family first, and the version of the split.
    generic = source.package(family.generic)
    replaced = _bounds(generic, "Replaces") if generic else {}
    since = replaced.pop(family.name, "")
    names = [name for name, version in replaced.items() if version == since and "$" not in since]
    return tuple((name, since) for name in ([family.name, *names] if since else ()))


def _bounds(package: BinaryPackage, field: str) -> dict[str, str]:
    return dict(re.findall(
        r"(?<![^\s,])([a-z0-9][a-z0-9+.-]+)\s*\(\s*<<\s*([^)]*?)\s*\)", package.relation(field)
    ))


def transitional(source: Source, family: Family) -> tuple[str, ...]:
    """Return the packages of the source that only stand for the family.

    Their libraries must be on disk before they are unpacked, so they pre-depend on what holds
    them, as the family does.  Not on the family: where it is installed for two architectures
    (Multi-Arch: same), apt would configure one while the other is of another version.  They break
    the family of before the merge, so that apt unpacks it, with what other files they had, first.
    """
    return tuple(
        package.name for package in source.packages
        if package.name not in family.members and package.stands_for(family.name)
        and not source.package(package.name + GENERIC)
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
