# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of levels, and what is made of a row."""

from __future__ import annotations

import pytest
from dhhwcaps import isa
from dhhwcaps.isa import Level
from fakes import level

EACH = pytest.mark.parametrize("row", isa.LEVELS, ids=lambda row: row.name)


def test_names_and_suffixes_are_unique() -> None:
    words = [{row.name, *row.suffixes} for row in isa.LEVELS]
    assert len(set().union(*words)) == sum(map(len, words))
    assert len({row.short for row in isa.LEVELS}) == len(isa.LEVELS)


def test_no_suffix_is_the_end_of_another() -> None:
    # Else it would depend on the table's order which level a package is of.
    suffixes = [f"-{s}" for row in isa.LEVELS for s in row.suffixes]
    assert [(a, b) for a in suffixes for b in suffixes if a != b and a.endswith(b)] == []


@EACH
def test_chain_ends_at_the_baseline(row: Level) -> None:
    chain = isa.upto(row)
    assert chain[0] == row.name
    assert len(set(chain)) == len(chain)
    last = level(chain[-1])
    assert last.extends is None
    assert {level(name).arch for name in chain} == {row.arch}


@EACH
def test_extended_level_stands_before_and_needs_no_newer_tools(row: Level) -> None:
    for name in isa.upto(row)[1:]:
        below = level(name)
        assert isa.LEVELS.index(below) < isa.LEVELS.index(row)
        assert below.gcc <= row.gcc
        assert float(below.glibc) <= float(row.glibc)


@EACH
def test_short_name_leaves_room_for_sockets(row: Level) -> None:
    assert len(row.short) <= 3


@EACH
def test_row_is_found_by_all_its_names(row: Level) -> None:
    for name in (row.name, *row.suffixes):
        assert isa.named(name) is row
        assert isa.split(f"libfoo-a-b1-{name}") == ("libfoo-a-b1", row)


@pytest.mark.parametrize(("arch", "names"), [
    ("amd64", ["x86-64-v2", "x86-64-v3", "x86-64-v4"]),
    ("ppc64el", ["power9", "power10"]),
    ("s390x", ["z13", "z14", "z15", "z16", "z17"]),
    ("arm64", []), ("riscv64", []), ("loong64", []), ("i386", []), ("", []),
])
def test_for_arch(arch: str, names: list[str]) -> None:
    assert [row.name for row in isa.for_arch(arch)] == names


@pytest.mark.parametrize("name", ["", "x86-64", "x86-64-v1", "x86-64-v33", "AVX2", "generic"])
def test_unknown_name(name: str) -> None:
    assert isa.named(name) is None


@pytest.mark.parametrize("package", ["libfoo1", "libfoo1-generic", "libfooavx2", "avx2", "x-fma"])
def test_package_without_a_level(package: str) -> None:
    assert isa.split(package) == (package, None)


def test_levels_that_were_measured_are_proposed() -> None:
    assert isa.PROPOSED == ("avx2", "avx512")


@pytest.mark.parametrize(("name", "flags", "link", "go"), [
    ("sse4.2", ("-march=x86-64-v2",), "-Wl,-z,x86-64-v2", ("GOAMD64", "v2")),
    ("avx2", ("-march=x86-64-v3",), "-Wl,-z,x86-64-v3", ("GOAMD64", "v3")),
    ("avx512", ("-march=x86-64-v4",), "-Wl,-z,x86-64-v4", ("GOAMD64", "v4")),
    ("power10", ("-mcpu=power10", "-mno-htm"), None, ("GOPPC64", "power10")),
    ("z15", ("-march=z15", "-mno-htm"), None, None),
])
def test_flags(
    name: str, flags: tuple[str, ...], link: str | None, go: tuple[str, str] | None
) -> None:
    row = level(name)
    assert (row.compiler_flags, row.linker_flag, row.go) == (flags, link, go)
    assert row.flag == flags[0]


def test_suffix_is_the_preferred_one() -> None:
    assert [row.suffix for row in isa.LEVELS] == [
        "sse4.2", "avx2", "avx512", "power9", "power10", "z13", "z14", "z15", "z16", "z17"
    ]


@pytest.mark.parametrize(("name", "default", "text"), [
    ("x86-64-v3", "x86-64",
     "*self_spec:\n+ %{fPIC|fpic:%{!march=*:-march=x86-64-v3}%{march=x86-64:-march=x86-64-v3}}"
     " %{shared:-Wl,-z,x86-64-v3}\n\n"),
    ("power9", "power8",
     "*self_spec:\n+ %{fPIC|fpic:%{!mcpu=*:-mcpu=power9 -mno-htm}"
     "%{mcpu=power8:-mcpu=power9 -mno-htm}}\n\n"),
    ("z14", "z196",
     "*self_spec:\n+ %{fPIC|fpic:%{!march=*:-march=z14 -mno-htm}"
     "%{march=z196:-march=z14 -mno-htm}}\n\n"),
])
def test_gcc_specs(name: str, default: str, text: str) -> None:
    assert isa.gcc_specs(level(name), default) == text


@pytest.mark.parametrize(("suffix", "surely"), [
    ("avx", True), ("avx3", True), ("avx512f", True), ("sse2", True), ("x86-64-v5", True),
    ("power11", True), ("pwr9", True), ("z18", True), ("fma", True), ("haswell", True),
    ("dev", False), ("bin", False), ("zstd", False), ("powertop", False), ("avxsynth", False),
    ("data", False),
])
def test_looks_like_level(suffix: str, surely: bool) -> None:
    assert bool(isa.LOOKS_LIKE_LEVEL.fullmatch(suffix)) is surely


def test_short_names() -> None:
    assert [row.short for row in isa.LEVELS] == [
        "v2", "v3", "v4", "p9", "p10", "z13", "z14", "z15", "z16", "z17"
    ]


def test_support_packages() -> None:
    assert {row.name: row.support for row in isa.LEVELS if row.support} == {
        "x86-64-v2": "x86-64-v2-support", "x86-64-v3": "x86-64-v3-support",
    }


def test_first_versions_of_the_tools() -> None:
    # Release notes of GCC; glibc's sysdeps/*/dl-hwcaps-subdirs.c.
    assert {row.suffix: (row.gcc, row.glibc) for row in isa.LEVELS} == {
        "sse4.2": (11, "2.33"), "avx2": (11, "2.33"), "avx512": (11, "2.33"),
        "power9": (8, "2.33"), "power10": (10, "2.33"), "z13": (7, "2.33"), "z14": (8, "2.33"),
        "z15": (9, "2.33"), "z16": (12, "2.36"), "z17": (15, "2.42"),
    }


def test_names_in_other_languages_and_switches() -> None:
    assert {row.suffix: (row.rust, row.tunable) for row in isa.LEVELS if row.arch != "s390x"} == {
        "sse4.2": ("x86-64-v2", "SSE4_2"), "avx2": ("x86-64-v3", "AVX2"),
        "avx512": ("x86-64-v4", "AVX512F"), "power9": ("pwr9", None), "power10": ("pwr10", None),
    }
    assert all((row.rust, row.tunable) == (row.name, None) for row in isa.for_arch("s390x"))


@pytest.mark.parametrize("row", isa.for_arch("amd64"), ids=lambda row: row.name)
def test_level_is_known_by_the_name_that_go_has_for_it(row: Level) -> None:
    assert isa.named(f"amd64{row.short}") is row
    assert isa.split(f"libfoo1-amd64{row.short}") == ("libfoo1", row)


@pytest.mark.parametrize(("arch", "option"), [
    *((arch, "-march=native") for arch in ("amd64", "arm64", "armel", "armhf", "i386", "loong64",
                                           "s390x")),
    *((arch, "-mcpu=native") for arch in ("powerpc", "ppc64", "ppc64el")),
    ("riscv64", ""), ("", ""),
])
def test_native(arch: str, option: str) -> None:
    assert isa.native(arch) == option


def test_question_to_the_cpu() -> None:
    asked = isa.ASKS_THE_CPU["amd64"]
    assert (asked.instruction, asked.machine) == ("cpuid", "i386:x86-64")
    assert asked.calls == ("__get_cpu_features", "__x86_get_cpuid_feature_leaf")
    assert set(isa.ASKS_THE_CPU) == {"amd64"}


def test_only_levels_with_marks_are_marks() -> None:
    notes = "      Properties: x86 ISA needed: x86-64-v3, power9\n"
    assert isa.marks(notes) == frozenset({"x86-64-v3"})
