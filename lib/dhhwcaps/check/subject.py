# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules look at: the files of debian/, read once; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dhhwcaps import control, families, isa
from dhhwcaps.check import history
from dhhwcaps.check.finding import Finding, Severity
from dhhwcaps.check.history import Entry
from dhhwcaps.control import Source
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.families import Family, Variant
from dhhwcaps.isa import Level

ARCHITECTURES = tuple(dict.fromkeys(level.arch for level in isa.LEVELS))
_MEMBER = re.compile(
    r"(?<![\w.+-])(?P<stem>[a-z0-9][a-z0-9+.-]*?)-(?P<suffix>"
    + "|".join(re.escape(s) for s in ("generic", *(s for lv in isa.LEVELS for s in lv.suffixes)))
    + r")(?![\w+-])"
)
"""A name that may be that of a family's member, anywhere in a text."""


@dataclass(frozen=True, kw_only=True)  # without slots, which cached_property cannot use
class Subject:
    """A source package that uses the addon."""

    packaging: Packaging
    source: Source
    matches: Callable[[str, str], bool]
    """Whether a Debian architecture is covered by a word such as `linux-any`."""
    baseline: frozenset[str] = frozenset()
    """Names of levels that the distribution's own baseline includes."""
    unknown: tuple[tuple[Level, str, str], ...] = ()
    """Levels that this compiler or loader does not know: what is said of them, and the cure."""
    profiles: frozenset[str] = frozenset()
    """The active build profiles."""

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """All families of this source, with the variants of all architectures."""
        names = [package.name for package in self.source.packages]
        variants: dict[str, tuple[Variant, ...]] = {}
        for arch in ARCHITECTURES:
            found = families.on(self.source, arch=arch, selected=names)
            for family in (family for family in found if not family.elsewhere):
                variants[family.name] = variants.get(family.name, ()) + family.variants
        return tuple(Family(name=name, variants=made) for name, made in variants.items())

    @cached_property
    def members(self) -> Mapping[str, Family]:
        """The family of each package that holds its libraries."""
        return {package: family for family in self.families for package in family.members}

    @cached_property
    def history(self) -> tuple[Entry, ...]:
        """The entries of debian/changelog, newest first."""
        return history.read(self.packaging.files.get("changelog", ""))

    @property
    def rules(self) -> str:
        """The text of debian/rules."""
        return self.packaging.files.get("rules", "")

    def value(self, package: str, field: str) -> str:
        """Return a field of a binary package's stanza on one line; "" if it lacks it."""
        return " ".join(edit.value(self.packaging.stanzas[package], field).split())

    def stale(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield what in a text is named like a member of a family and is no package here.

        Yields the name and what it may be today, "" when nothing is like it.
        """
        names = {package.name for package in self.source.packages}
        for match in _MEMBER.finditer(text):
            stem, suffix = match["stem"], match["suffix"]
            like = [f for f in self.families if control.same_library(f.name, stem)]
            if match[0] not in names and like:
                today = [f"{f.name}-{suffix}" for f in like if f"{f.name}-{suffix}" in names]
                yield match[0], next(iter(today), "")

    def in_control(
        self, rule: str, severity: Severity, package: str, message: str, *, field: str = "",
        advice: str = "",
    ) -> Finding:
        """Return a finding about a stanza of debian/control, or its field."""
        return Finding(
            rule=rule, severity=severity, file="debian/control", package=package, field=field,
            line=self._line(package, field), message=message, advice=advice,
        )

    def in_rules(
        self, rule: str, severity: Severity, line: int, message: str, advice: str = ""
    ) -> Finding:
        """Return a finding about a line of debian/rules."""
        return Finding(rule=rule, severity=severity, file="debian/rules", line=line,
                       message=message, advice=advice)

    def _line(self, package: str, field: str) -> int:
        before = 1
        for chunk in edit.chunks(self.packaging.files["control"]):
            if edit.value(chunk, "Package" if package else "Source") and (
                not package or edit.value(chunk, "Package") == package
            ):
                return before + edit.line(chunk, field, "Package" if package else "Source")
            before += chunk.count("\n")
        return 0


