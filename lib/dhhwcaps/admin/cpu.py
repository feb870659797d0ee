# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which levels the loader uses on this CPU, or would use on another one."""

from __future__ import annotations

import os
from dataclasses import dataclass

from dhhwcaps import host, isa
from dhhwcaps.errors import HwcapsError, UsageError

TUNABLES = "GLIBC_TUNABLES"
GENERIC = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """A CPU in the loader's words; names of levels, the best first."""

    arch: str
    """Debian's name; "" when it is not known."""
    levels: tuple[str, ...] = ()
    """What the loader searches."""
    masked: tuple[str, ...] = ()
    """What it would search without GLIBC_TUNABLES."""
    lacking: tuple[str, ...] = ()
    """What it knows and the CPU has not."""
    supposed: bool = False
    """Whether this is not the machine's CPU but the user's wish."""

    @property
    def best(self) -> str:
        """The best level, or `generic`."""
        return self.levels[0] if self.levels else GENERIC

    def rank(self, level: str) -> int:
        """Return a number that is smaller for better levels; those not searched come last."""
        return self.levels.index(level) if level in self.levels else len(self.levels)


def arch() -> str:
    """Return the architecture of this machine's loader; "" when it knows no level."""
    known = _known()
    return next((level.arch for level in isa.LEVELS if level.name in known), "")


def read(arch: str = "", suppose: str = "", tunables: str | None = None) -> Cpu:
    """Return this machine's CPU, or the one that `suppose` names by its best level.

    `arch` is that of the system in question; on another one than ours there are no levels, since
    no loader can be asked.  `tunables` is another process's GLIBC_TUNABLES.

    Raises UsageError for a level that does not exist, HwcapsError when no loader can be asked.
    """
    if suppose:
        return _supposed(arch, suppose)
    known = _known()
    # A machine whose loader knows no level has none, whatever it is called.
    ours = next((level.arch for level in isa.LEVELS if level.name in known), arch)
    rows = [level.name for level in reversed(isa.for_arch(ours)) if level.name in known]
    if arch not in ("", ours):
        return Cpu(arch=arch)
    value = os.environ.get(TUNABLES) if tunables is None else tunables
    bare = host.supported({TUNABLES: None})
    usable = host.supported({TUNABLES: value}) if value else bare
    return Cpu(
        arch=ours,
        levels=tuple(name for name in rows if name in usable),
        masked=tuple(name for name in rows if name in bare - usable),
        lacking=tuple(name for name in rows if name not in bare | usable),
    )


def _known() -> frozenset[str]:
    known = host.searched()
    if not known and not host.loader():
        raise HwcapsError("this machine's loader cannot be asked for levels, for readelf does not "
                          "find it", "apt install binutils")
    return known


def _supposed(arch: str, name: str) -> Cpu:
    level = isa.named(name)
    if name == GENERIC:
        every = isa.for_arch(arch)
        return Cpu(arch=arch, lacking=tuple(lv.name for lv in reversed(every)), supposed=True)
    if not level or arch not in ("", level.arch):
        every = isa.for_arch(arch) if arch else isa.LEVELS
        said = ", ".join([GENERIC, *(lv.name for lv in every)])
        raise UsageError(f"--cpu: there is no level {name}" + (f" on {arch}" if arch else ""),
                         f"Known: {said}.")
    has = isa.upto(level)
    above = [lv.name for lv in reversed(isa.for_arch(level.arch)) if lv.name not in has]
    return Cpu(arch=level.arch, levels=has, lacking=tuple(above), supposed=True)
