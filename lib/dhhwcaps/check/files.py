# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on the other files of debian/; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dhhwcaps.check.finding import Finding, Severity
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import overrides
from dhhwcaps.convert.candidates import PUBLIC, alternatives, handling
from dhhwcaps.convert.rulesfile import generates_control

TESTS = "tests/control"


def stale(subject: Subject) -> Iterator[Finding]:
    """Find files of members that are no packages, after a change of SONAME or of levels."""
    for name in subject.packaging.files:
        for package, today in subject.stale(name) if "/" not in name else ():
            kind = name.removeprefix(package)
            if kind.startswith("."):
                yield _in_file(
                    "stale-name", "warning", name, f"there is no package {package}, so this file"
                    " is not used", f"Is it debian/{today}{kind} now?" if today else "Remove it.",
                )


def of_members(subject: Subject) -> Iterator[Finding]:
    """Find files that come too early for packages which get their libraries in the end."""
    for package, family in subject.members.items():
        for name, text in subject.packaging.files.items():
            kind = name.removeprefix(f"{package}.").partition(".")[0]
            if not name.startswith(f"{package}."):
                continue
            if kind in ("symbols", "shlibs"):
                yield _in_file(
                    "unused-file", "warning", name, f"dh_makeshlibs finds the libraries in"
                    f" {family.name}, so this file is not used",
                    f"debian/{family.name}.{kind} is, and goes with them to {family.generic}.",
                )
            for number, line in enumerate(text.splitlines(), 1):
                if kind == "install" and PUBLIC.fullmatch(line.strip()):
                    yield _in_file(
                        "library-in-member", "error", name, f"installs a library into {package}"
                        " that is not its own" if package != family.generic else
                        f"installs a library into {package} before it is that package's turn",
                        f"debian/{family.name}.install has it; the steps do the rest.",
                        line=number,
                    )


def of_families(subject: Subject) -> Iterator[Finding]:
    """Find maintainer scripts and lintian overrides of families that are about the libraries."""
    for family in subject.families:
        reason = alternatives(subject.packaging, family.name)
        if reason:
            yield subject.in_control(
                "alternatives", "error", family.name, f"{family.name}: {reason}",
                advice="Leave this library's package without variants.",
            )
        for name in handling(subject.packaging, family.name):
            yield _in_file("stale-script", "warning", name,
                           f"handles libraries, which are in {family.generic} now")
        name = f"{family.name}.lintian-overrides"
        _stay, moved = overrides.moving(subject.packaging.files.get(name, ""))
        if moved:
            yield _in_file(
                "stale-overrides", "note", name, f"entries about the libraries, which are in"
                f" {family.generic} now", f"debian/{family.generic}.lintian-overrides",
            )


def generated(subject: Subject) -> Iterator[Finding]:
    """Find a debian/control that will be made anew without the stanzas."""
    template = subject.packaging.files.get("control.in")
    line = generates_control(subject.rules)
    for family in subject.families if template is not None or line else ():
        if template is not None and not re.search(r"-generic\b|hwcaps", template):
            yield _in_file(
                "generated-control", "error", "control.in", f"has no {family.generic}, so the"
                " stanzas are lost when debian/control is made from it", "Put them there too.",
            )


def tests(subject: Subject) -> Iterator[Finding]:
    """Find no autopkgtest that looks at the installed variants, or one of another family."""
    text = subject.packaging.files.get(TESTS, "")
    if subject.families and "hwcaps verify" not in text:
        names = " ".join(family.name for family in subject.families)
        yield _in_file(
            "no-test", "note", TESTS, "no autopkgtest checks the variants as installed",
            f"Test-Command: hwcaps verify {names}\nDepends: hwcaps-tools, @",
        )
    for number, line in enumerate(text.splitlines(), 1):
        for name, today in subject.stale(line):
            yield _in_file("stale-name", "warning", TESTS, f"{name} is no package of this source",
                           f"Is it {today} now?" if today else "", line=number)


def _in_file(
    rule: str, severity: Severity, name: str, message: str, advice: str = "", *, line: int = 0
) -> Finding:
    return Finding(rule=rule, severity=severity, file=f"debian/{name}", line=line,
                   message=message, advice=advice)
