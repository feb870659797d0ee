# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on what the packages of a split library take over from earlier versions; pure.

Policy 7.6.1: who takes over files needs Breaks and Replaces on the last version that had them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from debian.debian_support import Version

from dhhwcaps import control, isa, relations
from dhhwcaps.check import history
from dhhwcaps.check.dependencies import atoms
from dhhwcaps.check.finding import Finding, Severity
from dhhwcaps.check.subject import Subject
from dhhwcaps.families import GENERIC, Family

FIELDS = ("Breaks", "Replaces")


def unsplit(subject: Subject) -> Iterator[Finding]:
    """Find what is wrong where the generic package takes over from the family before the split."""
    for family in subject.families:
        for fault in relations.takeover(subject.source, family):
            missing = fault.rule == "takeover-missing"
            never = _never_whole(subject, family) if missing else ""
            yield subject.in_control(
                fault.rule, "note" if never else "warning", fault.package, fault.message,
                field=fault.field, advice=f"So it seems: {never}." if never else
                fault.advice or _right(subject, family),
            )
        bounds: dict[str, list[str]] = {}
        for field in FIELDS:
            for name, how, version in atoms(subject, family.generic, field):
                if name == family.name and how == "<<" and "$" not in version:
                    bounds.setdefault(version, []).append(field)
        for version, fields in bounds.items():
            if control.is_version(version):
                yield from _version(subject, family, version, fields)
            else:
                yield subject.in_control(
                    "takeover-version", "error", family.generic, f"{family.generic}:"
                    f" {' and '.join(fields)}: {version!r} is no version", field=fields[0],
                    advice=_right(subject, family),
                )
        if len(bounds) > 1:
            yield subject.in_control(
                "takeover-version", "warning", family.generic, f"{family.generic}: Breaks and"
                f" Replaces differ in the version of {family.name}: {', '.join(bounds)}",
                field="Replaces", advice=_right(subject, family),
            )


def other_sonames(subject: Subject) -> Iterator[Finding]:
    """Find Breaks and Replaces that were left when the SONAME changed."""
    for package, family in subject.members.items():
        kept = {name for field in FIELDS for name, *_ in atoms(subject, family.name, field)}
        named: dict[str, list[str]] = {}
        for field in FIELDS:
            for name, *_ in atoms(subject, package, field):
                if name not in kept and name != family.name and (
                    control.same_library(name, family.name)
                ):
                    named.setdefault(name, []).append(field)
        for name, fields in named.items():
            yield subject.in_control(
                "takeover-other-soname", "warning", package, f"{package}: {' and '.join(fields)}:"
                f" {name} has no file of {family.name}: a new SONAME takes nothing over",
                field=fields[0], advice=f"Remove {name} there.",
            )


def renamed_levels(subject: Subject) -> Iterator[Finding]:
    """Find a level whose package had another suffix: the new one holds the same files.

    ${hwcaps:Breaks} has all suffixes, so only Replaces is lacking then.
    """
    said = "".join(entry.text for entry in subject.history)
    for family in subject.families:
        for variant in family.variants:
            for other in (f"{family.name}-{suffix}" for suffix in variant.level.suffixes):
                replaced = [name for name, *_ in atoms(subject, variant.package, "Replaces")]
                if other != variant.package and other not in replaced and (
                    re.search(history.word(other), said)
                ):
                    yield subject.in_control(
                        "takeover-renamed", "warning", variant.package, f"{variant.package}: no"
                        f" Replaces on {other}, which debian/changelog names and which had the"
                        " same files", field="Replaces",
                        advice=f"Replaces: {other}\nRight only if {other} was ever released.",
                    )


def whole_again(subject: Subject) -> Iterator[Finding]:
    """Find a library that is split no more: the packages that held it would shadow it.

    dpkg deconfigures what a relation breaks only where that is one package: hence an architecture
    for what is installed for several, and a name for each level.
    """
    split = history.ever_split(subject.history)
    for package in subject.source.packages:
        generic = package.name + GENERIC
        broken = {name for name, *_ in atoms(subject, package.name, "Breaks")}
        levels = any(name == package.name + relations.HWCAPS
                     or isa.split(name)[0] == package.name for name in broken)
        whole = package.name in split and not subject.source.package(generic)
        at = ":${Arch}" if package.multi_arch == "same" else ""
        single = not at or f"{generic}:" in package.relation("Breaks")
        if whole and not (generic in broken and levels and single):
            older = f"(<< {subject.history[0].version}~)"
            variants = ", ".join(f"{package.name}-{suffix} {older}" for suffix in isa.PROPOSED)
            yield subject.in_control(
                "takeover-whole", "warning", package.name, f"{package.name}: was split, as"
                " debian/changelog has it, and does not break the packages that held its libraries,"
                " each by itself: those of levels would go on to be loaded, or the upgrade stop",
                field="Breaks",
                advice=f"Breaks: {generic}{at} {older}, {variants}\n"
                f"Replaces: {generic} {older}\nName in Breaks the levels that it had.",
            )


def _version(
    subject: Subject, family: Family, bound: str, fields: list[str]
) -> Iterator[Finding]:
    split = history.splitting(subject.history, family)
    now = subject.history[0].version if subject.history else ""
    where = f"{family.generic}: {' and '.join(fields)}: {family.name} (<< {bound})"
    severity: Severity = "warning"
    said = ""
    if now and _before(now, bound):
        severity = "error"
        said = f" includes {now}, the version that is built here"
    elif split and split.before and not _before(split.before, bound):
        said = (f" leaves out {split.before}, which still has the libraries if {split.version} was"
                " the first split, as debian/changelog has it: dpkg would refuse to overwrite them")
    elif not bound.endswith("~") and not (split and not _before(f"{split.version}~", bound)):
        said = f" includes backports of {bound} such as {bound}~bpo1, which are split"
    elif split and _before(split.version, bound):
        severity = "note"
        said = f" includes {split.version}, which was split already, as debian/changelog has it"
    if said:
        yield subject.in_control(
            "takeover-version", severity, family.generic, where + said, field=fields[0],
            advice=_right(subject, family, bound),
        )


def _right(subject: Subject, family: Family, bound: str = "") -> str:
    split = history.splitting(subject.history, family)
    if split:
        right = f"{family.name} (<< {split.version}~)"
    elif bound and subject.history and not _before(subject.history[0].version, bound):
        right = f"{family.name} (<< {bound.rstrip('~')}~)"
    else:
        right = f"{family.name} (<< VERSION~), where VERSION is the first that is split"
    return f"Replaces: {right}"


def _never_whole(subject: Subject, family: Family) -> str:
    split = history.splitting(subject.history, family)
    if split and not split.before:
        return f"{split.version} is the first entry of debian/changelog"
    versions = [entry.version for entry in subject.history]
    then = subject.history[versions.index(split.version):] if split else ()
    said = "".join(entry.text for entry in then)
    names = set(re.findall(r"(?<![\w.+-])lib[a-z0-9+.-]*[a-z0-9+]", said)) - {family.name}
    earlier = [name for name in sorted(names) if control.same_library(name, family.name)]
    if split and earlier and not re.search(history.word(family.name), said):
        return f"when {split.version} was split, the library was {earlier[-1]}"
    return ""


def _before(one: str, other: str) -> bool:
    return bool(Version(one) < Version(other))
