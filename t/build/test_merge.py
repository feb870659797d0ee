# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Three library packages become one family: `dh_hwcaps convert --merge`, and what is built then."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from debian.debian_support import Version
from support import Built, Deb

pytestmark = pytest.mark.build

OLD = ("libfoo-framework1", "libfoo-cc1")
LIBRARIES = ("libfoo.so.1", "libfoo_cc.so.1", "libfoo_framework.so.1")
SINCE = "1.0-2~"
COMMAND = "dh_hwcaps" if support.INSTALLED else support.TOP / "dh_hwcaps"


def convert(tree: Path, *arguments: str) -> str:
    """What the conversion of a tree says."""
    return subprocess.run([COMMAND, "convert", *arguments], cwd=tree, check=True, text=True,
                          capture_output=True).stdout


def packaging(tree: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (tree / "debian").iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def unmerged(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The package with its three library packages."""
    if support.architecture() != "amd64":
        pytest.skip("the sample packages have levels of amd64")
    return support.build(support.make_tree(tmp_path_factory.mktemp("unmerged"), "make", "merged"))


@pytest.fixture(scope="module")
def merged(unmerged: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The package with one family."""
    tree = support.make_tree(tmp_path_factory.mktemp("merged"), "make", "merged")
    convert(tree, "--merge=libfoo1")
    return support.build(tree)


def client(built: Built, *needs: str) -> list[str]:
    """The Depends of a program that is linked with these libraries, as its package gets them."""
    where = built.tree.parent / "client"
    where.mkdir(exist_ok=True)
    calls = "".join(f"extern int {name}(); int (*{name}_)() = {name};\n" for name in needs)
    (where / "main.c").write_text(f"{calls}int main(void) {{ return 0; }}\n")
    (where / "debian").mkdir(exist_ok=True)
    (where / "debian/control").write_text("Source: client\n\nPackage: client\nArchitecture: any\n")
    libraries = built.root() / "usr/lib" / support.triplet()
    subprocess.run(["gcc", "-o", "client", "main.c", f"-L{libraries}",
                    f"-Wl,--as-needed,-rpath-link={libraries}", "-lfoo_cc", "-lfoo",
                    "-lfoo_framework"], cwd=where, check=True)
    staging = built.tree / "debian/libfoo1-generic"
    said = subprocess.run(["dpkg-shlibdeps", "-O", f"-S{staging}", "-eclient"], cwd=where,
                          check=True, capture_output=True, text=True).stdout
    depends = said.partition("shlibs:Depends=")[2].split(",")
    return [relation.strip() for relation in depends if "libfoo" in relation]


def test_family_holds_the_libraries_of_all(merged: Built) -> None:
    held = merged.debs["libfoo1-generic"].libraries
    assert set(LIBRARIES) <= set(held)
    for name in ("libfoo1", *OLD):
        assert merged.debs[name].libraries == []
    for program, level in (("generic", ""), ("x86-64-v3", "x86-64-v3")):
        if not level or level in support.supported():
            assert merged.run("foo", level).startswith(program)


def test_other_files_go_to_the_family(merged: Built) -> None:
    # By debian/rules the one, by debian/libfoo-cc1.links the other.
    assert "usr/share/foo/README.clients" in merged.debs["libfoo1"].members
    assert "usr/share/doc/libfoo-clients" in merged.debs["libfoo1"].members


@pytest.mark.parametrize("name", OLD)
def test_old_name_is_an_empty_package_that_needs_the_family_first(merged: Built, name: str) -> None:
    deb = merged.debs[name]
    assert deb.fields["Section"] == "oldlibs"
    assert "transitional package" in deb.fields["Description"]
    assert (deb.fields["Architecture"], deb.fields["Multi-Arch"]) == (
        support.architecture(), "same"
    )
    assert deb.relation("Pre-Depends") == merged.debs["libfoo1"].relation("Pre-Depends")
    assert deb.relation("Depends") == ["libfoo1 (= 1.0-2)"]
    assert deb.relation("Breaks") == [f"libfoo1:{support.architecture()} (<< {SINCE})"]
    assert all(path.startswith(f"usr/share/doc/{name}/") for path in deb.members)


def test_files_are_taken_over_from_every_old_name(merged: Built) -> None:
    at = f":{support.architecture()}"
    for field, where in (("Breaks", at), ("Replaces", "")):
        moved = {f"{name}{where} (<< {SINCE})" for name in OLD}
        assert {*moved, f"libfoo1{where} (<< {SINCE})"} <= set(
            merged.debs["libfoo1-generic"].relation(field)
        )
        assert set(merged.debs["libfoo1"].relation(field)) == moved
        assert field == "Replaces" or moved <= set(merged.debs["libfoo1-avx2"].relation(field))


def test_debug_symbols_of_unchanged_libraries_are_taken_over(
    unmerged: Built, merged: Built
) -> None:
    new = merged.debs["libfoo1-dbgsym"]
    for name in OLD:
        old = unmerged.debs[f"{name}-dbgsym"]
        assert [path for path in old.members if path.endswith(".debug") and path in new.members]
        for field in ("Breaks", "Replaces"):
            assert f"{name}-dbgsym (<< {SINCE})" in new.relation(field)


def test_no_dependency_of_members_leads_back(merged: Built) -> None:
    for name in ("libfoo1", "libfoo1-generic", "libfoo1-avx2"):
        needed = merged.debs[name].relation("Depends") + merged.debs[name].relation("Pre-Depends")
        assert {r.split()[0] for r in needed} & {"libfoo1", *OLD} == set()


def test_development_package_needs_the_family_once(merged: Built) -> None:
    assert merged.debs["libfoo-dev"].relation("Depends") == [
        "libfoo1 (= 1.0-2)", "libfoo1-generic (= 1.0-2)"
    ]


def test_symbols_ask_for_the_merge_where_libraries_moved(merged: Built) -> None:
    assert merged.debs["libfoo1-generic"].metadata("symbols") == f"""\
libfoo.so.1 libfoo1 #MINVER#
 foo_mean@Base 0.6
libfoo_cc.so.1 libfoo1 #MINVER#, libfoo1 (>= {SINCE})
 foo_difference@Base 0.7
libfoo_framework.so.1 libfoo1 #MINVER#, libfoo1 (>= {SINCE})
 foo_level@Base 0.5
 foo_sum@Base 0.5
"""


def test_clients_need_a_family_that_has_what_they_need(unmerged: Built, merged: Built) -> None:
    assert merged.debs["foo"].relation("Depends")[1:] == [f"libfoo1 (>= {SINCE})"]
    assert Version(unmerged.debs["libfoo1"].fields["Version"]) < Version(SINCE)
    # dpkg-gencontrol leaves the stricter one.
    moved = client(merged, "foo_sum")
    assert sorted(moved) == ["libfoo1 (>= 0.5)", f"libfoo1 (>= {SINCE})"]
    # What libfoo1 always had, an older one has as well.
    assert client(merged, "foo_mean") == ["libfoo1 (>= 0.6)"]


def test_shlibs_ask_for_the_merge_too(tmp_path: Path, merged: Built) -> None:
    line = f" 1 libfoo1 (>= {SINCE})\n"
    assert merged.debs["libfoo1-generic"].metadata("shlibs") == (
        f"libfoo{line}libfoo_cc{line}libfoo_framework{line}"
    )
    tree = support.make_tree(tmp_path, "make", "merged")
    for path in (tree / "debian").glob("*.symbols"):
        path.unlink()
    support.edit(tree / "debian/rules", "-- -c1", "-V 'libfoo1 (>= 0.9)'")
    convert(tree, "--merge=libfoo1", "--levels=avx2")
    built = support.build(tree)
    assert built.debs["libfoo1-generic"].metadata("symbols") == ""
    assert built.debs["libfoo1-generic"].metadata("shlibs") == (
        f"libfoo{line}libfoo_cc{line}libfoo_framework{line}"
    )
    assert client(built, "foo_sum") == [f"libfoo1 (>= {SINCE})"]


def test_merge_under_a_new_name(tmp_path: Path, merged: Built) -> None:
    tree = support.make_tree(tmp_path, "make", "merged")
    convert(tree, "--merge=libfoo-all1", "--levels=avx2")
    debs = support.build(tree).debs
    for name in (*OLD, "libfoo1"):
        assert debs[name].relation("Pre-Depends")[0].startswith("libfoo-all1-generic (= 1.0-2)")
        assert debs[name].relation("Depends") == ["libfoo-all1 (= 1.0-2)"]
        assert f"{name} (<< {SINCE})" in debs["libfoo-all1-generic"].relation("Replaces")
    # No older version of that name lacks a library.
    assert debs["libfoo-all1-generic"].metadata("symbols").count("#MINVER#\n") == 3
    assert debs["foo"].relation("Depends")[1:] == ["libfoo-all1 (>= 0.7)"]


def test_library_left_in_a_transitional_package_is_an_error(
    tmp_path: Path, merged: Built, fails: Callable[..., str]
) -> None:
    tree = support.make_tree(tmp_path, "make", "merged")
    convert(tree, "--merge=libfoo1", "--levels=avx2")
    support.append(tree / "debian/rules",
                   "\nexecute_after_dh_install:\n\tdh_install -plibfoo-cc1 'usr/lib/*/*_cc.so.1'\n")
    assert fails(tree).startswith(
        "dh_hwcaps_install: error: libfoo-cc1: debian/libfoo-cc1 holds libfoo_cc.so.1, but the"
        " package only stands for libfoo1 now"
    )


def test_lintian_finds_nothing_new(unmerged: Built, merged: Built) -> None:
    assert tags(merged) - tags(unmerged) == set()
    assert "symbols-file-missing-build-depends-package-field" in tags(unmerged)


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    tree = support.make_tree(tmp_path, "make", "merged")
    before = packaging(tree)
    assert "+++ b/debian/libfoo1.symbols" in convert(tree, "--merge=libfoo1", "--dry-run")
    assert packaging(tree) == before
    convert(tree, "--merge=libfoo1")
    once = packaging(tree)
    for arguments in (["--merge=libfoo1"], ["--merge=libfoo1", *OLD], []):
        assert "split already: libfoo1" in convert(tree, *arguments)
        assert packaging(tree) == once


def tags(built: Built) -> set[str]:
    """The tags that lintian gives to any package but those of debug symbols."""
    debs: list[Deb] = [deb for name, deb in built.debs.items() if not name.endswith("-dbgsym")]
    said = subprocess.run(["lintian", "-EI", "--pedantic", *(deb.path for deb in debs)],
                          capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"^[EWIPX]: \S+: (\S+)", said, re.MULTILINE))
