# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Did the flags arrive?  Count what the debug information says about each compile unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import run

TAG = re.compile(r"^ <0><[0-9a-f]+>: .*\(DW_TAG_(\w+)\)")

ATTRIBUTE = re.compile(r"^ +<[0-9a-f]+> +DW_AT_(producer|language) *: (?:\([^()]*\):? )*(.*)")
"""Before a string readelf puts its form and offset in parentheses, in ways of many versions."""

# The link step of LTO names its own switches; the code has those of the units that went into it,
# which keep theirs (tried with gcc 12).
NOT_SOURCE = ("GNU GIMPLE",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Compile units of a library, those of assembler code left out."""

    total: int = 0
    at_level: int = 0
    unknown: int = 0
    """Units whose compiler does not record its switches: clang, rustc, Go, ldc."""
    others: frozenset[str] = frozenset()
    """What units that are not at the level record instead, such as `-march=NAME`."""


def units(path: Path, level_flag: str, readelf: str = "readelf") -> Units:
    """Count a library's compile units by what DW_AT_producer says (GCC: -grecord-gcc-switches).

    `level_flag` is such as `-march=NAME`; the last option of that sort counts.  A library without
    debug information has none.  Raises CommandError when readelf fails.
    """
    argv = (readelf, "--debug-dump=info", "--dwarf-depth=1", "--", path)
    return count(producers(run.lines(*argv)), level_flag)


def count(found: Iterable[str], level_flag: str) -> Units:
    """Count producers, of which "" is one that is not known."""
    option = level_flag.partition("=")[0] + "="
    total = at_level = unknown = 0
    others = set()
    for producer in found:
        values = [word for word in producer.split() if word.startswith(option)]
        total += 1
        at_level += values[-1:] == [level_flag]
        unknown += not values and not _records_switches(producer)
        others |= {*values[-1:]} - {level_flag}
    return Units(total=total, at_level=at_level, unknown=unknown, others=frozenset(others))


def producers(lines: Iterable[str]) -> Iterator[str]:
    """Yield the producer of each compile unit in what readelf printed, "" where it has none.

    The units of .dwo files, which binutils 2.40 reads wrongly, are known by their skeletons only.
    """
    unit: dict[str, str] = {}
    split = False
    for line in lines:
        if line.startswith("Contents of "):
            split = ".dwo section" in line
        elif tag := TAG.match(line):
            yield from _source(unit)
            wanted = tag[1] in ("compile_unit", "skeleton_unit") and not split
            unit = {"tag": tag[1]} if wanted else {}
        elif unit and (attribute := ATTRIBUTE.match(line)):
            unit[attribute[1]] = attribute[2]
    yield from _source(unit)


def _source(unit: dict[str, str]) -> Iterator[str]:
    producer = unit.get("producer", "")
    assembler = producer.startswith("GNU AS") or "assembl" in unit.get("language", "").lower()
    if unit and not assembler and not producer.startswith(NOT_SOURCE):
        yield producer


def _records_switches(producer: str) -> bool:
    return producer.startswith("GNU ") and any(w.startswith("-") for w in producer.split())
