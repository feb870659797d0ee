# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Look into the libraries of a family and stop the build for what must not be shipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dhhwcaps import layout, run
from dhhwcaps.host import Host
from dhhwcaps.libraries import Library
from dhhwcaps.options import Options
from dhhwcaps.plan import Family, Variant
from dhhwcaps.report import Row
from dhhwcaps.selection import Choice, Code


class Inspection:
    """Reads libraries once each; `Host` says with which tools, `Options` how closely."""

    def __init__(self, machine: Host, options: Options) -> None:
        self.machine = machine
        self.options = options

    def code(self, library: Library) -> Code:
        from dhhwcaps import samecode
        p = library.object.path
        return Code(digest=samecode.digest(p), present=samecode.has_code(p))

    def family(self, family: Family, held: Sequence[Library]) -> None:
        pass

    def level(self, family: Family, variant: Variant, choices: Sequence[Choice]) -> list[Row]:
        return [Row(package=family.name, soname=c.match.generic.soname, directory=c.match.generic.directory,
                    level=variant.level.name, dropped=c.dropped, units="") for c in choices]
