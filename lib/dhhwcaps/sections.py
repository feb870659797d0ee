# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The section table of an ELF file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dhhwcaps import elf, run

BYTES_AT_ONCE = 1 << 20

WITH_BYTES = "PROGBITS"
WITHOUT_BYTES = "NOBITS"

# What follows from code and data, or from the path and the options of the link.
DERIVED = re.compile(r"\.(interp|plt|got|eh_frame|gcc_except_table|init$|fini$|note|stub)")

ROW = re.compile(
    r"^ +\[ *\d+\] (?P<name>\S.*?) +(?P<kind>\S+) +(?P<address>[0-9a-f]{8,}) "
    r"(?P<offset>[0-9a-f]{6,}) (?P<size>[0-9a-f]{6,}) [0-9a-f]{2,} +(?P<flags>[A-Za-z]*) "
    r"+\d+ +\d+ +\d+$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A row of the section table."""

    name: str
    kind: str
    address: int
    offset: int
    size: int
    flags: str

    @property
    def loaded(self) -> bool:
        """Whether the section is in memory when the library runs."""
        return "A" in self.flags

    @property
    def code(self) -> bool:
        """Whether the processor may run what is in it."""
        return "X" in self.flags

    @property
    def own(self) -> bool:
        """Whether the library's own code or data is in here, by which it is told from others."""
        kinds = (WITH_BYTES, WITHOUT_BYTES)
        return self.loaded and self.kind in kinds and not DERIVED.match(self.name)

    @property
    def shape(self) -> tuple[str, str, int]:
        """All that can be compared without reading it."""
        return self.name, self.kind, self.size


def read(path: Path, readelf: str = "readelf") -> tuple[Section, ...]:
    """Return the section table; raises VerificationError when readelf cannot read it."""
    _code, out, err = run.attempt(readelf, "-W", "-S", "--", path)
    found = parse(out)
    if not found or "Error:" in err:
        raise elf.broken(path, err)
    size = path.stat().st_size
    for section in found:
        if section.kind not in (WITHOUT_BYTES, "NULL") and section.offset + section.size > size:
            raise elf.broken(path, f"{section.name} reaches past the end of the file")
    return found


def parse(text: str) -> tuple[Section, ...]:
    """Return the rows of what `readelf -W -S` printed."""
    return tuple(
        Section(
            name=row["name"], kind=row["kind"], flags=row["flags"],
            address=int(row["address"], 16), offset=int(row["offset"], 16),
            size=int(row["size"], 16),
        )
        for row in ROW.finditer(text)
    )


def blocks(file: BinaryIO, section: Section) -> Iterator[bytes]:
    """Yield a section's bytes in pieces, so that memory does not grow with the library.

    Raises VerificationError when the file ends before the section.
    """
    file.seek(section.offset)
    left = section.size if section.kind == WITH_BYTES else 0
    while left:
        block = file.read(min(left, BYTES_AT_ONCE))
        if not block:
            raise elf.broken(Path(file.name), f"{section.name} reaches past the end of the file")
        left -= len(block)
        yield block
