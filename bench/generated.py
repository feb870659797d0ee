# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Libraries of any size, made by the assembler: the text and bytes of their parts; pure."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

MEGABYTE = 10**6
FUNCTION = 4096
"""Bytes of a function of generated code."""
CODE_BLOCK = 256 * FUNCTION
INSTRUCTIONS = ("488b87....", "480386....", "488d88....", "488987....", "69c1....", "f20f5887....",
                "0f59ca", "31c0", "01c8", "85c0")
"""Of x86-64, in hexadecimal; dots are bytes of a number or an address."""
RETURN, NOTHING = b"\xc3", b"\x90"
ENTRIES = 2000
"""Entries of a generated compile unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What our steps are tried on: so many libraries of that kind and size."""

    kind: str
    """`libraries`: many small ones; `code`, `debug`, `symbols`: one with much of that."""
    size: int
    """Libraries, megabytes, or exported symbols."""

    @property
    def name(self) -> str:
        """What a person calls it on the command line."""
        return f"{self.kind}-{self.size}"

    @property
    def count(self) -> int:
        """How many libraries it has."""
        return self.size if self.kind == "libraries" else 1

    @property
    def bytes(self) -> int:
        """About how large its libraries are together."""
        each = {"libraries": 10**4, "symbols": 100, "code": MEGABYTE, "debug": MEGABYTE}
        return self.size * each[self.kind]


def assembler(subject: Subject, level: str) -> Iterator[str]:
    """Yield the lines of a subject's library, which uses code.bin and info.bin.

    Libraries of two levels have the same interface, and as much code, but not the same.
    """
    functions = subject.size * MEGABYTE // FUNCTION if subject.kind == "code" else 1
    yield ".text"
    for number in range(functions):
        yield from _function(f"inner{number}", number * FUNCTION % CODE_BLOCK)
    for number in range(subject.size if subject.kind == "symbols" else 1):
        name = f"_ZN5bench6sample8functionILi{number}EEEdPKdm"
        yield f".globl {name}\n.type {name},@function\n{name}: ret\n.size {name},1"
    yield f'.ascii "{level:16}"'
    yield '.section .debug_info,"",@progbits\n.incbin "info.bin"'
    yield '.section .debug_abbrev,"",@progbits\n.incbin "abbrev.bin"'
    yield '.section .note.GNU-stack,"",@progbits'


def _function(name: str, offset: int) -> Iterator[str]:
    yield f'.type {name},@function\n{name}: .incbin "code.bin",{offset},{FUNCTION}'
    yield f".size {name},{FUNCTION}"


def code() -> bytes:
    """Return a block of functions of random instructions, always the same."""
    chance = random.Random(1)  # noqa: S311 no secret
    return b"".join(_instructions(chance) for _ in range(CODE_BLOCK // FUNCTION))


def _instructions(chance: random.Random) -> bytes:
    made = bytearray()
    while len(made) < FUNCTION - 16:
        start, dots, _ = chance.choice(INSTRUCTIONS).partition("....")
        made += bytes.fromhex(start) + (chance.randbytes(4) if dots else b"")
    return bytes(made + RETURN).ljust(FUNCTION, NOTHING)


def debug(subject: Subject, flag: str) -> Iterator[bytes]:
    """Yield debug information (DWARF 4): a unit, or as many as fill the megabytes asked for."""
    unit = _unit(f"GNU C17 12.2.0 -mtune=generic {flag} -g -O2 -fPIC", ENTRIES)
    wanted = subject.size * MEGABYTE if subject.kind == "debug" else 0
    yield from repeat(unit, max(1, wanted // len(unit)))


def abbreviations() -> bytes:
    """Return the table of what the entries of `debug` have.

    DW_TAG_compile_unit with DW_AT_producer and DW_AT_language, DW_TAG_base_type with DW_AT_name.
    """
    unit = bytes([1, 0x11, 1, 0x25, 0x08, 0x13, 0x0B, 0, 0])
    return unit + bytes([2, 0x24, 0, 0x03, 0x08, 0, 0]) + b"\0"


def _unit(producer: str, entries: int) -> bytes:
    body = b"\1" + producer.encode() + b"\0\x0c"
    body += b"".join(b"\2type%d of a unit\0" % number for number in range(entries)) + b"\0"
    # Version, place of the abbreviations, bytes of an address.
    body = struct.pack("<HIB", 4, 0, 8) + body
    return struct.pack("<I", len(body)) + body
