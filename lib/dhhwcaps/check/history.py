# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read from debian/changelog when a library was split, as far as it tells; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dhhwcaps.families import Family

_HEAD = re.compile(r"^\S+ \(([^()\s]+)\)[^\n]*;[^\n]*\n", re.MULTILINE)
"""The first line of an entry (deb-changelog(5))."""
_TRAILER = re.compile(r"^ -- [^\n]*", re.MULTILINE)
_VERSION = re.compile(r"(\d+:)?[A-Za-z0-9.+~-]+")
"""What deb-version(7) allows."""
_ADDON = r"\bdh[-_](sequence[-_])?hwcaps\b|\bhwcaps\b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of debian/changelog."""

    version: str
    text: str
    """Without the trailer, whose names are nothing that was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitting:
    """Where the changelog says that a library was split."""

    version: str
    """The first version that is split."""
    before: str
    """The version before it, "" if there was none."""


def read(changelog: str) -> tuple[Entry, ...]:
    """Return the entries, newest first.

    Old changelogs have parts that no parser accepts; here only versions and words count.
    """
    _, *parts = _HEAD.split(changelog)
    return tuple(Entry(version=version, text=_TRAILER.sub("", text))
                 for version, text in zip(parts[::2], parts[1::2], strict=True)
                 if _VERSION.fullmatch(version))


def splitting(entries: Sequence[Entry], family: Family) -> Splitting | None:
    """Return when the library was split, None when the changelog does not tell.

    It is the oldest entry that names the generic package, or the addon and the family; else the
    oldest that names the addon.
    """
    generic = re.compile(word(family.generic))
    addon, name = re.compile(_ADDON), re.compile(word(family.name))
    named = [n for n, entry in enumerate(entries) if generic.search(entry.text)
             or (addon.search(entry.text) and name.search(entry.text))]
    found = named or [n for n, entry in enumerate(entries) if addon.search(entry.text)]
    if not found:
        return None
    at = found[-1]
    before = entries[at + 1].version if at + 1 < len(entries) else ""
    return Splitting(version=entries[at].version, before=before)


def ever_split(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the packages whose splitting some entry tells in the words of `dh_hwcaps convert`.

    Or which have a generic package there, where the addon is named too.
    """
    said = " ".join(" ".join(entry.text.split()) for entry in entries)
    told = " ".join(re.findall(r"\bSplit ([^.:;]*?) with dh-hwcaps\b", said))
    generic = re.findall(r"([a-z0-9][a-z0-9+.-]+)-generic\b", said)
    named = generic if re.search(_ADDON, said) else []
    return frozenset([*re.findall(r"[a-z0-9][a-z0-9+.-]+", told), *named])


def word(package: str) -> str:
    """Return a pattern for a package's name that is not part of a longer one."""
    return rf"(?<![\w.+-]){re.escape(package)}(?![\w+-])(?!\.\w)"
