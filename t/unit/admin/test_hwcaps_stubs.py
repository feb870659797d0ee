# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Stubs of plugins and extension modules on an installed system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps import elf
from dhhwcaps.admin import families, loading, stubs, verify, which
from dhhwcaps.admin.loading import Outcome
from dhhwcaps.admin.stubs import Stub
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import VerificationError
from fakes import LIB, shared_object
from systems import CPU, OTHER, V2, V3, copy, files, installed, loader, put

DIRECTORY = f"{LIB}/hwcaps/libfoo1"
NAME = "libfoo1.foo.a.so"
STUB = f"{LIB}/foo/a.so"
OURS = Stub(path=STUB, module=NAME, directory=DIRECTORY)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system with a module at two levels, its stub, and a plugin without one."""
    put(tmp_path, STUB, f"{LIB}/foo/b.so", f"{DIRECTORY}/{NAME}", copy(V3, NAME, DIRECTORY))

    def read(paths: Sequence[Path]) -> tuple[SharedObject, ...]:
        if any(path.name == "broken.so" for path in paths):
            raise VerificationError("broken.so: not a whole ELF file")
        return tuple(
            shared_object(path, "", needed=(NAME,), runpath=(DIRECTORY,)) if path.name == "a.so"
            else shared_object(path, "", needed=("libc.so.6",), marks=_marks(path))
            for path in paths
        )

    monkeypatch.setattr(elf, "read", read)
    return tmp_path


def _marks(path: Path) -> frozenset[str]:
    return frozenset({V3} if "glibc-hwcaps" in path.parts else ())


def family(*more: str) -> families.Family:
    """Return a family with a module and its stub."""
    packages = installed("avx2")
    held = {
        "libfoo1:amd64": (STUB, f"{LIB}/foo/b.so", "/usr/share/doc/libfoo1/copyright", *more),
        "libfoo1-generic:amd64": (f"{DIRECTORY}/{NAME}",),
        "libfoo1-avx2:amd64": (copy(V3, NAME, DIRECTORY),),
    }
    return families.find(packages, held)[0]


def test_stubs_of_a_family(root: Path) -> None:
    whole = family()
    assert stubs.of(whole, loader(root)) == (OURS,)
    assert stubs.of(replace(whole, variants=()), loader(root)) == (OURS,)
    assert stubs.of(replace(whole, paths=()), loader(root)) == (OURS,)


def test_family_without_modules_is_not_read(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr(elf, "read", None)
    packages = installed("avx2")
    plain = replace(families.find(packages, files(packages))[0], rest=(STUB,))
    assert stubs.of(plain, loader(root)) == ()


def test_files_that_are_no_stubs(root: Path) -> None:
    put(root, f"{LIB}/foo/broken.so")
    put(root, f"{LIB}/foo/c.so", content=OTHER)
    more = [f"{LIB}/foo/{name}.so" for name in ("broken", "c", "gone")]
    assert stubs.of(family(*more), loader(root)) == (OURS,)


@pytest.mark.parametrize(("levels", "path", "level"), [
    ((V3, V2), copy(V3, NAME, DIRECTORY), V3), ((V2,), f"{DIRECTORY}/{NAME}", ""),
])
def test_copy_of_a_module(root: Path, levels: tuple[str, ...], path: str, level: str) -> None:
    found = OURS.found(loader(root, levels=levels))
    assert (found.name, found.path, found.level) == (NAME, path, level)


def test_module_that_is_gone(root: Path) -> None:
    assert replace(OURS, module="x.so").found(loader(root)).path == ""


def test_which_tells_a_stub(root: Path) -> None:
    made = loader(root)
    rows = which.explained([made.find(STUB), made.find(f"{LIB}/foo/b.so")], made, CPU)
    assert [row.reason for row in rows] == [
        f"opened by path, a stub of {NAME}", "opened by path; no variants",
    ]


def test_verify_asks_nothing_of_a_modules_soname(root: Path) -> None:
    assert list(verify._copies(family(), loader(root))) == []
    odd = replace(family().variants[0].copies[0], directory=LIB)
    marked = shared_object("x", "", marks=frozenset({V3}))
    assert list(verify._copy(odd, marked)) == [f"{odd.path} is no shared library"]


@pytest.mark.parametrize(("taken", "said"), [
    (copy(V3, NAME, DIRECTORY), []),
    (f"{DIRECTORY}/{NAME}", [
        f"{V3}: the loader takes {DIRECTORY}/{NAME} for {NAME}, not {copy(V3, NAME, DIRECTORY)}"]),
])
def test_modules_are_loaded_by_their_stubs(
    root: Path, monkeypatch: pytest.MonkeyPatch, taken: str, said: list[str]
) -> None:
    asked = []

    def load(names: Sequence[str], levels: Sequence[str]) -> Outcome:
        asked.append((tuple(names), tuple(levels)))
        return Outcome(chosen={NAME: taken}, undefined=frozenset())

    monkeypatch.setattr(loading, "load", load)
    assert list(loading.check([], [OURS], [loader(root, levels=(V3,))])) == said
    assert asked == [((STUB,), (V3,))]
