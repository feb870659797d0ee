# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Same code or not, decided on section tables and bytes; no process is started here."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps import run, samecode, sections
from dhhwcaps.errors import VerificationError
from dhhwcaps.samecode import Movement
from dhhwcaps.sections import Section

TABLE = """\
There are 33 section headers, starting at offset 0x38a8:

Section Headers:
  [Nr] Name              Type            Address          Off    Size   ES Flg Lk Inf Al
  [ 0]                   NULL            0000000000000000 000000 000000 00      0   0  0
  [ 1] .note.gnu.build-id NOTE            0000000000000238 000238 000024 00   A  0   0  4
  [ 5] .dynstr           STRTAB          0000000000000590 000590 0002bc 00   A  0   0  1
  [10] .plt              PROGBITS        0000000000001020 001020 0000d0 10  AX  0   0 16
  [12] .text             PROGBITS        0000000000001100 001100 0003ea 00  AX  0   0 16
  [14] .rodata.str with blanks PROGBITS        0000000000002000 002000 00004c 00 AMS  0   0  8
  [16] .eh_frame         PROGBITS        0000000000002098 002098 000148 00   A  0   0  8
  [20] .dynamic          DYNAMIC         0000000000003dc0 002dc0 0001f0 10  WA  4   0  8
  [24] .data             PROGBITS        0000000000004060 003060 000018 00  WA  0   0  8
  [25] .bss              NOBITS          0000000000004078 003078 000008 00  WA  0   0  1
  [28] .debug_info       PROGBITS        0000000000000000 00310f 00a26d 00      0   0  1
Key to Flags:
  W (write), A (alloc), X (execute), M (merge), S (strings), I (info),
"""


def test_parse_and_choose_sections() -> None:
    found = sections.parse(TABLE)
    assert found[3] == Section(
        name=".text", kind="PROGBITS", address=0x1100, offset=0x1100, size=0x3EA, flags="AX"
    )
    own = [section.name for section in found if section.own]
    assert own == [".text", ".rodata.str with blanks", ".data", ".bss"]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Give a maker of files with sections of the given bytes at the given addresses."""
    tables: dict[Path, tuple[Section, ...]] = {}
    monkeypatch.setattr(sections, "read", lambda path, _readelf: tables[path])

    def make(name: str, **content: tuple[int, bytes]) -> Path:
        path, rows, data = tmp_path / name, [], b"\x7fELF\x02\x01"
        for section, (address, stored) in content.items():
            rows.append(Section(
                name=f".{section}", kind="NOTE" if section == "note" else "PROGBITS",
                flags="AX" if section == "text" else "A", address=address, offset=len(data),
                size=len(stored),
            ))
            data += stored
        path.write_bytes(data)
        tables[path] = tuple(rows)
        return path

    return make


def test_notes_do_not_matter_but_code_and_data_do(library) -> None:
    first = library("a", note=(0, b"id 1"), text=(64, b"code"), data=(96, b"data"))
    noted = library("b", note=(0, b"another id"), text=(64, b"code"), data=(96, b"data"))
    coded = library("c", note=(0, b"id 1"), text=(64, b"edoc"), data=(96, b"data"))
    dated = library("d", note=(0, b"id 1"), text=(64, b"code"), data=(96, b"atad"))
    longer = library("e", note=(0, b"id 1"), text=(64, b"code "), data=(96, b"data"))
    assert samecode.same(first, noted)
    assert samecode.same(first, noted)
    for other in (coded, dated, longer):
        assert not samecode.same(first, other)
        assert not samecode.same(first, other)


def _load(displacement: int) -> bytes:
    return b"\x90" * 5 + b"\x8b\x05" + struct.pack("<i", displacement) + b"\xc3"


def test_moved_code_is_the_same_only_if_distances_follow(library) -> None:
    # The distance counts from its end, 11 bytes into the code.
    first = library("a", text=(0x1000, _load(0x2000 - 0x100B)), data=(0x2000, bytes(8)))
    moved = library("b", text=(0x1010, _load(0x2000 - 0x101B)), data=(0x2000, bytes(8)))
    wrong = library("c", text=(0x1010, _load(0x2000 - 0x100B + 8)), data=(0x2000, bytes(8)))
    assert samecode.same(first, moved)
    assert not samecode.same(first, wrong)


def test_a_constant_that_grows_like_the_movement_is_a_difference(library) -> None:
    first = library("a", text=(0x1000, _load(16)), data=(0x9000, bytes(8)))
    moved = library("b", text=(0x1000, _load(32)), data=(0x9010, bytes(8)))
    assert not samecode.same(first, moved)


def test_moved_addresses_in_data(library) -> None:
    first = library("a", text=(0x1000, b"code"), data=(0x4000, struct.pack("<Q", 0x1002)))
    moved = library("b", text=(0x2000, b"code"), data=(0x5000, struct.pack("<Q", 0x2002)))
    wrong = library("c", text=(0x2000, b"code"), data=(0x5000, struct.pack("<Q", 0x2003)))
    nowhere = [library(name, text=(at, b"code"), data=(0x3000 + at, struct.pack("<Q", at + 0x5000)))
               for name, at in (("d", 0x1000), ("e", 0x2000))]
    assert samecode.same(first, moved)
    assert not samecode.same(first, wrong)
    assert not samecode.same(*nowhere)


def test_moved_table_of_distances(library) -> None:
    """A switch statement's table counts from its start, so the last entry seems far off."""
    def tables(name: str, text: int, table: int, wrong: int = 0) -> Path:
        entries = struct.pack("<100i", *[text + 4 - table] * 99, text + 4 - table + wrong)
        return library(name, text=(text, b"codecode"), data=(table, entries))

    first = tables("a", 0x1000, 0x2000)
    assert samecode.same(first, tables("b", 0x1000, 0x2010))
    assert not samecode.same(first, tables("c", 0x1000, 0x2010, wrong=4))


@pytest.mark.parametrize("size", [1, 3, 8, 9, 16, 17, 64])
def test_words_across_blocks(size: int) -> None:
    """However the bytes come in, every difference is seen once and whole."""
    text = Section(name=".text", kind="PROGBITS", address=0, offset=0, size=64, flags="AX")
    movement = Movement(section=text, own=0, targets=((0, 64, 0), (0x10100, 0x10101, 0x1000)),
                        moves=frozenset({0, 0x1000}))
    a = b"".join(b"\xe8" + struct.pack("<i", 0x10100 - at) for at in range(0, 60, 5))
    b = b"".join(b"\xe8" + struct.pack("<i", 0x11100 - at) for at in range(0, 60, 5))
    bad = b[:-1] + b"\x55"

    def cut(data: bytes) -> list[bytes]:
        return [data[at : at + size] for at in range(0, len(data), size)]

    assert samecode.explained(cut(a), cut(a), movement)
    assert samecode.explained(cut(a), cut(b), movement)
    assert not samecode.explained(cut(a), cut(bad), movement)
    still = replace(movement, targets=((0, 0x20000, 0),), moves=frozenset({0}))
    assert not samecode.explained(cut(a), cut(b), still)


def test_big_endian_distances_count_halfwords() -> None:
    text = Section(name=".text", kind="PROGBITS", address=0x1000, offset=0, size=6, flags="AX")
    movement = Movement(
        section=text, own=0, targets=((0x4000, 0x5000, 0x10),), moves=frozenset({0x10}),
        order="big",
    )
    a, b = (b"\xc0\x00" + struct.pack(">i", distance // 2) for distance in (0x3100, 0x3110))
    assert samecode.explained([a], [b], movement)


def test_truncated(library) -> None:
    path = library("a", text=(0, b"0123456789"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(VerificationError, match=r"a: not a whole ELF file\n.*\.text reaches past"):
        samecode.same(path, path)


FUNCTION = "    12: 0000000000001139    42 FUNC    GLOBAL DEFAULT   11 work@@V1"
STUB = "    22: 0000000000001040     0 FUNC    LOCAL  DEFAULT   11 frame_dummy"
IMPORT = "     4: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND printf@GLIBC_2.2.5 (2)"
DATA = "    13: 0000000000004020     4 OBJECT  GLOBAL DEFAULT   20 table"
OTHER = "     8: 0000000000001139    42 FUNC    GLOBAL DEFAULT [<localentry>: 8]    11 work"


@pytest.mark.parametrize(("rows", "answer"), [
    ([FUNCTION], True), ([STUB, IMPORT, FUNCTION, STUB], True), ([OTHER], True),
    ([FUNCTION.replace("FUNC", "IFUNC")], True),
    ([STUB, IMPORT, DATA], False), ([], False),
])
def test_defines_function(rows: list[str], answer: bool) -> None:
    assert samecode.defines_function(rows) is answer


@pytest.mark.parametrize(("table", "listing", "answer"), [
    ([".symtab"], [STUB, FUNCTION], True),
    ([".symtab"], [STUB, DATA], False),
    ([], [], False),
    (["big .text"], [], True),
])
def test_has_code(
    monkeypatch: pytest.MonkeyPatch, table: list[str], listing: list[str], answer: bool
) -> None:
    """Without exported functions the full symbol table decides, without that the size."""
    size = samecode.START_FILES_BYTES + ("big .text" in table)
    rows = [Section(name=".text", kind="PROGBITS", address=0, offset=0, size=size, flags="AX")]
    if ".symtab" in table:
        rows.append(replace(rows[0], name=".symtab", kind="SYMTAB", flags=""))
    monkeypatch.setattr(sections, "read", lambda *_: tuple(rows))
    monkeypatch.setattr(run, "lines", lambda *argv: listing if "-s" in argv else [IMPORT])
    assert samecode.has_code(Path("lib.so")) is answer
