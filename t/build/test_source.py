# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that hold the source."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from support import Deb

pytestmark = pytest.mark.build

STANZA = """
Package: foo-src
Section: devel
Architecture: all
Multi-Arch: foreign
Depends: ${misc:Depends}
Description: sum of numbers - source
 This package holds the source of the library.
"""
BY_HAND = """
binary-indep: build
	dh_prep -i
	dh_hwcaps_install -i
	dh_fixperms -i
	dh_gencontrol -i
	dh_md5sums -i
	dh_builddeb -i
"""
TAR = "usr/src/foo/foo-1.0.tar"


@pytest.fixture
def source(tmp_path: Path, package: Callable[..., Path]) -> Callable[[str], Path]:
    """Make the sample below a directory, with all that a source may have and with a -src."""
    return lambda where: make(tmp_path / where)


def make(where: Path) -> Path:
    where.mkdir(parents=True)
    tree = support.make_tree(where, "make")
    support.append(tree / "debian/control", STANZA)
    (tree / "debian/data").mkdir()
    (tree / "debian/data/table").write_text("1\n")
    (tree / "debian/data/table").chmod(0o660)
    (tree / "tool").write_text("#!/bin/sh\n")
    (tree / "tool").chmod(0o2755)
    (tree / "linked").hardlink_to(tree / "tool")
    (tree / "config.guess").symlink_to("/usr/share/misc/config.guess")
    (tree / f"{'long' * 30}.txt").write_text("")
    for name in (".git", "vendor/.svn", ".pc"):
        (tree / name).mkdir(parents=True)
        (tree / name / "state").write_text("not source\n")
    (tree / ".gitignore").write_text("*.o\n")
    (tree / "debian/source/format").write_text("3.0 (native)\n")
    return tree


def members(deb: Deb) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(deb.unpacked() / TAR, "r:") as tar:
        return {member.name: member for member in tar}


def test_same_source_whatever_is_built_where_and_by_whom(source: Callable[[str], Path]) -> None:
    first = support.build(source("a")).debs["foo-src"].path
    tree = source("b/deeper")
    subprocess.run(["chmod", "-R", "go-rwx", tree], check=True)
    second = support.build(tree, "-A", umask=0o077).debs["foo-src"].path
    assert first.name == second.name == "foo-src_1.0_all.deb"
    assert first.read_bytes() == second.read_bytes()


def test_arch_any_build_has_no_source_package(source: Callable[[str], Path]) -> None:
    assert "foo-src" not in support.build(source("a"), "-B").debs


def test_source_alone_builds_no_level(source: Callable[[str], Path]) -> None:
    package = support.build(source("a"), "-A")
    assert set(package.debs) == {"foo-src"}
    assert package.log.count("-c -o foo.o foo.c") == 1
    assert not (package.tree / "debian/.debhelper/hwcaps").exists()


def test_tar_holds_the_source_and_nothing_else(source: Callable[[str], Path]) -> None:
    tree = source("a")
    os.utime(tree / "foo.h", (10**9, 10**9))
    files = {str(path.relative_to(tree)) for path in tree.rglob("*")}
    wanted = {name for name in files if not set(Path(name).parts) & {".git", ".svn", ".pc"}}
    found = members(support.build(tree).debs["foo-src"])
    assert set(found) == {"foo-1.0", *(f"foo-1.0/{name}" for name in wanted)}
    assert {"foo-1.0/debian/data/table", "foo-1.0/.gitignore"} < set(found)
    assert {(m.uid, m.gid, m.uname, m.gname) for m in found.values()} == {(0, 0, "", "")}
    # The changelog's date: all else is younger, and make goes by what is older.
    assert found.pop("foo-1.0/foo.h").mtime == 10**9
    assert {m.mtime for m in found.values()} == {1735732800}
    modes = {name: oct(found[f"foo-1.0/{name}"].mode) for name in ("debian", "debian/data/table")}
    assert modes == {"debian": "0o755", "debian/data/table": "0o644"}
    for name in ("tool", "linked"):
        assert (found[f"foo-1.0/{name}"].isreg(), oct(found[f"foo-1.0/{name}"].mode)) == (
            True, "0o755"
        )
    assert found["foo-1.0/config.guess"].linkname == "/usr/share/misc/config.guess"


def test_package_built_from_the_source_is_the_same(
    source: Callable[[str], Path], tmp_path: Path
) -> None:
    first = support.build(source("a"))
    again = tmp_path / "again"
    again.mkdir()
    subprocess.run(["tar", "-xf", first.debs["foo-src"].unpacked() / TAR], cwd=again, check=True)
    second = support.build(again / "foo-1.0")
    assert first.debs.keys() == second.debs.keys()
    assert [name for name, deb in first.debs.items()
            if deb.path.read_bytes() != second.debs[name].path.read_bytes()] == []


def test_makefile_fragment_tells_version_and_path(source: Callable[[str], Path]) -> None:
    tree = source("a")
    (tree / "debian/foo-src.mk").write_text("FOO_OPTIONS = -DFOO\n")
    (tree / "debian/changelog").write_text(
        (tree / "debian/changelog").read_text().replace("(1.0)", "(1:1.0+dfsg-2)")
    )
    deb = support.build(tree, "-A").debs["foo-src"]
    values = "".join(
        f"$(info $(FOO_SRC_{name}))" for name in ("PACKAGE", "SOURCE", "VERSION", "TAR")
    )
    (tree / "show.mk").write_text(
        f"include {deb.unpacked()}/usr/src/foo/foo.mk\n{values}$(info $(FOO_OPTIONS))\nall:;\n"
    )
    said = subprocess.check_output(["make", "-s", "-f", tree / "show.mk"], text=True)
    assert said.split("\n")[:5] == [
        "foo-src", "foo", "1:1.0+dfsg-2", "/usr/src/foo/foo-1.0+dfsg.tar", "-DFOO",
    ]
    assert (deb.unpacked() / "usr/src/foo/foo-1.0+dfsg.tar").is_file()


def test_source_without_a_family(source: Callable[[str], Path]) -> None:
    tree = source("a")
    for name in ("libfoo1-generic", "libfoo1-avx2"):
        support.drop_stanza(tree, name)
    support.edit(tree / "debian/control", "${hwcaps:Pre-Depends}", "${misc:Pre-Depends}")
    support.edit(tree / "debian/control", "Recommends: ${hwcaps:Recommends}\n", "")
    support.edit(tree / "debian/control", "libfoo1-generic (= ${binary:Version}), ", "")
    package = support.build(tree)
    assert "foo-1.0/foo.c" in members(package.debs["foo-src"])
    assert package.debs["libfoo1"].libraries == ["libfoo.so.1", "libfoo.so.1.0"]


@pytest.mark.parametrize(("name", "field", "tar"), [
    ("foo-1.0-src", "", "foo-1.0/foo-1.0.tar"),
    ("foolish-source", "X-Hwcaps-Source: yes\n", "foolish-source/foo-1.0.tar"),
    ("foo-src", "X-Hwcaps-Source: no\n", ""),
    ("foo-data-src", "", ""),
])
def test_which_packages_hold_the_source(
    source: Callable[[str], Path], name: str, field: str, tar: str
) -> None:
    tree = source("a")
    support.edit(tree / "debian/control", "Package: foo-src\n", f"Package: {name}\n{field}")
    deb = support.build(tree, "-A").debs[name]
    assert [path for path in deb.members if path.endswith(".tar")] == (
        [f"usr/src/{tar}"] if tar else []
    )
    assert "Hwcaps-Source" not in str(deb.fields)


def test_indep_targets_that_run_after_the_build_hold_the_pristine_source(
    source: Callable[[str], Path]
) -> None:
    first, second = source("a"), source("b")
    for tree in (first, second):
        # debhelper: with targets of these names dh runs them one after the other.
        support.rules(tree, "build: build-arch build-indep\nbuild-arch build-indep:\n\tdh $@\n")
    support.build(first)
    support.build(second, "-A")
    packages = [next(tree.parent.glob("foo-src*.deb")) for tree in (first, second)]
    assert packages[0].read_bytes() == packages[1].read_bytes()


def test_source_must_be_the_same_on_all_architectures(
    source: Callable[[str], Path], fails: Callable[..., str]
) -> None:
    tree = source("a")
    support.edit(tree / "debian/control", "Architecture: all", "Architecture: any")
    said = fails(tree)
    assert "debian/control: foo-src: Architecture: any, but a source is the same" in said
    assert "Architecture: all" in said.splitlines()[1]


def test_addon_must_be_there_when_the_source_is_packed(
    source: Callable[[str], Path], fails: Callable[..., str]
) -> None:
    tree = source("a")
    support.edit(
        tree / "debian/control", ", dh-sequence-hwcaps", "\nBuild-Depends-Arch: dh-sequence-hwcaps"
    )
    assert "would stay empty\n  Move dh-sequence-hwcaps to Build-Depends." in fails(tree)


def test_field_has_two_values(source: Callable[[str], Path], fails: Callable[..., str]) -> None:
    tree = source("a")
    support.edit(tree / "debian/control", "Package: foo-src\n",
                 "Package: foo-src\nX-Hwcaps-Source: always\n")
    assert "foo-src: X-Hwcaps-Source: always\n  X-Hwcaps-Source is yes or no." in fails(tree)


@pytest.mark.parametrize("layer", ["stamp", "by-hand"])
def test_source_is_pristine_also_when_dh_did_not_build_it(
    source: Callable[[str], Path], layer: str
) -> None:
    packages = []
    for where, kind in (("a", "-b"), ("b", "-A")):
        tree = source(where)
        shutil.copytree(support.PACKAGES / layer, tree, dirs_exist_ok=True)
        if layer == "by-hand":
            support.edit(tree / "debian/rules", "\nbinary-indep:\n", BY_HAND)
        packages.append(support.build(tree, kind).debs["foo-src"])
    assert packages[0].path.read_bytes() == packages[1].path.read_bytes()
    assert "foo-1.0/foo.c" in members(packages[0])
