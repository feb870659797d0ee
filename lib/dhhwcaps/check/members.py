# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on which packages a family has, and what their stanzas must have in common; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dhhwcaps import faults
from dhhwcaps.check.finding import Finding
from dhhwcaps.check.subject import ARCHITECTURES, Subject
from dhhwcaps.families import Family


def families(subject: Subject) -> Iterator[Finding]:
    """Find everything that stops a build when it makes its plan, on any architecture."""
    selected = [p.name for p in subject.source.packages if _wanted(subject, p.name)]
    told = set()
    for arch in ARCHITECTURES:
        for fault in faults.find(
            subject.source, arch=arch, selected=selected, baseline=subject.baseline
        ):
            if fault not in told:
                told.add(fault)
                yield subject.in_control(
                    fault.rule, "error", fault.package, fault.message, field=fault.field,
                    advice=fault.advice,
                )


def levels(subject: Subject) -> Iterator[Finding]:
    """Find a level that this distribution does not know, and a family without any."""
    for level, message, advice in subject.unknown:
        for variant in filter(None, (family.variant(level) for family in subject.families)):
            yield subject.in_control("unknown-level", "error", variant.package, message,
                                     advice=advice)
    for family in subject.families:
        if not family.variants:
            yield subject.in_control(
                "no-level", "warning", family.generic,
                f"{family.name} is split, but has no package of a level",
                advice="Add one (dh_hwcaps convert --levels=...), or leave the library whole.",
            )


def architectures(subject: Subject) -> Iterator[Finding]:
    """Find a family and its generic package must be there on the same architectures."""
    for family in subject.families:
        ours, theirs = (subject.value(n, "Architecture") for n in (family.generic, family.name))
        if set(ours.split()) != set(theirs.split()):
            yield subject.in_control(
                "architecture", "error", family.generic, f"{family.generic}: Architecture: {ours},"
                f" but {family.name} has {theirs}, and neither is of use without the other",
                field="Architecture", advice=f"Architecture: {theirs}",
            )
        for variant in family.variants:
            arch = variant.level.arch
            if not any(subject.matches(arch, word) for word in theirs.split()):
                yield subject.in_control(
                    "architecture", "error", variant.package, f"{variant.package} is for {arch},"
                    f" but {family.name} is not built there (Architecture: {theirs})",
                    field="Architecture",
                    advice=f"Remove {variant.package}, or let {family.name} be built on {arch}.",
                )


def multi_arch(subject: Subject) -> Iterator[Finding]:
    """Find members that differ from their family cannot be installed for the same architectures."""
    for package, family in subject.members.items():
        ours, theirs = (subject.value(name, "Multi-Arch") for name in (package, family.name))
        if ours != theirs:
            yield subject.in_control(
                "multi-arch", "warning", package,
                f"{package}: {f'Multi-Arch: {ours}' if ours else 'no Multi-Arch'}, but"
                f" {family.name} has {theirs or 'none'}",
                field="Multi-Arch",
                advice=f"Multi-Arch: {theirs}" if theirs else "Remove the field.",
            )


def profiles(subject: Subject) -> Iterator[Finding]:
    """Find build profiles that take a family apart, or do not leave its levels out."""
    for family in subject.families:
        ours, theirs = (subject.value(n, "Build-Profiles") for n in (family.generic, family.name))
        if ours.split() != theirs.split():
            yield subject.in_control(
                "build-profiles", "error", family.generic,
                f"{family.generic}: Build-Profiles: {ours or 'none'}, but {family.name} has"
                f" {theirs or 'none'}: some profiles would build one without the other",
                field="Build-Profiles",
                advice=f"Build-Profiles: {theirs}" if theirs else "Remove the field.",
            )
        yield from _left_out(subject, family)


def _left_out(subject: Subject, family: Family) -> Iterator[Finding]:
    wanted = f"!pkg.{subject.source.name}.nohwcaps"
    for variant in family.variants:
        given = subject.value(variant.package, "Build-Profiles")
        groups = re.findall(r"<([^>]*)>", given)
        if not groups or any(wanted not in group.split() for group in groups):
            what = f"Build-Profiles: {given}" if given else "no Build-Profiles"
            kept = [re.sub(r"!pkg\.\S+\.nohwcaps", "", group).split() for group in groups or [""]]
            yield subject.in_control(
                "nohwcaps", "note", variant.package,
                f"{variant.package}: {what}, so the profile {wanted[1:]} does not leave it out",
                field="Build-Profiles",
                advice="Build-Profiles: " + " ".join(
                    f"<{' '.join([*group, wanted])}>" for group in kept
                ),
            )


def _wanted(subject: Subject, package: str) -> bool:
    # Build-Profiles: alternatives, each of conditions that must all hold (Policy 7.1, 5.6.x).
    groups = re.findall(r"<([^>]*)>", subject.value(package, "Build-Profiles"))
    return not groups or any(
        all((word.lstrip("!") in subject.profiles) != word.startswith("!")
            for word in group.split()) for group in groups
    )
