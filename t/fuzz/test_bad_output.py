# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What readelf, objdump, ldconfig and dpkg-query print, with lines lost, doubled and damaged."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import guard
import pytest
from dhhwcaps import abi, dispatch, elf, isa, leaks, samecode, sections, symbols, units
from dhhwcaps.admin import dpkgdb, ldcache

Parser = Callable[[str], object]
QUESTION = isa.ASKS_THE_CPU["amd64"]
FOUND = (0x1100, 0x1104, 1 << 40)
FLAG = "-march=x86-64-v3"
PARSERS: dict[tuple[str, ...], Sequence[Parser]] = {
    ("readelf", "-W", "-h", "-l", "-d", "-n", "a.so"): (
        lambda text: elf.parse(Path("a.so"), text), isa.marks),
    ("readelf", "-W", "--dyn-syms", "a.so"): (
        lambda text: symbols.parse(text.split("\n")),
        lambda text: samecode.defines_function(text.split("\n"))),
    ("readelf", "-W", "-s", "a.so"): (
        lambda text: dispatch.read_symbols(text.split("\n"), FOUND, QUESTION),),
    ("readelf", "-W", "-S", "a.so"): (sections.parse,),
    ("readelf", "--debug-dump=info", "--dwarf-depth=1", "a.so"): (
        lambda text: units.count(units.producers(text.split("\n")), FLAG),),
    ("objdump", "-d", "-w", "--no-show-raw-insn", "a.so"): (
        lambda text: leaks.parse(text.split("\n"), "amd64"),),
    ("/usr/sbin/ldconfig", "-p"): (ldcache.parse,),
    ("dpkg-query", "-W", "-f", dpkgdb.UNIT.join(f"${{{name}}}" for name in dpkgdb.FIELDS)
     + dpkgdb.RECORD, "libc6", "dpkg", "libc-bin"): (
        dpkgdb.parse, lambda text: [dpkgdb.names(package.depends) for package in
                                    dpkgdb.parse(text)],
        lambda text: abi.judge("a.so", isa.LEVELS[0], 4, text)),
}
PIECES = ("(", ")", "[", "]", ": ", "@", "@@V1", " ", "\t", "\n", "0x", "<", ">", "-1", "9" * 30,
          "\x1e", "\x1f", "=>", "\udcff", "ä", "\0", ", ", "UND", "FUNC", "File: x\n")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the tools print of a small library, and of this system."""
    top = tmp_path_factory.mktemp("output")
    (top / "a.c").write_text("#include <stdio.h>\nint t[9]; int foo(int n) {"
                             ' printf("%d", n); return t[n & 7]; }\n')
    subprocess.run(["gcc", "-shared", "-fPIC", "-g", "-o", "a.so", "a.c",
                    "-Wl,-soname,liba.so.1", "-Wl,-z,x86-64-v3"], cwd=top, check=True)
    made = [subprocess.check_output(argv, cwd=top, text=True) for argv in PARSERS]
    return ["\n".join(text.split("\n")[:300]) for text in made]


def damaged(text: str, dice: random.Random) -> str:
    """Return a text with some lines lost or doubled, and pieces put in."""
    lines = text.split("\n")
    for _ in range(dice.choice((1, 2, 5))):
        at = dice.randrange(len(lines))
        line, column = lines[at], dice.randrange(len(lines[at]) + 1)
        piece = dice.choice((*PIECES, lines[dice.randrange(len(lines))]))
        lines[at : at + dice.choice((0, 1, 1, 1))] = [
            line[:column] + piece + line[column + dice.choice((0, 0, 1, len(piece), 99)) :]
        ]
    return "\n".join(lines)


def test_damaged_output(
    texts: list[str], count: int, dice: Callable[[int], random.Random]
) -> None:
    for text, parsers in zip(texts, PARSERS.values(), strict=True):
        for number in range(count // len(texts)):
            bad = damaged(text, dice(number))
            for parser in parsers:
                try:
                    with guard.bounded():
                        parser(bad)
                except BaseException as error:
                    error.add_note(f"text {number} of: {text[:60]!r}")
                    raise


@pytest.mark.parametrize("line", [
    " " * 30000, "(" * 30000, "[" * 30000, "\t" + "a " * 15000, " 1: 0 0 " + "<" * 15000,
    " 0x1 (NEEDED) Shared library: [" * 1000, "  [ 1] " + "a " * 15000,
    " <1> DW_AT_producer: " + "(a): " * 8000, "x86 ISA needed: " + "a, " * 10000,
    "\ta (libc6) => " * 3000, "   1:\t" + "lock " * 8000, "a,|" * 10000, "changes summary: " * 3000,
])
def test_long_lines(line: str) -> None:
    for parsers in PARSERS.values():
        for parser in parsers:
            with guard.bounded():
                parser(line)
                parser(f"{line}\n{line}")
