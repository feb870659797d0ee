# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""ELF files that are damaged, read by ourselves and through the real readelf and objdump."""

from __future__ import annotations

import random
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import guard
import pytest
from dhhwcaps import dispatch, elf, leaks, samecode, sections, symbols, units
from dhhwcaps.admin.disk import Disk
from dhhwcaps.errors import CommandError
from mutations import NUMBERS, mutated

SOURCE = """
#include <stdio.h>
int table[64] = {1, 2}; __thread int mine; extern int other(int) __attribute__((weak));
static int asks(void) { unsigned a = 0, b, c = 0, d;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d)); return b; }
int foo(int n) { for (int i = 0; i < 64; i++) table[i] += n * i; return asks() + mine; }
int bar(int n) { printf("%d", n); return other ? other(n) : 0; }
"""
SEEDS = {
    "library": ("-shared", "-fPIC", "-g", "-Wl,-soname,libfoo.so.1", "-Wl,-rpath,$ORIGIN/../x"),
    "small": ("-shared", "-fPIC", "-s", "-nostdlib", "-Wl,-z,x86-64-v3", "-Wl,-soname,libs.so.1"),
    "program": ("-pie", "-fPIE", "-DMAIN"),
    "object": ("-c", "-g"),
}
CLOSER = 12
"""One of so many files is read as closely as libraries of a level are: that takes processes."""


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What the compiler makes."""
    top = tmp_path_factory.mktemp("seeds")
    (top / "a.c").write_text(SOURCE + "#ifdef MAIN\nint main(void) { return foo(1); }\n#endif\n")
    for name, flags in SEEDS.items():
        subprocess.run(["gcc", "-O1", *flags, "-o", name, "a.c"], cwd=top, check=True)
    return [top / name for name in SEEDS]


def marks(data: bytes) -> list[int]:
    """Return where readers look: the tables of segments and sections, and what they lead to."""
    segments, table = struct.unpack_from("<QQ", data, 32)
    size, parts, _, rows = struct.unpack_from("<4H", data, 54)
    starts = [segments + n * size for n in range(parts)]
    starts += [table + n * 64 for n in range(rows)]
    starts += [struct.unpack_from("<Q", data, table + n * 64 + 24)[0] for n in range(rows)]
    return [0, *starts]


def damaged(
    seeds: list[Path], where: Path, count: int, dice: Callable[[int], random.Random]
) -> Iterator[tuple[int, Path, Path]]:
    """Yield the number, the seed and the file of each mutant; one file at a time is there."""
    data = [(seed, seed.read_bytes()) for seed in seeds]
    places = [marks(content) for _seed, content in data]
    for number in range(count):
        at = number % len(data)
        seed, content = data[at]
        path = where / "damaged.so"
        path.write_bytes(mutated(content, dice(number), places[at]))
        yield number, seed, path


def look(path: Path) -> None:
    """Read a file as all libraries of a package are."""
    with guard.bounded():
        elf.is_elf(path)
        elf.identity(path)
        Disk(root=path.parent).identity(path.name)
    with guard.bounded():
        elf.read([path])


def look_closer(seed: Path, path: Path) -> None:
    """Read a file as those are that may be shipped."""
    for action in (
        lambda: symbols.symbols(path), lambda: sections.read(path),
        lambda: units.units(path, "-march=x86-64-v3"), lambda: samecode.has_code(path),
        lambda: samecode.same(seed, path), lambda: samecode.same(path, seed),
        lambda: dispatch.sign(path, "amd64"), lambda: leaks.scan(path, "amd64"),
    ):
        with guard.bounded():
            action()


def test_seeds_are_read(seeds: list[Path]) -> None:
    library, small, program, _object = elf.read(seeds)
    assert (library.soname, small.soname) == ("libfoo.so.1", "libs.so.1")
    assert program.has_interp
    for seed in seeds[:2]:
        assert sections.read(seed)
        assert samecode.same(seed, seed)
    with pytest.raises(CommandError):
        symbols.symbols(seeds[0].parent / "none")


def test_damaged_files(
    seeds: list[Path], tmp_path: Path, count: int, dice: Callable[[int], random.Random],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with guard.confined(tmp_path):
        for number, seed, path in damaged(seeds, tmp_path, count, dice):
            try:
                look(path)
                if number // len(seeds) % CLOSER == 0:
                    look_closer(seed, path)
            except BaseException as error:
                error.add_note(f"file {number}, of {seed.name}")
                raise


def test_damaged_files_among_whole_ones(
    seeds: list[Path], tmp_path: Path, count: int, dice: Callable[[int], random.Random]
) -> None:
    content = seeds[0].read_bytes()
    for number in range(count // 100):
        there = []
        for name in range(20):
            path = tmp_path / f"{name}.so"
            made = mutated(content, dice(20 * number + name), marks(content))
            path.write_bytes(made if name % 5 == 0 else content)
            there.append(path)
        with guard.bounded():
            assert [found.path for found in elf.read(elf.find(tmp_path))] == sorted(there)


def test_tables_that_say_impossible_numbers(
    seeds: list[Path], tmp_path: Path, count: int, dice: Callable[[int], random.Random]
) -> None:
    content = seeds[0].read_bytes()
    table, rows = struct.unpack_from("<Q", content, 40)[0], struct.unpack_from("<H", content, 60)[0]
    path = tmp_path / "damaged.so"
    for number in range(count // 60):
        one = dice(number)
        made = bytearray(content)
        # Address, place and size of a section (System V gABI, "Section Header Table").
        at = table + one.randrange(rows) * 64 + one.choice((16, 24, 32))
        made[at : at + 8] = one.choice(NUMBERS).to_bytes(8, "little")
        path.write_bytes(made)
        try:
            look(path)
            look_closer(seeds[0], path)
        except BaseException as error:
            error.add_note(f"file {number}")
            raise
