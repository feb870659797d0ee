# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which static libraries a copy is spared, and how it gets those of the generic build."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import twice
from fakes import write

OUTER, COPY = Path("outer"), Path("outer/debian/.debhelper/hw/v3")
BOTH = "pic_object='.libs/foo.o'\nnon_pic_object='foo.o'\n"
SHARED = "pic_object='.libs/foo.o'\nnon_pic_object=none\n"


def libtool(path: Path, text: str) -> None:
    write(path, f"# {path.name} - a file of libtool's\n{text}")


def library(directory: Path, archive: str) -> None:
    for path in (directory / "libfoo.la", directory / ".libs/libfoo.lai"):
        libtool(path, f"dlname='libfoo.so.1'\nold_library='{archive}'\nlibdir='/usr/lib'\n")
    (directory / ".libs/libfoo.la").symlink_to("../libfoo.la")


@pytest.fixture
def trees() -> None:
    """A generic build with a static library, a copy's without."""
    for tree, unit, archive in ((OUTER, BOTH, "libfoo.a"), (COPY, SHARED, "")):
        libtool(tree / "src/foo.lo", unit)
        write(tree / "src/.libs/foo.o", f"{tree} PIC")
        library(tree / "src", archive)
    write(OUTER / "src/foo.o", "object")
    write(OUTER / "src/.libs/libfoo.a", "archive")


@pytest.mark.usefixtures("trees")
def test_copy_gets_what_it_was_spared() -> None:
    twice.take_over(OUTER, COPY)
    assert (COPY / "src/foo.o").read_text() == "object"
    assert (COPY / "src/.libs/libfoo.a").read_text() == "archive"
    assert (COPY / "src/.libs/foo.o").read_text() == f"{COPY} PIC"
    for name in ("libfoo.la", ".libs/libfoo.lai", ".libs/libfoo.la"):
        assert (COPY / "src" / name).read_text() == (OUTER / "src" / name).read_text()
    assert (COPY / "src/.libs/libfoo.la").is_symlink()


@pytest.mark.usefixtures("trees")
def test_what_the_copy_built_is_its_own() -> None:
    write(COPY / "src/foo.o", "own")
    (COPY / "src/libfoo.la").unlink()
    library_of_its_own = "old_library='libfoo-own.a'\n"
    libtool(COPY / "src/libfoo.la", library_of_its_own)
    twice.take_over(OUTER, COPY)
    assert (COPY / "src/foo.o").read_text() == "own"
    assert library_of_its_own in (COPY / "src/libfoo.la").read_text()
    assert not (COPY / "src/.libs/libfoo.a").exists()


@pytest.mark.usefixtures("trees")
@pytest.mark.parametrize("gone", ["src/.libs/libfoo.a", "src/libfoo.la"])
def test_nothing_is_promised_that_the_generic_build_lacks(gone: str) -> None:
    (OUTER / gone).unlink()
    twice.take_over(OUTER, COPY)
    assert "old_library=''" in (COPY / "src/libfoo.la").read_text()


@pytest.mark.usefixtures("trees")
def test_units_that_the_copy_does_not_have() -> None:
    libtool(OUTER / "more/bar.lo", BOTH)
    write(OUTER / "more/foo.o")
    (OUTER / "src/foo.o").unlink()
    (COPY / "src/.libs/libfoo.lai").unlink()
    twice.take_over(OUTER, COPY)
    assert not (COPY / "more").exists()
    assert not (COPY / "src/foo.o").exists()
    assert not (COPY / "src/.libs/libfoo.lai").exists()


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("src/foo.lo", BOTH, True),
    ("foo.lo", BOTH, True),
    ("src/foo.lo", SHARED, False),
    ("src/foo.lo", "pic_object=none\nnon_pic_object='foo.o'\n", False),
    ("src/foo.lo", "", False),
    ("src/foo.c", BOTH, False),
    ("debian/.debhelper/hw/v3/src/foo.lo", BOTH, False),
])
def test_units_compiled_twice(name: str, text: str, expected: bool) -> None:
    libtool(OUTER / name, text)
    assert twice.avoidable(OUTER) is expected


def test_files_of_others_with_that_name() -> None:
    write(OUTER / "foo.lo", BOTH)
    assert not twice.avoidable(OUTER)


@pytest.mark.parametrize(("makefile", "expected"), [
    ("foo_LDADD = libfoo.la\n", set()),
    ("libfoo_la_LDFLAGS = -version-info 1:0:0 -static-libgcc\n", set()),
    ("am_libfoo_la_OBJECTS = foo.lo\nlibfoo_la_LIBADD = \\\n libbar.la\nx = foo.lo\n", set()),
    ("#gen_LDFLAGS = -static\n  # -static\n", set()),
    ("libbar_la_LDFLAGS = -static\n", {"libbar_la"}),
    ("gen_LDADD=foo.lo\nfoo_LDFLAGS += -all-static -g\n", {"gen", "foo"}),
    ("gen_LDADD = \\\n  bar.o \\\n  foo.lo\nbar_LDADD = libfoo.la\n", {"gen"}),
    ("AM_LDFLAGS = -static\n", {"AM"}),
    ("gen: gen.c\n\tlibtool --mode=link gcc -static -o gen gen.c\n", {"AM"}),
])
def test_what_is_linked_of_objects_for_static_libraries(makefile: str, expected: set[str]) -> None:
    assert twice.targets(makefile) == expected


@pytest.mark.parametrize(("makefile", "made", "expected"), [
    ("gen_sin_LDFLAGS = -static\n", "gen-sin", False),
    ("gen_sin_LDFLAGS = -static\n", "gen-cos", True),
    ("tools_gen_LDFLAGS = -static\n", "tools/gen", False),
    ("AM_LDFLAGS = -static\n", "gen.o", False),
    ("AM_LDFLAGS = -static\n", "sub/gen.o", False),
    ("AM_LDFLAGS = -static\n", "gen", True),
    ("gen_LDADD = libfoo.la\n", "gen", True),
])
def test_only_what_was_built_needs_them(makefile: str, made: str, expected: bool) -> None:
    libtool(OUTER / "src/foo.lo", BOTH)
    write(OUTER / "tools/Makefile", makefile)
    write(OUTER / "tools" / made)
    assert twice.avoidable(OUTER) is expected
