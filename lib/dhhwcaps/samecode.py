# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tell whether libraries have the same code and data, whatever else differs between the files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from dhhwcaps import elf, run

BYTES_AT_ONCE = 1 << 20

Order = Literal["little", "big"]

WITH_BYTES = "PROGBITS"
WITHOUT_BYTES = "NOBITS"

# What follows from code and data, or from the path and the options of the link.
DERIVED = re.compile(r"\.(interp|plt|got|eh_frame|gcc_except_table|init$|fini$|note|stub)")

# Functions that every library gets from GCC's and glibc's start files.
START_FILES = frozenset({
    "_init", "_fini", "deregister_tm_clones", "register_tm_clones", "__do_global_dtors_aux",
    "frame_dummy", "call___do_global_dtors_aux", "call_frame_dummy",
})

START_FILES_BYTES = 1024
"""More machine code than the start files bring on any architecture of the table."""

WIDEST = 8
"""Bytes of the longest address in code or data."""


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
    def counts(self) -> bool:
        """Whether the program's own code or data is in here."""
        kinds = (WITH_BYTES, WITHOUT_BYTES)
        return self.loaded and self.kind in kinds and not DERIVED.match(self.name)

    @property
    def stored(self) -> int:
        """How many bytes of it the file holds."""
        return self.size if self.kind == WITH_BYTES else 0


def same(first: Path, second: Path, readelf: str = "readelf") -> bool:
    """Tell whether two libraries have the same code and data, addresses aside.

    A RUNPATH of another length, a mark or a missing build-id move the sections in memory, and
    then the addresses in code and data differ by just that movement.
    Raises VerificationError for a file that is not whole.
    """
    tables = [sections(path, readelf) for path in (first, second)]
    ours, theirs = ([section for section in table if section.counts] for table in tables)
    if [_shape(section) for section in ours] != [_shape(section) for section in theirs]:
        return False
    moved = {section.name: section.address for section in tables[0] if section.loaded}
    shifts = {s.address - moved[s.name] for s in tables[1] if s.loaded and s.name in moved}
    with first.open("rb") as a, second.open("rb") as b:
        order = _order(a)
        return all(
            explained(_blocks(a, x), _blocks(b, y), differences(shifts, y.address - x.address), order)
            for x, y in zip(ours, theirs, strict=True)
        )


def digest(path: Path, readelf: str = "readelf") -> str:
    """Return a hash of a library's code and data sections, in hexadecimal digits.

    Left out is all that differs without any difference in code: notes, build-id, marks, dynamic
    tables, unwind tables, debug information.  Stripping changes nothing.  Equal digests mean the
    same code; different ones may still be the same at other addresses, see `same`.
    Raises VerificationError for a file that is not whole.
    """
    result = hashlib.sha256()
    with path.open("rb") as file:
        for section in sections(path, readelf):
            if section.counts and section.size:
                result.update(repr(_shape(section)).encode())
                for block in _blocks(file, section):
                    result.update(block)
    return result.hexdigest()


def has_code(path: Path, readelf: str = "readelf") -> bool:
    """Tell whether the library defines a function besides those of the start files.

    A stripped library whose functions are all hidden is judged by the size of its machine code.
    """
    if defines_function(run.lines(readelf, "-W", "--dyn-syms", "--", path)):
        return True
    table = sections(path, readelf)
    if any(section.kind == "SYMTAB" for section in table):
        return defines_function(run.lines(readelf, "-W", "-s", "--", path))
    code = [section.size for section in table if section.counts and "X" in section.flags]
    return sum(code) > START_FILES_BYTES


def sections(path: Path, readelf: str = "readelf") -> tuple[Section, ...]:
    """Return the section table; raises VerificationError when readelf cannot read it."""
    _code, out, err = run.attempt(readelf, "-W", "-S", "--", path)
    found = parse_sections(out)
    if not found or "Error:" in err:
        raise elf.broken(path, err)
    return found


def parse_sections(text: str) -> tuple[Section, ...]:
    """Return the rows of what `readelf -W -S` printed."""
    row = re.compile(
        r"^ +\[ *\d+\] (?P<name>\S.*?) +(?P<kind>\S+) +(?P<address>[0-9a-f]{8,}) "
        r"(?P<offset>[0-9a-f]{6,}) (?P<size>[0-9a-f]{6,}) [0-9a-f]{2,} +(?P<flags>[A-Za-z]*) "
        r"+\d+ +\d+ +\d+$", re.MULTILINE,
    )
    return tuple(
        Section(
            name=match["name"], kind=match["kind"], flags=match["flags"],
            address=int(match["address"], 16), offset=int(match["offset"], 16),
            size=int(match["size"], 16),
        )
        for match in row.finditer(text)
    )


def defines_function(symbols: Iterable[str]) -> bool:
    """Tell whether a symbol table, as readelf prints it, has a function of the library's own.

    All lines are read: a reader that stops early would make readelf complain.
    """
    row = re.compile(r" I?FUNC +\S+ +\S+ +(?:\[.*?\] +)?\d+ (?P<name>[^@]+)")
    found = False
    for line in symbols:
        match = row.search(line)
        found = found or (match is not None and match["name"].strip() not in START_FILES)
    return found


def differences(shifts: Iterable[int], own: int) -> frozenset[tuple[int, int]]:
    """Return how (width in bytes, difference) words may differ when sections have moved.

    `own` is the movement of the section that holds the words, `shifts` those of all sections that
    they may point to: by address or by distance, which some machines count in units of two bytes
    or split into halves, the upper one with a carry.
    """
    shifts = list(shifts)
    moves = {shift - own for shift in shifts} | set(shifts)
    whole = {(width, move) for width in (WIDEST, 4) for move in moves}
    units = {(4, move // 2) for move in moves}
    halves = {(2, half) for move in moves for half in (move, move >> 16, (move >> 16) + 1)}
    return frozenset((w, d % (1 << 8 * w)) for w, d in whole | units | halves if d)


def explained(
    first: Iterable[bytes],
    second: Iterable[bytes],
    allowed: frozenset[tuple[int, int]],
    order: Order = "little",
) -> bool:
    """Tell whether all differences between two sections, given in equal blocks, are `allowed`."""
    a = b = b""
    at: int | None = 0
    for block, other in chain(zip(first, second, strict=True), [(b"", b"")]):
        a, b = a + block, b + other
        # A word may go on in the next block, or have begun in this one.
        end = len(a) - WIDEST if block else len(a)
        at = _judge(a, b, range(at, end), allowed, order)
        if at is None:
            return False
        cut = max(0, end - WIDEST)
        a, b, at = a[cut:], b[cut:], at - cut
    return True


def _judge(
    a: bytes, b: bytes, part: range, allowed: frozenset[tuple[int, int]], order: Order
) -> int | None:
    """Return where to go on after `part`, None after a difference that is not allowed."""
    at = part.start
    while (at := _differing(a, b, at, part.stop)) < part.stop:
        words = (
            (start, width)
            for width in (WIDEST, 4, 2)
            for start in range(max(0, at - width + 1), at + 1)
        )
        ends = (
            start + width
            for start, width in words
            if (width, _difference(a, b, slice(start, start + width), order)) in allowed
        )
        found = next(ends, None)
        if found is None:
            return None
        at = found
    return at


def _differing(a: bytes, b: bytes, at: int, end: int) -> int:
    step = 1024
    while at < end:
        piece = slice(at, min(at + step, end))
        if a[piece] != b[piece]:
            bits = int.from_bytes(a[piece], "little") ^ int.from_bytes(b[piece], "little")
            return at + ((bits & -bits).bit_length() - 1) // 8
        at = piece.stop
    return at


def _difference(a: bytes, b: bytes, word: slice, order: Order) -> int:
    width = word.stop - word.start
    difference = int.from_bytes(b[word], order) - int.from_bytes(a[word], order)
    return difference % (1 << 8 * width)


def _blocks(file: BinaryIO, section: Section) -> Iterator[bytes]:
    file.seek(section.offset)
    left = section.stored
    while left:
        block = file.read(min(left, BYTES_AT_ONCE))
        if not block:
            raise elf.broken(Path(file.name), f"{section.name} reaches past the end of the file")
        left -= len(block)
        yield block


def _order(file: BinaryIO) -> Order:
    # e_ident[EI_DATA] (System V gABI, "ELF Header").
    file.seek(5)
    return "little" if file.read(1) == b"\x01" else "big"


def _shape(section: Section) -> tuple[str, str, int]:
    return section.name, section.kind, section.size
