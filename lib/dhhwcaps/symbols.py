# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read the dynamic symbols of a library."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dhhwcaps import run

# A library may have a million symbols: a tuple per distinct value, an interned string per
# distinct version, and no object per symbol besides its key.

ROW = re.compile(
    r"^ *\d+: [0-9a-f]+ +(?P<size>0x[0-9a-f]+|\d+) (?P<type><[^>]*>: \S+|\S+) +"
    r"(?P<bind><[^>]*>: \S+|\S+) +(?P<visibility>\S+) +(?:\[.*?\] +)?(?P<section>\S+) (?P<name>.+)$"
)

SIZED = ("OBJECT", "TLS")
"""Types whose size programs rely on (copy relocations); that of a function is its own affair."""


class Kind(NamedTuple):
    """What programs that link to an exported symbol rely on, besides its name."""

    type: str
    """ELF's word, FUNC also for GNU_IFUNC: a function may choose its code at run time."""
    size: int
    """In bytes, 0 where it does not matter."""
    weak: bool
    unique: bool


class Wanted(NamedTuple):
    """A symbol that the library wants from others."""

    name: str
    version: str
    weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbols:
    """The dynamic symbols of a library; versions as readelf shows them.

    `@@V` is the version that programs get when they link, `@V` an older one that is kept for
    programs that have it, "" none.
    """

    exported: Mapping[tuple[str, str], Kind]
    undefined: frozenset[Wanted]


def symbols(path: Path, readelf: str = "readelf") -> Symbols:
    """Return the dynamic symbols of a library; raises CommandError when readelf fails."""
    return parse(run.lines(readelf, "-W", "--dyn-syms", "--", path))


def parse(lines: Iterable[str]) -> Symbols:
    """Return the symbols that `readelf -W --dyn-syms` printed, local ones left out."""
    exported: dict[tuple[str, str], Kind] = {}
    undefined: set[Wanted] = set()
    kinds: dict[Kind, Kind] = {}
    for line in lines:
        row = ROW.match(line)
        if not row or row["bind"] == "LOCAL" or row["visibility"] in ("HIDDEN", "INTERNAL"):
            continue
        name, version = _name(row["name"])
        if row["section"] == "UND":
            undefined.add(Wanted(name, version, row["bind"] == "WEAK"))
        else:
            kind = _kind(row)
            exported[name, version] = kinds.setdefault(kind, kind)
    return Symbols(exported=exported, undefined=frozenset(undefined))


def _name(text: str) -> tuple[str, str]:
    # Names may hold blanks and "@" themselves (assembler code quotes them), versions cannot.
    # An undefined one's number in the version table follows in parentheses.
    if text.endswith(")"):
        text = re.sub(r" \(\d+\)$", "", text)
    name, at, version = text.rpartition("@")
    if not name or not version or " " in version:
        return text, ""
    if name.endswith("@"):
        name, at = name[:-1], "@@"
    return name, sys.intern(at + version)


def _kind(row: re.Match[str]) -> Kind:
    kind = "FUNC" if row["type"] == "IFUNC" else sys.intern(row["type"])
    size = int(row["size"], 0) if kind in SIZED else 0
    return Kind(kind, size, row["bind"] == "WEAK", row["bind"] == "UNIQUE")
