# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which libraries of a package ld.so finds by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import elf, libraries
from dhhwcaps.elf import SharedObject
from dhhwcaps.libraries import Library
from fakes import LIB, TRIPLET, library, shared_object, write

DEFAULT = {LIB, f"/lib/{TRIPLET}", "/usr/lib", "/lib"}
HERE = Path("debian/libfoo1", LIB.lstrip("/"))


def found(*objects: SharedObject, searched: set[str] = DEFAULT) -> list[str]:
    chosen = libraries.public("libfoo1", objects, frozenset(searched))
    return [str(lib.object.path.relative_to("debian/libfoo1")) for lib in chosen]


def test_default_directories() -> None:
    assert libraries.search_path({}, TRIPLET) == DEFAULT
    assert set(libraries.default_directories(TRIPLET)) == DEFAULT


@pytest.mark.parametrize(("entry", "directory"), [
    ("/usr/lib/foo", "/usr/lib/foo"),
    ("/usr/lib/foo/", "/usr/lib/foo"),
    ("/usr/lib//foo/../bar", "/usr/lib/bar"),
    ("$ORIGIN", "/usr/libexec/foo"),
    ("${ORIGIN}/../../lib/foo", "/usr/lib/foo"),
    ("/usr/$LIB/foo", f"/usr/lib/{TRIPLET}/foo"),
    ("/usr/${LIB}", LIB),
    ("$ORIGIN/../../$LIB/foo", f"/usr/lib/{TRIPLET}/foo"),
])
def test_runpath_names_a_directory(entry: str, directory: str) -> None:
    program = shared_object("debian/foo/usr/libexec/foo/prog", "", runpath=("/opt", entry))
    assert libraries.search_path({"foo": (program,)}, TRIPLET) == DEFAULT | {"/opt", directory}


def test_runpaths_of_all_packages_count() -> None:
    packaged = {
        "a": (shared_object("debian/a/usr/bin/a", "", runpath=("/a",)),
              shared_object("debian/a/usr/bin/c", "", runpath=("/c",))),
        "b": (shared_object("debian/b/usr/sbin/b", "", runpath=("$ORIGIN",)),),
    }
    assert libraries.search_path(packaged, TRIPLET) == DEFAULT | {"/a", "/c", "/usr/sbin"}


@pytest.mark.parametrize(("path", "directory"), [
    (f"{LIB}/liba.so.1", LIB), ("/liba.so.1", "/"), ("/.hidden/liba.so.1", "/.hidden"),
])
def test_installed_in(path: str, directory: str) -> None:
    root = Path("debian/libfoo1")
    assert libraries.installed_in(Path(f"{root}{path}"), root) == directory


def test_public_libraries_only() -> None:
    assert found(
        shared_object(HERE / "libfoo.so.1"),
        shared_object(HERE / "foo/plugin.so", "plugin.so"),
        shared_object(HERE / "foo/priv/libpriv.so.1", "libpriv.so.1"),
        shared_object(HERE / "module.so", ""),
        shared_object(HERE / "crt.o", "libx.so.1", kind="REL"),
        shared_object(HERE / "glibc-hwcaps/x86-64-v3/libfoo.so.1"),
        searched={*DEFAULT, f"{LIB}/foo/priv"},
    ) == [f"usr/lib/{TRIPLET}/libfoo.so.1", f"usr/lib/{TRIPLET}/foo/priv/libpriv.so.1"]


def test_same_soname_in_two_word_sizes_and_directories() -> None:
    assert found(
        shared_object("debian/libfoo1/usr/lib/libfoo.so.1"),
        shared_object(HERE / "libfoo32.so.1", elf_class="ELF32"),
        shared_object(HERE / "libfoo.so.1"),
    ) == ["usr/lib/libfoo.so.1", f"usr/lib/{TRIPLET}/libfoo32.so.1",
          f"usr/lib/{TRIPLET}/libfoo.so.1"]


@pytest.mark.parametrize("loaded", ["libfoo.so.1.0", "libfoo.so.1.1"])
@pytest.mark.parametrize("backwards", [False, True])
def test_same_soname_twice_in_a_directory(loaded: str, backwards: bool) -> None:
    objects = [shared_object(write(HERE / name)) for name in ("libfoo.so.1.0", "libfoo.so.1.1")]
    (HERE / "libfoo.so.1").symlink_to(loaded)
    assert found(*(objects[::-1] if backwards else objects)) == [f"usr/lib/{TRIPLET}/{loaded}"]


def test_same_soname_twice_and_no_link() -> None:
    # The first one then; ldconfig would take the higher version, but there is nothing to link to.
    assert found(shared_object(HERE / "a.so"), shared_object(HERE / "b.so")) == [
        f"usr/lib/{TRIPLET}/a.so"
    ]


def test_names_of_a_library() -> None:
    path = write(HERE / "libfoo.so.1.0")
    write(HERE / "libfoo.so.1.0.bak")
    (HERE / "libfoo.so.1").symlink_to("libfoo.so.1.0")
    (HERE / "libfoo.so").symlink_to("libfoo.so.1")
    (HERE / "libdangling.so").symlink_to("libgone.so.1")
    (HERE / "libother.so").symlink_to("libfoo.so.1.0.bak")
    found = libraries.names_of(Library(package="libfoo1", directory=LIB,
                                       object=shared_object(path)))
    assert found == (HERE / "libfoo.so", HERE / "libfoo.so.1", HERE / "libfoo.so.1.0")


def test_key_is_what_makes_it_the_same() -> None:
    assert library(file="libfoo.so.1.2").key == library(package="tmp", file="libfoo.so.1").key
    assert library().key == (LIB, "ELF64", "libfoo.so.1")


def test_read_asks_of_packages_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(paths: tuple[Path, ...], readelf: str) -> tuple[SharedObject, ...]:
        assert readelf == "s390x-linux-gnu-readelf"
        return tuple(shared_object(path) for path in paths)

    monkeypatch.setattr(elf, "read", read)
    write("debian/a/usr/bin/a").write_bytes(elf.MAGIC)
    write("debian/b/usr/bin/script", "#!/bin/sh")
    found = libraries.read(["a", "b", "c"], readelf="s390x-linux-gnu-readelf")
    assert found == {"a": (shared_object("debian/a/usr/bin/a"),), "b": ()}
