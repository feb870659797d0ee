# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide which of a level's libraries are shipped; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dhhwcaps.errors import VerificationError
from dhhwcaps.isa import Level
from dhhwcaps.libraries import Library

NO_CODE = "no code"
SAME = "same as"
GENERIC = "generic"
"""What the loader falls through to below the lowest level that is shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A generic library and the same library as built for a level."""

    level: Level
    generic: Library
    variant: Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What becomes of a level's library; `dropped` is the reason, "" for one that is shipped."""

    match: Match
    dropped: str


def match(
    level: Level, generic: Sequence[Library], built: Mapping[str, Sequence[Library]]
) -> tuple[Match, ...]:
    """Return each generic library with its counterpart of the level.

    `built` maps packages to what the level's build put there, "tmp" to what it put into
    debian/tmp.  File names do not matter (libdnnl.so.3.7 has the SONAME libdnnl.so.3.6).

    Raises VerificationError for a library that the level lacks.
    """
    return tuple(
        Match(level=level, generic=library, variant=_counterpart(level, library, built))
        for library in generic
    )


def choose(match: Match, *, has_code: bool, same: bool, below: str) -> Choice:
    """Decide whether the level's library is worth shipping.

    `same` says that it has the same code and data as what the loader falls through to when it is
    not shipped: the library of `below`, a lower level or "generic".
    """
    if not has_code:
        return Choice(match=match, dropped=NO_CODE)
    return Choice(match=match, dropped=f"{SAME} {below}" if same else "")


def _counterpart(
    level: Level, library: Library, built: Mapping[str, Sequence[Library]]
) -> Library:
    candidates = [*built.get(library.package, ()), *built.get("tmp", ())]
    for candidate in candidates:
        if candidate.key == library.key:
            return candidate
    for candidate in candidates:
        if (candidate.directory, candidate.object.path.name) == (
            library.directory, library.object.path.name
        ):
            raise VerificationError(
                f"{library.object.path.name} of {library.package}: its SONAME is"
                f" {candidate.soname} at {level.name}, {library.soname} in the generic build",
                "The package's build must not depend on the compiler's flags for that.",
            )
    have = ", ".join(sorted({c.soname for c in candidates})) or "none"
    raise VerificationError(
        f"{library.soname} of {library.package} ({library.directory}) was not built at"
        f" {level.name}",
        f"Libraries in the copy: {have}. See the log above; --keep leaves the copy to look at.",
    )
