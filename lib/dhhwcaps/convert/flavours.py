# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep packages that stand in for a family apart from its members; pure: text in, text out.

A flavour holds other builds of the family's libraries under their own names: libavcodec-extra61
of src:ffmpeg conflicts with libavcodec61 and provides it.  After the split the files that collide
are in libavcodec61-generic, and its variants would be loaded instead of the flavour's libraries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.families import GENERIC
from dhhwcaps.relations import HWCAPS


def rivals(stanza: str, families: Collection[str]) -> tuple[str, ...]:
    """Return the families with all versions of which a package conflicts."""
    own = edit.value(stanza, "Package")
    named = (name for name in listed.items(stanza, "Conflicts") if name != own)
    return tuple(name for name in named if name in families)


def conflicts(families: Iterable[str]) -> list[str]:
    """Return what a flavour conflicts with: generic packages, and what all variants provide."""
    return [name for family in families for name in (family + GENERIC, family + HWCAPS)]


def stand_ins(
    stanzas: Mapping[str, str], family: str, families: Collection[str]
) -> tuple[str, ...]:
    """Return the packages that hold a family's libraries in its place.

    `stanzas` are those of all packages.  The -dev package works with each of them.
    """
    found = []
    for name, stanza in stanzas.items():
        provided = {re.split(r"[ (]", item)[0] for item in listed.items(stanza, "Provides")}
        if family in provided and family in rivals(stanza, families):
            found.append(name + GENERIC if name in families else name)
    return tuple(found)


def apart(stanza: str, families: Collection[str]) -> str:
    """Return the stanza of a flavour that is not split, with the families' members named too."""
    for family in rivals(stanza, families):
        for item in conflicts([family]):
            stanza = listed.insert(stanza, "Conflicts", item, _named_like(family))
    return stanza


def _named_like(family: str) -> Callable[[str], bool]:
    return lambda item: bool(re.match(rf"{re.escape(family)}\b", item))
