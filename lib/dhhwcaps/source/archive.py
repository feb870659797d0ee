# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide whether a tar may be unpacked: nothing of it may get out of its directory; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from tarfile import AREGTYPE, REGTYPE, TarInfo

from dhhwcaps.errors import VerificationError
from dhhwcaps.text import inert

FILES = (REGTYPE, AREGTYPE)
"""No sparse files, and no hard links: `pack` makes files of their own of them."""
MARK = ".dh-hwcaps-source"
"""In a tree that we have unpacked: which version it is.  Clean removes what has it."""
Parts = tuple[str, ...]


def check(members: Iterable[TarInfo], tar: str, top: str) -> None:
    """Raise VerificationError for the first member that a tar of a source tree cannot have.

    `top` is the one directory that all are in.  Python's own filters (PEP 706) are not in
    bookworm's Python 3.11.2, and refuse links that sources have.
    """
    seen: dict[Parts, TarInfo] = {}
    for member in members:
        for what in _faults(member, seen, top):
            raise VerificationError(
                f"{tar}: {inert(member.name)} {what}",
                "This is no tar of a source tree. dh_hwcaps makes them in -src packages; nothing"
                " was unpacked.",
            )
        seen[_parts(member.name)] = member
    # At last, since links may come after what lies below them.
    for parts, member in seen.items():
        link = next((p for p in _parents(parts) if p in seen and not seen[p].isdir()), None)
        if link:
            raise VerificationError(
                f"{tar}: {inert(member.name)} lies below {inert('/'.join(link))}, which is no"
                " directory", "A link there could lead out of the tree; nothing was unpacked.",
            )


def _faults(member: TarInfo, seen: Mapping[Parts, TarInfo], top: str) -> Iterator[str]:
    parts = _parts(member.name)
    if member.name.startswith("/"):
        yield "is absolute"
    if ".." in parts:
        yield "has .. in its name"
    if not (member.type in FILES or member.isdir() or member.issym()):
        yield "is neither file, directory nor symbolic link"
    if parts[:1] != (top,):
        yield f"is not in {inert(top)}/"
    elif len(parts) == 1 and not member.isdir():
        yield "is no directory"
    if parts[1:] == (MARK,):
        yield "has the name of the mark that tells an unpacked tree"
    before = seen.get(parts)
    if before and not (before.isdir() and member.isdir()):
        yield "comes twice"


def _parts(name: str) -> Parts:
    return tuple(part for part in PurePosixPath(name).parts if part != "/")


def _parents(parts: Parts) -> Iterator[Parts]:
    return (parts[:length] for length in range(1, len(parts)))
