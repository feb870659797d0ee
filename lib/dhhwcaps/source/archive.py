# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide whether a tar may be unpacked: nothing of it may get out of its directory; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from tarfile import TarInfo

from dhhwcaps.errors import VerificationError
from dhhwcaps.text import inert

Parts = tuple[str, ...]


def check(members: Iterable[TarInfo], tar: str) -> None:
    """Raise VerificationError for the first member that a tar of a source tree cannot have.

    Python's own filters (PEP 706) are not in bookworm's Python 3.11.2, and GNU tar, which unpacks,
    leaves out in silence some of what is refused here.
    """
    seen: dict[Parts, TarInfo] = {}
    for member in members:
        for what in _faults(member, seen):
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


def _faults(member: TarInfo, seen: Mapping[Parts, TarInfo]) -> Iterator[str]:
    parts = _parts(member.name)
    if member.name.startswith("/"):
        yield "is absolute"
    if ".." in parts:
        yield "has .. in its name"
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        yield "is neither file, directory nor link"
    if not parts or next(iter(seen), parts)[0] != parts[0]:
        yield "is not in the one directory that all others are in"
    elif len(parts) == 1 and not member.isdir():
        yield "is not in a directory"
    before = seen.get(parts)
    if before and not (before.isdir() and member.isdir()):
        yield "comes twice"
    if member.islnk() and not _is_file(seen.get(_parts(member.linkname)), member.linkname):
        yield f"is a hard link to {inert(member.linkname)}, which is no file before it"


def _is_file(member: TarInfo | None, name: str) -> bool:
    return bool(member and (member.isreg() or member.islnk()) and not name.startswith("/"))


def _parts(name: str) -> Parts:
    return tuple(part for part in PurePosixPath(name).parts if part != "/")


def _parents(parts: Parts) -> Iterator[Parts]:
    return (parts[:length] for length in range(1, len(parts)))
