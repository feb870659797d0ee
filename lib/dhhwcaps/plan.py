# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide what a build is to make; pure, recomputed by every step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dhhwcaps import families, faults, isa
from dhhwcaps.control import Source
from dhhwcaps.families import Family
from dhhwcaps.isa import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What this build is to make."""

    arch: str
    families: tuple[Family, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels that some family is built for, lowest first."""
        wanted = {variant.level for family in self.families for variant in family.variants}
        return tuple(level for level in isa.for_arch(self.arch) if level in wanted)

    @property
    def elsewhere(self) -> bool:
        """Whether the levels are built from the source that another package holds."""
        return any(family.elsewhere for family in self.families)


def make(
    source: Source, *, arch: str, selected: Collection[str], baseline: Collection[str]
) -> Plan:
    """Return the plan of a source package on the architecture `arch` (DEB_HOST_ARCH).

    `selected` are the packages that debhelper acts on (dh_listpackages); `baseline` the names of
    levels that the distribution's own baseline includes.

    Raises ControlError for a stanza that cannot be meant as it stands.
    """
    for fault in faults.find(source, arch=arch, selected=selected, baseline=baseline):
        raise fault.error()
    return Plan(arch=arch, families=families.on(source, arch=arch, selected=selected))
