# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tell whether libraries have the same code and data, whatever else differs between the files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from dhhwcaps import run, sections
from dhhwcaps.sections import Section

# Functions that every library gets from GCC's and glibc's start files.
START_FILES = frozenset({
    "_init", "_fini", "deregister_tm_clones", "register_tm_clones", "__do_global_dtors_aux",
    "frame_dummy", "call___do_global_dtors_aux", "call_frame_dummy",
})

START_FILES_BYTES = 1024
"""More machine code than the start files bring on any architecture of the table."""

WIDEST = 8
"""Bytes of the longest address in code or data."""

NEAR = 16
"""A distance in code counts from the end of its instruction, so it seems to miss by some bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How the words of one section may differ after the sections have moved in memory."""

    section: Section
    """The section that holds the words, as in the first library."""
    own: int
    """How far it has moved itself."""
    targets: tuple[tuple[int, int, int], ...]
    """Start, end and movement of everything that a word may point to."""
    moves: frozenset[int]
    """All movements among these; most words that are tried are ruled out by it."""
    order: Literal["little", "big"] = "little"

    def explains(self, at: int, a: bytes, b: bytes) -> bool:
        """Tell whether the word `a` at offset `at` would be `b` where the sections are now."""
        word = int.from_bytes(a, self.order, signed=True)
        difference = int.from_bytes(b, self.order, signed=True) - word
        if len(a) == WIDEST:
            return difference in self.moves and self._points_to(word, 0, difference)
        # A big-endian machine, the only one in the table of levels, counts in halfwords.
        unit = 1 if self.order == "little" else 2
        move = difference * unit + self.own
        if move not in self.moves:
            return False
        # Outside of code distances count from the start of a table, of a switch statement's.
        goal = self.section.address + at + word * unit
        return not self.section.code or self._points_to(goal, NEAR, move)

    def _points_to(self, goal: int, near: int, move: int) -> bool:
        return any(
            move == by and low - near <= goal <= high + near for low, high, by in self.targets
        )


def same(first: Path, second: Path, readelf: str = "readelf") -> bool:
    """Tell whether two libraries have the same code and data, addresses aside.

    A RUNPATH of another length, a mark or a missing build-id move the sections in memory, and
    then addresses and distances in code and data differ by just that movement.  (Where code has
    them in pieces, as on ppc64el, moved code counts as different.)
    Raises VerificationError for a file that is not whole.
    """
    before, after = (sections.read(path, readelf) for path in (first, second))
    ours, theirs = ([section for section in table if section.own] for table in (before, after))
    if [section.shape for section in ours] != [section.shape for section in theirs]:
        return False
    where = {section.name: section.address for section in after if section.loaded}
    targets = tuple(
        (s.address, s.address + s.size, where[s.name] - s.address)
        for s in before if s.loaded and s.name in where
    )
    moves = frozenset(move for _low, _high, move in targets)
    with first.open("rb") as a, second.open("rb") as b:
        order = _order(a)
        return all(
            explained(sections.blocks(a, x), sections.blocks(b, y), Movement(
                section=x, own=y.address - x.address, targets=targets, moves=moves, order=order,
            ))
            for x, y in zip(ours, theirs, strict=True)
        )


def has_code(path: Path, readelf: str = "readelf") -> bool:
    """Tell whether the library defines a function besides those of the start files.

    A stripped library whose functions are all hidden is judged by the size of its machine code.
    """
    if defines_function(run.lines(readelf, "-W", "--dyn-syms", "--", path)):
        return True
    table = sections.read(path, readelf)
    if any(section.kind == "SYMTAB" for section in table):
        return defines_function(run.lines(readelf, "-W", "-s", "--", path))
    return sum(s.size for s in table if s.own and s.code) > START_FILES_BYTES


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


def explained(first: Iterable[bytes], second: Iterable[bytes], movement: Movement) -> bool:
    """Tell whether a movement explains all differences between two sections of the same size.

    Both come in blocks that are equally long.
    """
    a = b = b""
    done = base = 0
    for block, other in chain(zip(first, second, strict=True), [(b"", b"")]):
        a, b = a + block, b + other
        # The last word may go on in the next block, or have begun in the one before.
        end = len(a) - WIDEST if block else len(a)
        while (done := _differing(a, b, done, end)) < end:
            after = _word_end(a, b, done, base, movement)
            if after is None:
                return False
            done = after
        cut = max(0, end - WIDEST)
        a, b, done, base = a[cut:], b[cut:], done - cut, base + cut
    return True


def _word_end(a: bytes, b: bytes, at: int, base: int, movement: Movement) -> int | None:
    """Return the end of a word that holds the difference at `at` and is explained."""
    for width in (WIDEST, 4):
        for start in range(max(0, at - width + 1), at + 1):
            word = slice(start, start + width)
            if len(a[word]) == width and movement.explains(base + start, a[word], b[word]):
                return word.stop
    return None


def _differing(a: bytes, b: bytes, at: int, end: int) -> int:
    """Return the first position from `at` on where the bytes differ, or one from `end` on."""
    while at < end:
        piece = slice(at, min(at + 1024, end))
        if a[piece] != b[piece]:
            bits = int.from_bytes(a[piece], "little") ^ int.from_bytes(b[piece], "little")
            return at + ((bits & -bits).bit_length() - 1) // 8
        at = piece.stop
    return at


def _order(file: BinaryIO) -> Literal["little", "big"]:
    # e_ident[EI_DATA] (System V gABI, "ELF Header").
    file.seek(5)
    return "little" if file.read(1) == b"\x01" else "big"
