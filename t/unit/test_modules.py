# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which plugins and extension modules are dispatched, and under which names."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import elf, modules
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import VerificationError
from dhhwcaps.symbols import Symbols, Wanted
from fakes import LIB, TRIPLET, shared_object, write

ROOT = Path("debian/foo")


class Wanting:
    """What every module needs from libraries."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.read: list[Path] = []

    def __call__(self, path: Path, _readelf: str) -> Symbols:
        self.read.append(path)
        wanted = (Wanted(name, "@GLIBC_2.34", weak=False) for name in self.names)
        return Symbols(exported={}, undefined=frozenset(wanted))


@pytest.fixture(autouse=True)
def wanting(monkeypatch: pytest.MonkeyPatch) -> Wanting:
    """Let no module need any symbol, until the test says so."""
    made = Wanting()
    monkeypatch.setattr(modules, "symbols", made)
    return made


def module(path: str, soname: str = "", **rest: object) -> SharedObject:
    """Return a module of the package foo that is on disk, too."""
    return shared_object(write(ROOT / path), soname, **rest)


def find(*objects: SharedObject, patterns: tuple[str, ...] = ("**/*.so",)) -> modules.Found:
    return modules.find("foo", patterns, {"foo": objects}, TRIPLET)


@pytest.mark.parametrize(("path", "name"), [
    (f"usr/lib/{TRIPLET}/foo/a.so", "foo.foo.a.so"),
    ("usr/lib/foo/a.so", "foo.foo.a.so"),
    ("usr/lib/python3/dist-packages/x/_a.cpython-311.so", "foo.x._a.cpython-311.so"),
    ("opt/x/a", "foo.opt.x.a"),
])
def test_a_module_becomes_a_library(path: str, name: str) -> None:
    found = shared_object(ROOT / path, "a.so")
    made = modules.library(found, "foo", TRIPLET, ROOT)
    assert (made.package, made.directory, made.soname) == ("foo", f"{LIB}/hwcaps/foo", name)
    assert made.object.path == ROOT / path
    assert made.module == found


@pytest.mark.parametrize(("pattern", "matched"), [
    ("usr/lib/foo/*.so", ["a.so", "b.so"]), ("/usr/lib/foo/a.so", ["a.so"]),
    ("usr/lib/foo/**/*.so", ["a.so", "b.so", "x/c.so"]), ("usr/lib/foo/*/*.so", ["x/c.so"]),
    ("usr/lib/foo", []), ("../foo/usr/lib/foo/a.so", []), ("a**", []), ("", []),
])
def test_matching(pattern: str, matched: list[str]) -> None:
    objects = [module(f"usr/lib/foo/{name}") for name in ("a.so", "b.so", "x/c.so", "y.plugin")]
    objects += [module("usr/lib/foo/prog.so", has_interp=True),
                module("usr/lib/foo/obj.so", kind="REL")]
    found = modules.matching(objects, [pattern], ROOT)
    assert [str(item.path.relative_to(ROOT / "usr/lib/foo")) for item in found] == matched


def test_find() -> None:
    objects = [module("usr/lib/foo/a.so"), module("usr/lib/foo/b.so", "b.so")]
    found = find(*objects)
    assert [item.module for item in found.held] == objects
    assert not found.left


def test_nothing_is_looked_for_without_patterns(wanting: Wanting) -> None:
    assert find(module("usr/lib/foo/a.so"), patterns=()) == modules.Found(held=(), left={})
    assert wanting.read == []


def test_pattern_that_matches_nothing() -> None:
    with pytest.raises(VerificationError) as caught:
        find(module("usr/lib/foo/a.so"), patterns=("usr/lib/foo/*.so", "usr/lib/bar/*.so"))
    assert str(caught.value).splitlines()[0] == (
        "foo: no plugin or module in debian/foo matches usr/lib/bar/*.so"
    )


def test_two_of_one_name() -> None:
    with pytest.raises(VerificationError, match=r"would both be foo\.foo\.a\.so"):
        find(module("usr/lib/foo/a.so"), module(f"usr/lib/{TRIPLET}/foo/a.so"))


@pytest.mark.parametrize("function", ["dladdr", "dladdr1", "dlinfo"])
def test_modules_that_ask_where_they_lie_are_left(wanting: Wanting, function: str) -> None:
    wanting.names = ("sin", function)
    found = find(module("usr/lib/foo/a.so"))
    assert found.left == {ROOT / "usr/lib/foo/a.so": f"asks where it lies ({function})"}
    assert not found.held


def test_modules_that_ask_nothing_of_that_kind(wanting: Wanting) -> None:
    wanting.names = ("sin", "dladdress")
    assert find(module("usr/lib/foo/a.so")).held


@pytest.mark.parametrize("name", ["a.so", "libown.so"])
def test_modules_that_others_link_to_are_left(name: str) -> None:
    packaged = {
        "foo": (module("usr/lib/foo/a.so", "libown.so"), module("usr/lib/foo/b.so")),
        "foo-bin": (shared_object("debian/foo-bin/usr/bin/x", "", needed=("libc.so.6", name)),),
    }
    found = modules.find("foo", ["**/*.so"], packaged, TRIPLET)
    assert found.left == {ROOT / "usr/lib/foo/a.so": "programs or libraries link to it"}
    assert [item.soname for item in found.held] == ["foo.foo.b.so"]


@pytest.mark.parametrize("entry", ["$ORIGIN", "${ORIGIN}/../x"])
def test_modules_that_look_beside_themselves_are_left(entry: str) -> None:
    found = find(module("usr/lib/foo/a.so", runpath=("/usr/lib/x", entry)),
                 module("usr/lib/foo/b.so", runpath=("/usr/lib/x",)))
    assert list(found.left.values()) == ["its RUNPATH begins with $ORIGIN"]
    assert [item.soname for item in found.held] == ["foo.foo.b.so"]


def test_modules_of_another_machine_are_left() -> None:
    ours, other = (b"\x7fELF\x02\x01" + bytes(10) + b"\x03\x00" + machine + b"\x00"
                   for machine in (b"\x3e", b"\x15"))
    objects = [module("usr/lib/foo/a.so"), module("usr/lib/foo/b.so")]
    for item, start in zip(objects, (ours, other), strict=True):
        item.path.write_bytes(start)
    found = modules.find("foo", ["**/*.so"], {"foo": tuple(objects)}, TRIPLET,
                         identity=elf.identity(objects[0].path))
    assert found.left == {ROOT / "usr/lib/foo/b.so": "is for another machine"}
    assert [item.soname for item in found.held] == ["foo.foo.a.so"]


def test_modules_that_another_source_moved() -> None:
    here = ROOT / LIB.lstrip("/")
    objects = [shared_object(here / name, "x.so") for name in (
        "hwcaps/foo/foo.x.so", "hwcaps/foo/glibc-hwcaps/x86-64-v3/foo.x.so", "hwcaps/bar/bar.x.so",
        "foo/x.so",
    )]
    made, = modules.moved(objects, "foo", TRIPLET, ROOT)
    assert (made.key, made.module) == ((f"{LIB}/hwcaps/foo", "ELF64", "foo.x.so"), None)


@pytest.mark.parametrize(("path", "soname", "loaded"), [
    (f"{LIB}/libfoo.so.1.0", "libfoo.so.1", f"{LIB}/libfoo.so.1"),
    (f"{LIB}/hwcaps/foo/foo.x.so", "x.so", f"{LIB}/hwcaps/foo/foo.x.so"),
    (f"{LIB}/hwcaps/foo/foo.x.so", "", f"{LIB}/hwcaps/foo/foo.x.so"),
    (f"{LIB}/hwcaps/bar/foo.x.so", "", ""), (f"{LIB}/foo/plugin.so", "", ""),
])
def test_loaded_as(path: str, soname: str, loaded: str) -> None:
    root = Path("debian/foo-generic")
    item = shared_object(root / path.lstrip("/"), soname)
    assert modules.loaded_as(item, "foo", root) == loaded
