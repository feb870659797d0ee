# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Families among installed packages, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps.admin import dpkgdb, families, health
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.families import Family
from dhhwcaps.errors import HwcapsError
from fakes import LIB, Commands
from systems import (
    BEST,
    CPU,
    OTHER,
    V2,
    V3,
    V4,
    copy,
    family,
    files,
    installed,
    loader,
    package,
    put,
)

PLAIN = f"{LIB}/libfoo.so.1"


def said(made: Family, root: Path, *cached: str, cpu: Cpu = CPU) -> list[str]:
    found = health.notes(made, loader(root, *cached, levels=cpu.levels), cpu, frozenset())
    return [f"{'! ' if note.wrong else ''}{note.text}" for note in found]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, copy(V3), copy(V4), PLAIN)
    return tmp_path


def test_family_and_its_variants() -> None:
    made = family("avx512", "avx2")
    assert (made.name, made.arch, made.version) == ("libfoo1", "amd64", "2.0-1")
    assert [(v.package.name, v.level) for v in made.variants] == [
        ("libfoo1-avx2", V3), ("libfoo1-avx512", V4)]
    assert [c.path for c in made.copies] == [copy(V3), copy(V4)]
    assert made.offered == ()


def test_family_without_variants_offers_them() -> None:
    assert [name for name, _ in family().offered] == ["libfoo1-avx2", "libfoo1-avx512"]


def test_a_package_beside_its_generic_one_is_no_family() -> None:
    packages = [package("linux-image"), package("linux-image-generic"), package("foo-avx2")]
    assert families.find(packages, {}) == ()
    assert families.candidates(packages) == ()


def test_architectures_are_families_of_their_own() -> None:
    packages = installed("avx2")
    other = [replace(p, arch="i386", key=f"{p.name}:i386") for p in installed()]
    found = families.find([*packages, *other], files(packages))
    assert [(f.name, f.arch, len(f.variants)) for f in found] == [
        ("libfoo1", "amd64", 1), ("libfoo1", "i386", 0)]


def test_nothing_to_say(root: Path) -> None:
    made = family("avx2", "avx512")
    cached = (copy(V4), copy(V3), PLAIN)
    assert said(made, root, *cached, cpu=BEST) == []
    assert health.in_use(made, loader(root, *cached, levels=BEST.levels), BEST) == (V4,)


def test_what_this_cpu_cannot_use(root: Path) -> None:
    made = family("avx2", "avx512")
    cached = (copy(V4), copy(V3), PLAIN)
    assert said(made, root, *cached) == ["libfoo1-avx512 takes 4.1 MB that this CPU cannot use"]


def test_masked(root: Path) -> None:
    cpu = Cpu(arch="amd64", levels=(V2,), masked=(V4, V3))
    assert said(family("avx2"), root, copy(V3), PLAIN, cpu=cpu) == [
        "libfoo1-avx2 takes 4.1 MB and is masked by GLIBC_TUNABLES"]


def test_variant_that_would_help(root: Path) -> None:
    assert said(family(), root, PLAIN) == [
        "libfoo1-avx2 is not installed: apt install libfoo1-avx2"]


def test_stale_cache(root: Path) -> None:
    assert said(family("avx2"), root, PLAIN) == [f"! ld.so.cache lacks {V3}: run ldconfig"]


def test_file_that_is_gone(tmp_path: Path) -> None:
    put(tmp_path, PLAIN)
    assert said(family("avx2"), tmp_path, copy(V3), PLAIN) == [
        f"! {copy(V3)} is gone: apt reinstall libfoo1-avx2"]


def test_generic_file_that_is_gone(root: Path) -> None:
    (root / PLAIN[1:]).unlink()
    assert said(family("avx2"), root, copy(V3)) == [
        f"! {PLAIN} is gone: apt reinstall libfoo1-generic"]


@pytest.mark.parametrize("content", [b"", OTHER])
def test_file_that_the_loader_passes_over(root: Path, content: bytes) -> None:
    put(root, copy(V3), content=content)
    assert said(family("avx2"), root, copy(V3), PLAIN) == [
        f"! {copy(V3)} is not readable, or no library: apt reinstall libfoo1-avx2"]


def test_package_that_dpkg_cannot_configure(root: Path) -> None:
    packages = installed("avx2")
    packages[-1] = replace(packages[-1], state="half-installed")
    packages[0] = replace(packages[0], state="unpacked")
    made = families.find(packages, files(packages))[0]
    assert said(made, root, copy(V3), PLAIN) == [
        "! libfoo1-avx2 is half-installed: apt reinstall libfoo1-avx2",
        "! libfoo1 is unpacked: dpkg --configure -a"]


def test_versions_and_states(root: Path) -> None:
    packages = installed("avx2")
    packages[-1] = replace(packages[-1], version="1.9", state="half-configured")
    made = families.find(packages, files(packages))[0]
    assert said(made, root, copy(V3), PLAIN) == [
        "! libfoo1-avx2 is half-configured: dpkg --configure -a",
        "! libfoo1-avx2 has version 1.9: apt install libfoo1 libfoo1-generic libfoo1-avx2",
    ]


def test_variant_alone(root: Path) -> None:
    made = family("avx2", generic=False)
    assert said(made, root, copy(V3), PLAIN) == [
        "! libfoo1-generic is not installed: apt install libfoo1-generic"]
    notes = health.notes(made, loader(root, copy(V3)), CPU, frozenset({"x86-64-v3-support"}))
    assert [(n.wrong, n.text) for n in notes] == [
        (False, f"libfoo1-generic is not installed: only for {V3}")]


def test_local_library_that_is_taken_instead(root: Path) -> None:
    local = "/usr/local/lib/libfoo.so.1"
    put(root, local)
    assert said(family("avx2"), root, local, PLAIN, cpu=CPU)[1:] == [
        f"programs get {local} instead of libfoo.so.1"]


def test_database_that_dpkg_cannot_read(tmp_path: Path, commands: Commands) -> None:
    put(tmp_path, "/var/lib/dpkg/status")
    commands.say("dpkg-query", err="dpkg-query: error: parsing file\n", code=2)
    with pytest.raises(HwcapsError) as caught:
        dpkgdb.read(Disk(root=tmp_path))
    assert str(caught.value) == (
        f"{tmp_path}/var/lib/dpkg: dpkg-query cannot read the dpkg database\n"
        "  dpkg-query: error: parsing file")


def test_rows_of_dpkg_query() -> None:
    unit, record = dpkgdb.UNIT, dpkgdb.RECORD
    text = unit.join(["a:amd64", "a", "amd64", "1", "installed", "12", "x", "p", "", "r"]) + record
    assert dpkgdb.parse(text) == (dpkgdb.Package(
        key="a:amd64", name="a", arch="amd64", version="1", size=12288, provides="x", depends="p",
        recommends="r"),)
    assert dpkgdb.names("a (= 1) | b:any, c") == ("a", "b", "c")


def test_package_whose_name_only_looks_like_a_level_is_no_variant() -> None:
    packages = [*installed("avx2"), package("libfoo1-extra", provides="libfoo1-hwcaps (= 2.0-1)")]
    made = families.find(packages, files(packages))[0]
    assert [variant.package.name for variant in made.variants] == ["libfoo1-avx2"]
