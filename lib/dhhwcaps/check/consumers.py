# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on packages that are built from another source; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dhhwcaps.check.dependencies import atoms
from dhhwcaps.check.finding import Finding
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import flavours as standing_in

SEQUENCE = "dh-sequence-hwcaps-source"
LIBRARY = re.compile(r"lib.*\d\w*")
"""A package of a shared library is named after its SONAME (Policy 8.1)."""


def is_consumer(subject: Subject) -> bool:
    """Tell whether the source uses our sequence that unpacks another."""
    named = re.search(r"--with[= ][\w,-]*\bhwcaps-source\b", subject.rules)
    return bool(named) or SEQUENCE in subject.source.build_depends


def flavours(subject: Subject) -> Iterator[Finding]:
    """Find a flavour instead of which the loader would take the library of a level.

    Whether the package that it stands in for is split, its own source knows.
    """
    if not is_consumer(subject):
        return
    here = {package.name for package in subject.source.packages}
    for package in subject.source.packages:
        excluded = [name for name, *_ in atoms(subject, package.name, "Conflicts")]
        for name in _stood_in_for(subject, package.name):
            lacking = [n for n in standing_in.conflicts([name]) if n not in excluded]
            if lacking and LIBRARY.fullmatch(name) and name not in here:
                yield subject.in_control(
                    "flavour", "warning", package.name, f"{package.name} stands in for {name}, but"
                    f" has no Conflicts on {' and '.join(lacking)}: the loader would take a level's"
                    " library instead", field="Conflicts",
                    advice=f"Conflicts: {', '.join([*excluded, *lacking])}",
                )


def _stood_in_for(subject: Subject, flavour: str) -> list[str]:
    """Return what a package Provides, or conflicts with and replaces in all versions.

    Of the latter only the namesake (libgloo0 of libgloo-rocm-0): flavours exclude each other, too.
    """
    provided, excluded, replaced = (
        [name for name, *version in atoms(subject, flavour, field)
         if field == "Provides" or not any(version)]
        for field in ("Provides", "Conflicts", "Replaces")
    )
    namesakes = [name for name in excluded if name in replaced and _is_namesake(flavour, name)]
    return list(dict.fromkeys([*provided, *namesakes]))


def _is_namesake(flavour: str, name: str) -> bool:
    """Tell whether the flavour's name is the other with a word put in."""
    return any(flavour.startswith(name[:cut]) and flavour.endswith(name[cut:])
               for cut in range(1, len(name)))
