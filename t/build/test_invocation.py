# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways in which a package may be built, and what each of them must give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import support

pytestmark = pytest.mark.build

DOCUMENTATION = """
Package: foo-doc
Section: doc
Architecture: all
Depends: ${misc:Depends}
Description: sum of numbers - documentation
 This package tells how to add numbers.
"""
COMPILED = "-c -o foo.o foo.c"
CROSS = ("ar", "gcc", "nm", "objcopy", "objdump", "readelf", "strip")


def test_same_packages_whatever_the_path_and_the_number_of_jobs(tmp_path: Path) -> None:
    builds = []
    for where, jobs in (("a", 1), ("b/deeper/down", 2)):
        (tmp_path / where).mkdir(parents=True)
        tree = support.make_tree(tmp_path / where, "cmake")
        package = support.build(tree, env={"DEB_BUILD_OPTIONS": f"parallel={jobs}"})
        builds.append({name: deb.path.read_bytes() for name, deb in package.debs.items()})
    first, second = builds
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_building_arch_all_packages_builds_no_level(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.append(tree / "debian/control", DOCUMENTATION)
    package = support.build(tree, "-A")
    assert set(package.debs) == {"foo-doc"}
    assert package.log.count(COMPILED) == 1


def test_building_arch_any_packages_leaves_out_arch_all(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.append(tree / "debian/control", DOCUMENTATION)
    package = support.build(tree, "-B")
    assert "foo-doc" not in package.debs
    assert package.debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]


def test_addon_may_come_from_build_depends_arch(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.edit(
        tree / "debian/control", ", dh-sequence-hwcaps", "\nBuild-Depends-Arch: dh-sequence-hwcaps"
    )
    support.append(tree / "debian/control", DOCUMENTATION)
    package = support.build(tree)
    assert "foo-doc" in package.debs
    assert package.debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]


def test_addon_may_come_from_the_command_line(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.edit(tree / "debian/control", ", dh-sequence-hwcaps", "")
    support.edit(tree / "debian/rules", "dh $@", "dh $@ --with hwcaps")
    debs = support.build(tree).debs
    assert debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]


def test_profile_without_levels_leaves_generic_alone(package: Callable[..., Path]) -> None:
    package = support.build(package("make"), "-Ppkg.foo.nohwcaps")
    assert not [name for name in package.debs if "avx2" in name]
    assert package.debs["libfoo1"].relation("Pre-Depends") == ["libfoo1-generic (= 1.0)"]
    assert package.debs["libfoo1-generic"].libraries == ["libfoo.so.1", "libfoo.so.1.0"]
    assert package.log.count(COMPILED) == 1
    assert package.run("foo") == "generic 499500"


def test_architecture_without_levels_has_a_family_of_one(package: Callable[..., Path]) -> None:
    # Names are all that is foreign about this compiler; what it makes is never run.
    tree = package("make")
    cross = tree.parent / "cross"
    cross.mkdir()
    for tool in CROSS:
        (cross / f"aarch64-linux-gnu-{tool}").symlink_to(f"/usr/bin/{tool}")
    (tree / "extra.mk").write_text("LIBDIR = /usr/lib/aarch64-linux-gnu\n")
    support.rules(tree, "override_dh_shlibdeps:\n")
    package = support.build(tree, "-aarm64", env={
        "PATH": f"{cross}:{support.commands(tree.parent)}:{support.SYSTEM_PATH}",
        "DEB_BUILD_MAINT_OPTIONS": "hardening=-branch",
    })
    assert package.debs["libfoo1"].fields["Architecture"] == "arm64"
    assert package.debs["libfoo1"].relation("Pre-Depends") == ["libfoo1-generic (= 1.0)"]
    assert package.debs["libfoo1"].relation("Recommends") == []
    assert not [name for name in package.debs if "avx2" in name]
    held = [name for name in package.debs["libfoo1-generic"].members if ".so" in name]
    assert sorted(held) == [f"usr/lib/aarch64-linux-gnu/libfoo.so.1{end}" for end in ("", ".0")]
    assert package.log.count(COMPILED) == 1


def test_levels_built_by_hand_are_not_built_again(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.rules(tree, "override_dh_auto_build:\n\tdh_auto_build\n\tdh_hwcaps_build\n")
    package = support.build(tree)
    assert package.debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]
    assert package.log.count(COMPILED) == 2  # generic and one level


def test_rebuild_after_a_build_gives_the_same_packages(package: Callable[..., Path]) -> None:
    tree = package("make")
    first = {name: deb.path.read_bytes() for name, deb in support.build(tree).debs.items()}
    second = {name: deb.path.read_bytes() for name, deb in support.build(tree).debs.items()}
    assert [name for name in first if first[name] != second[name]] == []


def test_clean_leaves_nothing_behind(package: Callable[..., Path]) -> None:
    tree = package("make")
    before = sorted(path.relative_to(tree) for path in tree.rglob("*"))
    support.build(tree)
    support.build(tree, "-Tclean")
    assert sorted(path.relative_to(tree) for path in tree.rglob("*")) == before


needs_v3 = pytest.mark.skipif(
    "x86-64-v3" not in support.supported(), reason="this machine does not run x86-64-v3"
)


def with_failing_test(tree: Path) -> Path:
    """Make the test suite accept the generic library only."""
    support.edit(
        tree / "Makefile", "\tLD_LIBRARY_PATH=. ./foo",
        "\tLD_LIBRARY_PATH=. ./foo | grep generic",
    )
    return tree


@needs_v3
def test_failing_tests_of_a_level_fail_the_build(
    package: Callable[..., Path], fails: Callable[..., str]
) -> None:
    said = fails(with_failing_test(package("make")))
    assert "x86-64-v3" in said
    assert "check" in said


@needs_v3
def test_failing_tests_of_a_level_may_be_warnings(package: Callable[..., Path]) -> None:
    tree = with_failing_test(package("make"))
    support.rules(tree, "override_dh_hwcaps_build:\n\tdh_hwcaps_build --tests=warn\n")
    package = support.build(tree)
    assert "tests FAILED" in package.log
    assert package.debs["libfoo1-avx2"].libraries


@needs_v3
def test_tests_of_a_level_may_be_off(package: Callable[..., Path]) -> None:
    tree = with_failing_test(package("make"))
    support.rules(tree, "override_dh_hwcaps_build:\n\tdh_hwcaps_build --tests=off\n")
    assert "tests not run" in support.build(tree).log


def test_nocheck_runs_no_tests_of_levels(package: Callable[..., Path]) -> None:
    tree = with_failing_test(package("make"))
    package = support.build(tree, env={"DEB_BUILD_OPTIONS": "nocheck parallel=2"})
    assert "tests not run (nocheck)" in package.log
    assert package.debs["libfoo1-avx2"].libraries


@needs_v3
def test_report_tells_when_tests_do_not_load_the_library(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.drop_stanza(tree, "foo")
    (tree / "debian/foo.install").unlink()
    (tree / "extra.mk").write_text(
        "# The program and its test have the code built in.\n"
        "LIBS = foo.o\n"
    )
    support.rules(tree, "override_dh_missing:\n")
    assert "tests do not seem to load the library" in support.build(tree).log


def test_log_may_be_written_into_the_tree(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.append(tree / "debian/rules", (
        "\nexecute_before_dh_hwcaps_prepare:\n"
        "\t(i=0; while [ $$i -lt 40 ]; do dd if=/dev/zero bs=1M count=2 status=none;"
        " i=$$((i+1)); sleep 0.1; done >> build.log) &\n\tsleep 0.3\n"
    ))
    assert "1 variant file" in support.build(tree).log
