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


def flavours(subject: Subject) -> Iterator[Finding]:
    """Find a flavour instead of which the loader would take the library of a level.

    Whether the package that it stands in for is split, its own source knows.
    """
    named = re.search(r"--with[= ][\w,-]*\bhwcaps-source\b", subject.rules)
    if not named and SEQUENCE not in subject.source.build_depends:
        return
    here = {package.name for package in subject.source.packages}
    for package in subject.source.packages:
        excluded = [name for name, *_ in atoms(subject, package.name, "Conflicts")]
        provided = [name for name, *_ in atoms(subject, package.name, "Provides")]
        for name in provided:
            lacking = [n for n in standing_in.conflicts([name]) if n not in excluded]
            if lacking and LIBRARY.fullmatch(name) and name not in here:
                yield subject.in_control(
                    "flavour", "warning", package.name, f"{package.name} stands in for {name}, but"
                    f" has no Conflicts on {' and '.join(lacking)}: the loader would take a level's"
                    " library instead", field="Conflicts",
                    advice=f"Conflicts: {', '.join([*excluded, *lacking])}",
                )
