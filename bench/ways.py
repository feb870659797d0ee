# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways to come to a library for several levels; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dhhwcaps import isa
from dhhwcaps.environment import LANGUAGES
from dhhwcaps.isa import Level

T = TypeVar("T")

LEVELS = "levels"
PLAIN = "plain"
BASELINE = "x86-64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a source package is built."""

    name: str
    split: bool = False
    """Whether it is the converted source."""
    env: Mapping[str, str] = field(default_factory=dict)


def levels() -> tuple[Level, ...]:
    """Return the levels that `dh_hwcaps convert` writes stanzas for, lowest first."""
    return tuple(level for level in isa.for_arch("amd64") if level.worthwhile)


def appended(flags: Sequence[str]) -> dict[str, str]:
    """Return the environment by which dpkg-buildflags appends flags for every language of GCC's."""
    names = [name for name in LANGUAGES if name != "DFLAGS"]
    return {f"DEB_{name}_APPEND": " ".join(flags) for name in names}


def separate() -> tuple[Way, ...]:
    """Return the ways that make up separate builds: one for the baseline, one for each level."""
    return (
        Way(name=BASELINE, env=appended([f"-march={BASELINE}"])),
        *(Way(name=level.name, env=appended(level.compiler_flags)) for level in levels()),
    )


def all_of_them() -> tuple[Way, ...]:
    """Return the ways that are compared: with levels, plain, and separate builds."""
    return (Way(name=LEVELS, split=True), Way(name=PLAIN), *separate())


def turn(items: Sequence[T], number: int) -> tuple[T, ...]:
    """Return ways, or whatever is compared, in the order of a round: each comes first in turn."""
    first = number % len(items)
    return (*items[first:], *items[:first])
