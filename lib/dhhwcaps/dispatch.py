# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tell whether a library finds out by itself at run time what the CPU can do.

Linear in the file's size: its code is searched for the bytes of the instruction that asks the CPU,
and only functions that hold them are disassembled, to tell the instruction from bytes of others.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from dhhwcaps import eigen, isa, run, sections
from dhhwcaps.isa import Question
from dhhwcaps.sections import Section

SYMBOL = re.compile(
    r"^ +\d+: (?P<value>[0-9a-f]+) +(?P<size>\d+|0x[0-9a-f]+) (?P<kind>\w+) +\w+ +\w+ +"
    r"(?:\[.*?\] +)?(?P<where>\w+) (?P<name>[^@ ]+)"
)
BEFORE = (256, 249)
"""Where no symbol tells a function's start, disassembling from two places before must agree: it
falls into step with the instructions after a few of them, wherever it starts."""
PART = 1 << 22
BATCH = 1 << 20
GAP = 32
"""One-byte instructions between two pieces of code, longer than any instruction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Code that is disassembled from its start because some bytes in it look like the question."""

    address: int
    size: int
    function: str
    """The function it is, "" if no symbol tells."""
    asked: tuple[int, ...]
    """Where those bytes are."""


@dataclass(slots=True, kw_only=True)
class _Symbols:
    """What a symbol table says that matters here; filled line by line."""

    ifunc: str = ""
    """The first function of its own that the loader is to choose the code of."""
    call: str = ""
    """The first function of glibc's that it calls to ask the CPU."""
    pieces: dict[int, Piece]


def sign(path: Path, arch: str, objdump: str = "objdump", readelf: str = "readelf") -> str:
    """Return how a library asks the CPU, as "cpuid in init"; "" when it does not.

    Raises CommandError when objdump or readelf fails, VerificationError for a file that is no ELF.
    """
    question = isa.ASKS_THE_CPU.get(arch)
    code = [s for s in sections.read(path, readelf) if s.code and s.kind == sections.WITH_BYTES]
    found = candidates(path, code, question.code) if question else ()
    symbols = read_symbols(run.lines(readelf, "-W", "-s", "--", path), found, question)
    if symbols.ifunc:
        return f"GNU_IFUNC {symbols.ifunc}"
    if symbols.call:
        return f"a call of {symbols.call}"
    return _asking(path, code, _pieces(found, symbols), question, objdump) if question else ""


def candidates(path: Path, code: Iterable[Section], wanted: bytes) -> tuple[int, ...]:
    """Return the addresses in the code sections at which these bytes are, in their order."""
    with path.open("rb") as file:
        return tuple(sorted(section.address + at for section in code
                            for at in _places(file, section, wanted)))


def _places(file: BinaryIO, section: Section, wanted: bytes) -> Iterator[int]:
    # Part by part, each behind the end of the one before: a library may be larger than memory.
    file.seek(section.offset)
    begun, position = b"", 0
    while position < section.size and (part := file.read(min(PART, section.size - position))):
        data, start = begun + part, position - len(begun)
        at = -1
        while (at := data.find(wanted, at + 1)) >= 0:
            yield start + at
        position += len(part)
        begun = data[len(data) - len(wanted) + 1:]


def read_symbols(
    lines: Iterable[str], found: Sequence[int], question: Question | None
) -> _Symbols:
    """Return what the lines of `readelf -W -s` say, and the functions around those addresses.

    All lines are read: a reader that stops early would make readelf complain.
    """
    made = _Symbols(pieces={})
    for line in lines:
        match = SYMBOL.match(line)
        if not match:
            continue
        own = match["where"] != "UND"
        if match["kind"] == "IFUNC" and own:
            made.ifunc = made.ifunc or match["name"]
        elif match["kind"] == "FUNC" and own:
            _surround(made.pieces, match, found)
        elif not own and question and match["name"] in question.calls:
            made.call = match["name"]
    return made


def _surround(pieces: dict[int, Piece], match: re.Match[str], found: Sequence[int]) -> None:
    start, size = int(match["value"], 16), int(match["size"], 0)
    first, last = bisect_left(found, start), bisect_left(found, start + size)
    for address in found[first:last]:
        pieces[address] = Piece(
            address=start, size=size, function=match["name"], asked=tuple(found[first:last])
        )


def _pieces(found: Iterable[int], symbols: _Symbols) -> Iterator[tuple[Piece, ...]]:
    # Of functions one piece, of unknown code two that must agree.
    for piece in dict.fromkeys(symbols.pieces.values()):
        if not eigen.SIZES_OF_CACHES.search(piece.function):
            yield (piece,)
    for address in found:
        if address not in symbols.pieces:
            yield tuple(
                Piece(address=address - before, size=before + GAP, function="", asked=(address,))
                for before in BEFORE
            )


def _asking(
    path: Path, code: Sequence[Section], groups: Iterable[tuple[Piece, ...]], question: Question,
    objdump: str,
) -> str:
    with path.open("rb") as file:
        for batch in _batches(groups):
            pieces = [piece for group in batch for piece in group]
            data = [_read(file, code, piece) for piece in pieces]
            seen = _seen(pieces, data, question, objdump)
            for group in batch:
                if all(seen & {(piece, address) for address in piece.asked} for piece in group):
                    where = group[0].function
                    return f"{question.instruction} in {where}" if where else question.instruction
    return ""


def _batches(groups: Iterable[tuple[Piece, ...]]) -> Iterator[list[tuple[Piece, ...]]]:
    batch: list[tuple[Piece, ...]] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += sum(piece.size for piece in group)
        if size > BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(file: BinaryIO, code: Sequence[Section], piece: Piece) -> bytes:
    for section in code:
        if section.address <= piece.asked[0] < section.address + section.size:
            end = min(piece.address + piece.size, section.address + section.size)
            # What is before the section is no code, and whatever it is, it passes for code.
            file.seek(max(0, section.offset + piece.address - section.address))
            # A symbol may lie about where it begins, a section of `sections.read` is in the file.
            return file.read(min(end - piece.address, section.offset + section.size))
    return b""


def _seen(
    pieces: Sequence[Piece], data: Sequence[bytes], question: Question, objdump: str
) -> set[tuple[Piece, int]]:
    """Return where the disassembled pieces have the instruction: (piece, address)."""
    starts = list(accumulate((len(part) + GAP for part in data), initial=0))
    row = re.compile(rf" *([0-9a-f]+):\t{question.instruction}\b")
    found = set()
    with tempfile.NamedTemporaryFile() as file:
        file.write((question.filler * GAP).join([*data, b""]))
        file.flush()
        argv = (objdump, "-D", "-w", "--no-show-raw-insn", "-b", "binary", "-m", question.machine)
        for line in run.lines(*argv, file.name):
            if match := row.match(line):
                at = int(match[1], 16)
                number = bisect_right(starts, at) - 1
                found.add((pieces[number], pieces[number].address + at - starts[number]))
    return found
