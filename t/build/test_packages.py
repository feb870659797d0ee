# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the packages of a split library say about themselves and each other."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from support import Built, Deb

pytestmark = pytest.mark.build

MEMBERS = ("libfoo1-generic", "libfoo1-avx2", "libfoo1-avx512")
LDCONFIG = "activate-noawait ldconfig"

SUFFIXES = ("sse4.2", "x86-64-v2", "amd64v2", "avx2", "x86-64-v3", "amd64v3", "avx512", "x86-64-v4",
            "amd64v4")


@pytest.fixture
def debs(built: Callable[..., Built]) -> dict[str, Deb]:
    """The packages of the cmake sample, which has two levels and a plugin."""
    return built("cmake").debs


def test_family_needs_its_libraries_at_some_level(debs: dict[str, Deb]) -> None:
    assert debs["libfoo1"].relation("Pre-Depends") == [
        "libfoo1-generic (= 1.0) | libfoo1-avx2 (= 1.0) | libfoo1-avx512 (= 1.0)"
    ]
    recommended = [name.split()[0] for name in debs["libfoo1"].relation("Recommends")]
    assert recommended == ["libfoo1-avx2", "libfoo1-avx512"]


def test_generic_breaks_stale_variants_of_every_level(debs: dict[str, Deb]) -> None:
    # Also of a level that this version has dropped or never had.
    assert debs["libfoo1-generic"].relation("Breaks") == sorted([
        *(f"libfoo1-{suffix}:amd64 (<< 1.0)" for suffix in SUFFIXES), "libfoo1:amd64 (<< 1.0~)",
    ])


def test_variants_need_generic_or_a_cpu_that_has_the_level(debs: dict[str, Deb]) -> None:
    assert "libfoo1-generic (= 1.0) | x86-64-v3-support" in debs["libfoo1-avx2"].relation("Depends")
    assert "libfoo1-generic (= 1.0)" in debs["libfoo1-avx512"].relation("Depends")


def test_variants_break_stale_siblings_and_versions_before_the_split(
    debs: dict[str, Deb]
) -> None:
    for own in ("avx2", "avx512"):
        others = (suffix for suffix in ("generic", *SUFFIXES) if suffix != own)
        assert debs[f"libfoo1-{own}"].relation("Breaks") == sorted([
            *(f"libfoo1-{suffix}:amd64 (<< 1.0)" for suffix in others), "libfoo1:amd64 (<< 1.0~)",
        ])


def test_variants_provide_a_name_that_flavours_can_conflict_with(debs: dict[str, Deb]) -> None:
    for name in ("libfoo1-avx2", "libfoo1-avx512"):
        assert debs[name].relation("Provides") == ["libfoo1-hwcaps (= 1.0)"]


def test_members_do_not_depend_on_their_own_family(built: Callable[..., Built]) -> None:
    # libfooaux.so.1 needs libfoo.so.1 of the same package.
    debs = built("make", "linked").debs
    for name in ("libfoo1-generic", "libfoo1-avx2"):
        needed = [relation.split()[0] for relation in debs[name].relation("Depends")]
        assert "libfoo1" not in needed, name


def test_generic_speaks_for_the_family_in_shlibs_and_symbols(debs: dict[str, Deb]) -> None:
    generic = debs["libfoo1-generic"]
    assert generic.metadata("shlibs") == "libfoo 1 libfoo1 (>= 1.0)\n"
    assert generic.metadata("symbols").startswith("libfoo.so.1 libfoo1 #MINVER#\n")
    for name in ("libfoo1", "libfoo1-avx2", "libfoo1-avx512"):
        assert not debs[name].metadata("shlibs"), name
        assert not debs[name].metadata("symbols"), name


def test_ldconfig_runs_for_packages_with_libraries(debs: dict[str, Deb]) -> None:
    for name in MEMBERS:
        assert LDCONFIG in debs[name].metadata("triggers"), name
    assert LDCONFIG not in debs["libfoo1"].metadata("triggers")


def test_every_package_has_checksums_of_what_it_holds(debs: dict[str, Deb]) -> None:
    for name, deb in debs.items():
        listed = {line.split("  ")[1] for line in deb.metadata("md5sums").splitlines()}
        files = {path for path, member in deb.members.items() if member.isfile()}
        assert listed == files, name


def test_every_package_has_its_copyright_and_changelog(debs: dict[str, Deb]) -> None:
    for name in ("libfoo1", *MEMBERS):
        documents = [file for file in debs[name].members if file.startswith("usr/share/doc/")]
        assert f"usr/share/doc/{name}/copyright" in documents, name
        assert any("changelog" in file for file in documents), name


def test_libraries_are_stripped_plain_files(debs: dict[str, Deb]) -> None:
    triplet = support.triplet()
    for suffix, level in (("avx2", "x86-64-v3"), ("avx512", "x86-64-v4")):
        deb = debs[f"libfoo1-{suffix}"]
        name = f"glibc-hwcaps/{level}/libfoo.so.1"
        member = deb.members[f"usr/lib/{triplet}/{name}"]
        assert (member.isfile(), oct(member.mode), member.uname) == (True, "0o644", "root")
        sections = subprocess.check_output(["readelf", "-SW", deb.library(name)], text=True)
        assert ".debug_info" not in sections
        assert ".gnu_debuglink" in sections


def test_debug_symbols_fit_the_library_of_each_package(debs: dict[str, Deb]) -> None:
    libraries = {
        "libfoo1": ("libfoo1-generic", "libfoo.so.1.0"),
        "libfoo1-avx2": ("libfoo1-avx2", "glibc-hwcaps/x86-64-v3/libfoo.so.1"),
        "libfoo1-avx512": ("libfoo1-avx512", "glibc-hwcaps/x86-64-v4/libfoo.so.1"),
    }
    for name, (holder, library) in libraries.items():
        notes = subprocess.check_output(
            ["readelf", "-n", debs[holder].library(library)], text=True
        )
        build_id = re.findall(r"Build ID: (\w+)", notes)[0]
        debug = f"usr/lib/debug/.build-id/{build_id[:2]}/{build_id[2:]}.debug"
        assert debug in debs[f"{name}-dbgsym"].members
        assert build_id in debs[f"{name}-dbgsym"].fields["Build-Ids"].split()


def test_consumer_depends_on_the_family_only(built: Callable[..., Built], tmp_path: Path) -> None:
    package = built("cmake")
    root, triplet = package.root(), support.triplet()
    (tmp_path / "debian").mkdir()
    (tmp_path / "debian/control").write_text(
        "Source: consumer\n\nPackage: consumer\nArchitecture: any\n"
    )
    main = support.PACKAGES / "common/main.c"
    subprocess.run(
        ["gcc", f"-I{root}/usr/include", f"-L{root}/usr/lib/{triplet}", main, "-lfoo", "-o",
         "consumer"], cwd=tmp_path, check=True,
    )
    libraries = [f"-S{deb.unpacked()}" for n, deb in package.debs.items() if n in MEMBERS]
    said = subprocess.check_output(
        ["dpkg-shlibdeps", "-O", *libraries, "consumer"], cwd=tmp_path, text=True
    )
    depends = said.strip().removeprefix("shlibs:Depends=").split(", ")
    ours = [relation for relation in depends if "foo" in relation]
    assert ours == ["libfoo1 (>= 1.0)"]


def test_libraries_of_one_source_that_need_each_other(built: Callable[..., Built]) -> None:
    package = built("make", "linked")
    for name in ("libbar1-generic", "libbar1-avx2", "foo"):
        assert "libfoo1 (>= 1.0)" in package.debs[name].relation("Depends"), name
    assert package.debs["libfoo1-avx2"].libraries == [
        f"glibc-hwcaps/x86-64-v3/{name}" for name in ("libfoo.so.1", "libfooaux.so.1")
    ]
    assert package.run("foo") == "generic 499.5 0"
    if "x86-64-v3" in support.supported():
        assert package.run("foo", "x86-64-v3") == "x86-64-v3 499.5 0"
        assert package.loaded("foo", "x86-64-v3") == {
            name: f"glibc-hwcaps/x86-64-v3/{name}"
            for name in ("libbar.so.1", "libfoo.so.1", "libfooaux.so.1")
        }


def test_udeb_keeps_its_library_and_its_shlibs_line(built: Callable[..., Built]) -> None:
    debs = built("make", "udeb").debs
    assert debs["libfoo1-generic"].metadata("shlibs").splitlines() == [
        "libfoo 1 libfoo1 (>= 0.9)", "udeb: libfoo 1 libfoo1-udeb (>= 0.9)",
    ]
    assert debs["libfoo1-generic"].metadata("symbols").startswith("libfoo.so.1 libfoo1 ")
    assert debs["libfoo1-udeb"].libraries == ["libfoo.so.1", "libfoo.so.1.0"]
    assert not support.uses_avx(debs["libfoo1-udeb"].library("libfoo.so.1.0"), "foo_sum")


def test_t64_name_is_provided_by_the_family(built: Callable[..., Built]) -> None:
    debs = built("make", "t64").debs
    known = "t64:Provides" in Path("/usr/bin/dh_makeshlibs").read_text()
    assert debs["libfoo1t64"].relation("Provides") == (["libfoo1 (= 1.0)"] if known else [])
    assert not debs["libfoo1t64-generic"].relation("Provides")
    assert debs["libfoo1t64-avx2"].relation("Provides") == ["libfoo1t64-hwcaps (= 1.0)"]
    assert debs["libfoo1t64-generic"].metadata("shlibs") == "libfoo 1 libfoo1t64 (>= 1.0)\n"
    assert "libfoo1t64-generic (= 1.0) | libfoo1t64-avx2 (= 1.0)" in (
        debs["libfoo1t64"].relation("Pre-Depends")
    )


def test_files_of_other_owners_are_built_by_a_plain_user(package: Callable[..., Path]) -> None:
    # pytest's own directory is closed to other users.
    with tempfile.TemporaryDirectory() as where:
        tree = support.make_tree(Path(where), "make", "games")
        nobody = 65534 if os.geteuid() == 0 else None
        if nobody:
            support.hand_over(Path(where), nobody)
        package = support.build(tree, user=nobody)
        assert re.search(r"fakeroot debian/rules binary", package.log)
        program = package.debs["foo"].members["usr/bin/foo"]
        assert (program.uname, program.gname, oct(program.mode)) == ("root", "games", "0o2755")
        scores = package.debs["foo"].members["var/games/foo.scores"]
        assert (scores.gname, oct(scores.mode)) == ("games", "0o664")
        variant = package.debs["libfoo1-avx2"]
        assert variant.libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]
        assert {member.uname for member in variant.members.values()} == {"root"}
