# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on the relations of a family's packages and of those that need them; pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dhhwcaps import relations
from dhhwcaps.check.finding import Finding
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import flavours as standing_in
from dhhwcaps.convert.candidates import undeveloped

NEEDING = ("Pre-Depends", "Depends", "Recommends")
APART = ("Breaks", "Conflicts")


def required(subject: Subject) -> Iterator[Finding]:
    """Find everything that stops a build when it looks at the relations."""
    for family in subject.families:
        for fault in relations.faults(subject.source, family, subject.packaging.compat):
            yield subject.in_control(fault.rule, "error", fault.package, fault.message,
                                     field=fault.field, advice=fault.advice)
    for generic in undeveloped(subject.source, [family.generic for family in subject.families]):
        name = subject.members[generic].name
        needed = any(name == other for package in subject.source.packages
                     if package.development
                     for other, *_ in atoms(subject, package.name, "Depends"))
        yield subject.in_control(
            "dev-without-generic", "warning" if needed else "note", generic, "no -dev package"
            f" depends on {generic}: one with its .so link should, {relations.exact('')[1:]}",
        )


def substvars(subject: Subject) -> Iterator[Finding]:
    """Find a variable of ours that nothing sets, or that is in another field than its own."""
    for package, roles in _roles(subject).items():
        stanza, role = subject.source.package(package), roles[0]
        for field, text in stanza.relations if stanza else ():
            for prefix, name in re.findall(r"\$\{(hwcaps?|HWCAPS?):([\w-]*)\}", text):
                known = [own for its, own in relations.USED if its in roles]
                if prefix == "hwcaps" and name == field and name in known:
                    continue
                near = difflib.get_close_matches(name, known, 1)
                right = name if name in known else near[0] if near else ""
                yield subject.in_control(
                    "unknown-substvar", "warning", package,
                    f"{package}: {field}: nothing sets ${{{prefix}:{name}}} for this field of a"
                    f" {role} package", field=field,
                    advice=f"{right}: ${{hwcaps:{right}}}" if right else
                    f"A {role} package has {', '.join(f'${{hwcaps:{own}}}' for own in known)}.",
                )


def circles(subject: Subject) -> Iterator[Finding]:
    """Find a member that needs its family, which needs it before."""
    for package, family in subject.members.items():
        for field in NEEDING[:2]:
            if any(name == family.name for name, _how, _version in atoms(subject, package, field)):
                yield subject.in_control(
                    "cycle", "error", package, f"{package}: {field} on {family.name}, whose"
                    " Pre-Depends need this package: neither could be installed", field=field,
                    advice=f"Remove {family.name} there.",
                )


def apart(subject: Subject) -> Iterator[Finding]:
    """Find packages of one family that exclude each other, or stand in for the family."""
    for family in subject.families:
        names = (family.name, *family.members)
        for package in names:
            for field in APART:
                for name, how, _version in atoms(subject, package, field):
                    if name in names and name != package and not how:
                        yield subject.in_control(
                            "excludes-family", "error", package, f"{package}: {field}: {name}:"
                            f" the packages of {family.name} are installed beside each other",
                            field=field, advice=f"Remove {name} there.",
                        )
            provided = [name for name, *_ in atoms(subject, package, "Provides")]
            if package != family.name and family.name in provided:
                yield subject.in_control(
                    "excludes-family", "warning", package, f"{package} provides {family.name}, so"
                    f" that others may be installed without {family.name} itself",
                    field="Provides", advice=f"Remove {family.name} there.",
                )


def flavours(subject: Subject) -> Iterator[Finding]:
    """Find packages that stand in for a family and could be installed beside its libraries."""
    families = [family.name for family in subject.families]
    for flavour, stanza in subject.packaging.stanzas.items():
        provided = [name for name, *_ in atoms(subject, flavour, "Provides")]
        rivals = [name for name in standing_in.rivals(stanza, families) if name in provided]
        own = next((f.members for f in subject.families if f.name == flavour), (flavour,))
        for package in own if rivals else ():
            excluded = [name for name, *_ in atoms(subject, package, "Conflicts")]
            lacking = [n for n in standing_in.conflicts(rivals) if n not in excluded]
            if lacking:
                yield subject.in_control(
                    "flavour", "error", package, f"{package}: no Conflicts on"
                    f" {' and '.join(lacking)}, which hold the libraries of {rivals[0]} that"
                    f" {flavour} stands in for", field="Conflicts",
                    advice=f"Conflicts: {', '.join([*excluded, *lacking])}",
                )


def outsiders(subject: Subject) -> Iterator[Finding]:
    """Find packages that need a variant by name, or a member that is no package here."""
    for package in subject.source.packages:
        own = subject.members.get(package.name)
        for field in NEEDING:
            for name, *_ in atoms(subject, package.name, field):
                for stale, today in subject.stale(name):
                    yield subject.in_control(
                        "stale-name", "error", package.name, f"{package.name}: {field}: {stale} is"
                        " no package of this source", field=field,
                        advice=f"Is it {today} now?" if today else "",
                    )
                family = subject.members.get(name)
                if family and family != own and name != family.generic and (
                    package.name != family.name and field != "Recommends"
                ):
                    yield subject.in_control(
                        "needs-variant", "warning", package.name, f"{package.name}: {field}:"
                        f" {name} is of no use to most CPUs and architectures", field=field,
                        advice=f"Depend on {family.name}, which recommends its variants.",
                    )


def atoms(subject: Subject, package: str, field: str) -> Iterator[tuple[str, str, str]]:
    """Yield (name, operator, version) of each package in a relation field."""
    stanza = subject.source.package(package)
    text = stanza.relation(field) if stanza else ""
    for part in re.split(r"[,|]", text):
        match = re.match(
            r"\s*([a-z0-9][a-z0-9+.-]+)(?::[\w${}-]+)?\s*(?:\(\s*([<>=]+)\s*([^)]*?)\s*\))?", part
        )
        if match:
            yield match[1], match[2] or "", match[3] or ""


def _roles(subject: Subject) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for family in subject.families:
        for role, package in relations.roles(subject.source, family):
            made.setdefault(package, []).append(role)
    return made
