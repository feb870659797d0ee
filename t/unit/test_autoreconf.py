# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What dh_autoreconf made of the outer tree, and which copies may have it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from dhhwcaps import autoreconf
from dhhwcaps.copy import Here
from fakes import level, write

OUTER = Path("outer")
COPY = OUTER / "debian/.debhelper/hw/v3"
STUB = OUTER / "debian/.debhelper/hwcaps/x86-64-v3.bin/dh_autoreconf"
RULES = "%:\n\tdh $@\n"
NANOSECONDS = 10**9


def noted(sums: dict[str, str]) -> str:
    return "".join(f"{value}  {name}\n" for name, value in sums.items())


def source(tree: Path) -> None:
    """Make what both trees have before dh_autoreconf."""
    write(tree / "debian/rules", RULES)
    write(tree / "configure.ac", "AC_INIT\n")
    write(tree / "install-sh", "old\n")
    (tree / "compile").symlink_to("/old/compile")


@pytest.fixture
def trees(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """The outer tree after dh_autoreconf, and a copy before it; returned is what does the step."""
    source(OUTER)
    write(OUTER / "debian/autoreconf.before", noted(autoreconf.sums(OUTER)))
    write(OUTER / "install-sh", "new\n")
    write(OUTER / "m4/libtool.m4", "dnl\n")
    write(OUTER / "configure", "#!/bin/sh\n").chmod(0o755)
    (OUTER / "compile").unlink()
    (OUTER / "compile").symlink_to("/new/compile")
    for number, name in enumerate(("m4/libtool.m4", "install-sh", "configure")):
        os.utime(OUTER / name, ns=(0, number * NANOSECONDS))
    write(OUTER / "debian/autoreconf.after", noted(autoreconf.sums(OUTER)))
    source(COPY)
    outer = OUTER.absolute()

    def step() -> bool:
        monkeypatch.chdir(COPY)
        state = outer / "debian/.debhelper/hwcaps"
        autoreconf.before(Here(level=level("x86-64-v3"), state=state, tests="fail"))
        monkeypatch.chdir(outer.parent)
        assert STUB.exists() is (COPY / "debian/autoreconf.after").exists()
        assert STUB.exists() is (COPY / "configure").exists()
        return STUB.exists()

    return step


def test_the_same_work_is_not_done_again(trees: Callable[[], bool]) -> None:
    assert trees()
    assert (COPY / "install-sh").read_text() == "new\n"
    assert (COPY / "m4/libtool.m4").read_text() == "dnl\n"
    assert (COPY / "compile").readlink() == Path("/new/compile")
    assert os.access(COPY / "configure", os.X_OK)
    for name in (autoreconf.BEFORE, autoreconf.AFTER):
        assert (COPY / name).read_text() == (OUTER / name).read_text()
    assert autoreconf.sums(COPY) == autoreconf.sums(OUTER)


def test_make_sees_that_nothing_is_older_than_what_it_is_made_of(
    trees: Callable[[], bool]
) -> None:
    assert trees()
    times = [(COPY / name).lstat().st_mtime_ns
             for name in ("configure.ac", "m4/libtool.m4", "install-sh", "configure")]
    assert times == sorted(set(times))


@pytest.mark.parametrize(("name", "text"), [
    ("debian/rules", "override_dh_autoreconf:\n\t./autogen.sh\n"),
    ("debian/rules", "ifdef DH_HWCAPS_LEVEL\nendif\n"),
    ("debian/rules", "include debian/levels.mk\n"),
    ("configure.ac", "AC_INIT([v3])\n"),
    ("more.m4", ""),
])
def test_another_tree_is_another_work(trees: Callable[[], bool], name: str, text: str) -> None:
    write(COPY / name, text)
    assert not trees()


@pytest.mark.parametrize("name", ["configure.ac", "compile"])
def test_a_tree_that_lacks_something_is_another(trees: Callable[[], bool], name: str) -> None:
    (COPY / name).unlink()
    assert not trees()


@pytest.mark.parametrize(("name", "text"), [
    ("configure", "#!/bin/sh\n# changed meanwhile\n"),
    ("debian/autoreconf.after", ""),
    ("debian/autoreconf.before", ""),
])
def test_the_outer_tree_must_have_kept_it(
    trees: Callable[[], bool], name: str, text: str
) -> None:
    write(OUTER / name, text)
    assert not trees()


@pytest.mark.parametrize("name", ["configure", "debian/autoreconf.after"])
def test_the_outer_tree_must_have_it_still(trees: Callable[[], bool], name: str) -> None:
    (OUTER / name).unlink()
    assert not trees()


def test_what_holds_the_outer_path_is_not_for_a_copy(trees: Callable[[], bool]) -> None:
    write(OUTER / "configure", f"#!/bin/sh\ncd {OUTER.absolute()}\n")
    write(OUTER / "debian/autoreconf.after", noted(autoreconf.sums(OUTER)))
    assert not trees()


def test_links_in_debian_do_not_matter(trees: Callable[[], bool]) -> None:
    for name in ("before", "after"):
        path = OUTER / f"debian/autoreconf.{name}"
        write(path, f"symlink  ./debian/x\nsymlink  ./Debian/y\n{path.read_text()}")
    assert trees()


@pytest.mark.parametrize(("before", "after", "present", "expected"), [
    ({"./a": "1"}, {"./a": "1", "./b": "2"}, {"./a": "1"}, ("./b",)),
    ({"./a": "1"}, {"./a": "2"}, {"./a": "1"}, ("./a",)),
    ({"./a": "1"}, {"./a": "2"}, {"./a": "2"}, ()),
    ({"./a": "1", "./b": "1"}, {"./a": "2"}, {"./a": "1", "./b": "1"}, ()),
    ({"./a": "symlink"}, {"./a": "symlink"}, {"./a": "symlink"}, ("./a",)),
    ({"./a": "1"}, {"./a": "1"}, {"./a": "1"}, ()),
    ({}, {}, {}, ()),
])
def test_what_was_made(
    before: dict[str, str], after: dict[str, str], present: dict[str, str],
    expected: tuple[str, ...],
) -> None:
    assert autoreconf.made(before, after, present) == expected


def test_what_is_summed_up() -> None:
    for name in ("a b", "debian/x", "Debian/x", "sub/debian/x", ".git/x", "sub/.svn/x", "sub/CVS"):
        write(Path("tree") / name)
    (Path("tree") / "sub/link").symlink_to("../sub")
    os.mkfifo("tree/fifo")
    empty = "d41d8cd98f00b204e9800998ecf8427e"
    assert autoreconf.sums(Path("tree")) == {
        "./a b": empty, "./sub/debian/x": empty, "./sub/CVS": empty, "./sub/link": "symlink",
    }
