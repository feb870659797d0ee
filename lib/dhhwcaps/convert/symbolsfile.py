# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Let symbols files name the family that their libraries are merged into; pure.

deb-src-symbols(5): a line that begins in the first column and is no comment starts a library: its
SONAME, then the dependency that its clients get; `| ` lines below it are other dependencies that
single symbols ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dhhwcaps.convert.members import Merge

_HEADER = re.compile(r"^(?P<soname>(?![#|*\s])\S+)(?P<space>[ \t]+)(?P<template>\S[^\n]*)$",
                     re.MULTILINE)
_OTHER = re.compile(r"^(?P<soname>\|)(?P<space>[ \t]*)(?P<template>\S[^\n]*)$", re.MULTILINE)


def sonames(text: str) -> tuple[str, ...]:
    """Return the libraries that a symbols file describes."""
    return tuple(re.sub(r"^\(.*?\)", "", match["soname"]) for match in _HEADER.finditer(text))


def renamed(text: str, package: str, merge: Merge) -> str:
    """Return the symbols file of a merged package with templates that name the family.

    An older family does not have these libraries, whatever version their symbols ask for: clients
    need the merged one at least.  dpkg-shlibdeps and dpkg-gencontrol keep the stricter relation.
    """
    own = package == merge.family

    def template(match: re.Match[str]) -> str:
        made = match["template"].replace("#PACKAGE#", package)
        made = named(made, merge)
        if merge.existed and not own and merge.family in made and "|" not in made:
            made = f"{made}, {merge.least}"
        return match["soname"] + match["space"] + made

    return _OTHER.sub(template, _HEADER.sub(template, text))


def undecided(text: str, package: str, merge: Merge) -> tuple[int, ...]:
    """Return the lines whose templates have alternatives, which cannot all be made stricter."""
    if package == merge.family or not merge.existed:
        return ()
    found: Iterable[re.Match[str]] = (*_HEADER.finditer(text), *_OTHER.finditer(text))
    return tuple(text.count("\n", 0, m.start()) + 1 for m in found if "|" in m["template"])


def named(text: str, merge: Merge) -> str:
    """Return a relation with the merged packages' names replaced by the family's."""
    for name in merge.others:
        text = re.sub(rf"(?<![\w.+-]){re.escape(name)}(?![\w+-]|\.\w)", merge.family, text)
    return text
