# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A package whose rules do not run dh is converted by command and then built."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import support
from support import Built

pytestmark = pytest.mark.build

LAYERS = ("make", "stamps")


def converted(where: Path) -> Path:
    """Return the sample's tree after `dh_hwcaps convert`."""
    tree = support.make_tree(where, *LAYERS)
    command = "dh_hwcaps" if support.INSTALLED else support.TOP / "dh_hwcaps"
    subprocess.run([command, "convert"], cwd=tree, check=True)
    return tree


@pytest.fixture(scope="module")
def foo(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The converted sample, built."""
    if support.architecture() != "amd64":
        pytest.skip("the sample packages have levels of amd64")
    return support.build(converted(tmp_path_factory.mktemp("by-hand")))


def test_each_package_holds_its_own_libraries_only(foo: Built) -> None:
    assert foo.debs["libfoo1"].libraries == []
    assert foo.debs["libfoo1-generic"].libraries == ["libfoo.so.1", "libfoo.so.1.0"]
    assert foo.debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]
    assert foo.debs["libfoo1-avx512"].libraries == ["glibc-hwcaps/x86-64-v4/libfoo.so.1"]
    assert foo.debs["foo"].libraries == ["usr/lib/foo/libsecond.so.1"]
    assert foo.debs["libfoo1-udeb"].libraries == ["usr/lib/libfoo.so.1", "usr/lib/libfoo.so.1.0"]


def test_programs_get_the_library_of_their_level(foo: Built) -> None:
    assert foo.run("foo") == "generic 499500"
    for level in support.supported():
        assert foo.run("foo", level) == f"{level} 499500"


def test_what_debhelper_writes_is_right(foo: Built) -> None:
    generic = foo.debs["libfoo1-generic"]
    assert generic.metadata("shlibs").splitlines() == [
        "libfoo 1 libfoo1 (>= 1.1)", "udeb: libfoo 1 libfoo1-udeb (>= 1.1)",
    ]
    assert "activate-noawait ldconfig" in generic.metadata("triggers")
    assert "activate-noawait ldconfig" in foo.debs["libfoo1-avx2"].metadata("triggers")
    assert foo.debs["libfoo1"].metadata("triggers") == ""
    assert [name.split()[0] for name in foo.debs["foo"].relation("Depends")] == ["libc6", "libfoo1"]
    recommended = foo.debs["libfoo1"].relation("Recommends")
    assert [name.split()[0] for name in recommended] == ["libfoo1-avx2", "libfoo1-avx512"]


def test_levels_are_built_once_and_before_the_packages(foo: Built) -> None:
    assert foo.log.count("hwcaps: x86-64-v3   built in") == 1
    assert foo.log.index("hwcaps: x86-64-v3   built in") < foo.log.index(" debian/rules binary\n")


def test_packages_for_all_architectures_need_no_level(tmp_path: Path) -> None:
    built = support.build(converted(tmp_path), "-A")
    assert set(built.debs) == {"foo-doc"}
    assert "built in" not in built.log
