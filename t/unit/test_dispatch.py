# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signs that a library asks the CPU itself, from bytes and from lines of binutils."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import dispatch, isa, run, sections
from dhhwcaps.sections import Section

QUESTION = isa.ASKS_THE_CPU["amd64"]
ASK = QUESTION.code
BASE = 0x10000
BEFORE = 300
"""Bytes of another section that stand before the code in the file."""


class Tools:
    """Stands in for binutils: a library of one code section, and what objdump would make of it."""

    def __init__(self, where: Path, code: bytes) -> None:
        self.code = code
        self.path = where / "lib.so"
        self.path.write_bytes(b"\0" * BEFORE + code)
        self.rows: list[str] = []
        self.decoded: list[bytes] = []

    def symbol(self, value: int, size: int, kind: str, where: str, name: str) -> None:
        self.rows.append(f"  {len(self.rows):4}: {BASE + value:016x} {size:5} {kind:7} GLOBAL"
                         f" DEFAULT {where:>4} {name}")

    def table(self, *_argv: object) -> tuple[Section, ...]:
        return (
            Section(name=".rodata", kind="PROGBITS", address=0, offset=0, size=BEFORE, flags="A"),
            Section(name=".text", kind="PROGBITS", address=BASE, offset=BEFORE,
                    size=len(self.code), flags="AX"),
        )

    def lines(self, program: str, *argv: str | Path) -> list[str]:
        if program == "readelf":
            return ["Symbol table '.symtab' contains some entries:", *self.rows]
        data = Path(argv[-1]).read_bytes()
        self.decoded.append(data)
        # A processor on which b"B" begins an instruction of three bytes, every other byte is one.
        found, at = [], 0
        while at < len(data):
            if data.startswith(ASK, at):
                found.append(f"{at:8x}:\tcpuid")
            at += 3 if data[at:at + 1] == b"B" else 2 if data.startswith(ASK, at) else 1
        return found


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Tools]:
    def made(code: bytes) -> Tools:
        tools = Tools(tmp_path, code)
        monkeypatch.setattr(sections, "read", tools.table)
        monkeypatch.setattr(run, "lines", tools.lines)
        return tools

    return made  # type: ignore[return-value]


def test_the_instruction_is_found_in_its_function(library: type[Tools]) -> None:
    tools = library(b"a" * 100 + b"a" * 10 + ASK + b"a" * 10)
    tools.symbol(0, 100, "FUNC", "12", "other")
    tools.symbol(100, 22, "FUNC", "12", "init@@V1")
    assert dispatch.sign(tools.path, "amd64") == "cpuid in init"
    assert len(tools.decoded) == 1
    assert tools.decoded[0].startswith(b"a" * 10 + ASK)
    assert len(tools.decoded[0]) < 100


def test_the_same_bytes_within_another_instruction_do_not_count(library: type[Tools]) -> None:
    tools = library(b"aaaaB" + ASK + b"aaaa")
    tools.symbol(0, 11, "FUNC", "12", "f")
    assert dispatch.sign(tools.path, "amd64") == ""
    assert len(tools.decoded) == 1
    assert dispatch.sign(library(b"a" * 500 + b"B" + ASK + b"a").path, "amd64") == ""


@pytest.mark.parametrize("name", [
    "_ZN5Eigen8internal15queryCacheSizesERiS1_S1_",
    "_ZN5Eigen8internal20manage_caching_sizesENS_6ActionEPlS2_S2_",
])
def test_who_asks_for_the_sizes_of_caches_chooses_no_code(
    library: type[Tools], name: str
) -> None:
    tools = library(b"a" * 10 + ASK + b"a" * 10)
    tools.symbol(0, 22, "FUNC", "12", name)
    assert dispatch.sign(tools.path, "amd64") == ""


def test_without_symbols_code_before_it_is_disassembled(library: type[Tools]) -> None:
    assert dispatch.sign(library(b"a" * 500 + ASK + b"a" * 500).path, "amd64") == "cpuid"
    assert dispatch.sign(library(ASK).path, "amd64") == "cpuid"


def test_nothing_is_disassembled_without_such_bytes(library: type[Tools]) -> None:
    tools = library(b"a" * 1000)
    tools.symbol(0, 1000, "FUNC", "12", "f")
    assert dispatch.sign(tools.path, "amd64") == ""
    assert tools.decoded == []


def test_large_code_is_disassembled_in_batches(
    library: type[Tools], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "BATCH", 10)
    tools = library((b"aaB" + ASK + b"aaaaaaa") * 4 + ASK)
    for number in range(4):
        tools.symbol(number * 12, 12, "FUNC", "12", f"f{number}")
    tools.symbol(48, 2, "FUNC", "12", "last")
    assert dispatch.sign(tools.path, "amd64") == "cpuid in last"
    assert len(tools.decoded) == 5


def test_symbols_tell_too(library: type[Tools]) -> None:
    tools = library(b"a")
    tools.symbol(0, 0, "IFUNC", "UND", "memcpy@GLIBC_2.14")
    tools.symbol(0, 0, "FUNC", "UND", "getauxval@GLIBC_2.16")
    assert dispatch.sign(tools.path, "amd64") == ""
    tools.symbol(0, 0, "FUNC", "UND", "__x86_get_cpuid_feature_leaf@GLIBC_2.33")
    assert dispatch.sign(tools.path, "amd64") == "a call of __x86_get_cpuid_feature_leaf"
    tools.symbol(0, 1, "IFUNC", "12", "add@@V1")
    tools.symbol(0, 1, "IFUNC", "12", "sub")
    assert dispatch.sign(tools.path, "amd64") == "GNU_IFUNC add"
    assert dispatch.sign(tools.path, "s390x") == "GNU_IFUNC add"


def test_other_architectures_have_no_instruction(library: type[Tools]) -> None:
    assert dispatch.sign(library(b"a" * 10 + ASK).path, "ppc64el") == ""


def test_a_symbol_that_begins_long_before_its_section_is_read_no_further_than_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.so"
    path.write_bytes(bytes(100))
    code = Section(name=".text", kind="PROGBITS", address=1 << 63, offset=10, size=90, flags="AX")
    piece = dispatch.Piece(address=0, size=1 << 64, function="f", asked=((1 << 63) + 5,))
    with path.open("rb") as file:
        assert dispatch._read(file, [code], piece) == bytes(100)


@pytest.mark.parametrize("part", [1, 2, 3, 5, 100])
def test_bytes_are_found_across_parts_and_not_behind_the_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(dispatch, "PART", part)
    code = ASK + b"..." + ASK + ASK + b"." + ASK
    path = tmp_path / "lib.so"
    path.write_bytes(b"\0" * BEFORE + code + ASK)
    size = len(code) - 1  # The last one is only begun.
    text = Section(name=".text", kind="PROGBITS", address=BASE, offset=BEFORE, size=size,
                   flags="AX")
    expected = [0, len(ASK) + 3, 2 * len(ASK) + 3]
    assert dispatch.candidates(path, [text], ASK) == tuple(BASE + at for at in expected)
