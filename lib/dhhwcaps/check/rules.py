# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules, and their application; pure.

A rule is a function that yields findings.  A new one goes into the module of what it is about, into
the list below, and under RULES OF CHECK into dh_hwcaps(1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dhhwcaps.check import activation, consumers, dependencies, files, members, recipes, takeover
from dhhwcaps.check.finding import SEVERITIES, Finding
from dhhwcaps.check.subject import Subject

RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    activation.addon, activation.restricted,
    members.families, members.levels, members.architectures, members.multi_arch, members.profiles,
    dependencies.required, dependencies.substvars, dependencies.circles, dependencies.apart,
    dependencies.flavours, dependencies.outsiders,
    takeover.unsplit, takeover.other_sonames, takeover.renamed_levels, takeover.whole_again,
    recipes.hooks, recipes.calls, recipes.variables, recipes.late, recipes.edits, recipes.flags,
    recipes.versions, recipes.stale,
    consumers.flavours,
    files.stale, files.of_members, files.of_families, files.generated, files.tests,
)


def findings(subject: Subject) -> tuple[Finding, ...]:
    """Return what all rules find, the gravest first, then by place."""
    found = dict.fromkeys(finding for rule in RULES for finding in rule(subject))
    return tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.file, f.line)))
