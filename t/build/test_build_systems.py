# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""However a package is built, its library exists at every level and programs get the right one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from support import Built

pytestmark = pytest.mark.build

PACKAGES = [
    ("autotools",), ("cmake",), ("meson",), ("make",), ("make", "in-tree"), ("make", "by-hand"),
    ("make", "stamp"), ("make", "absolute"),
]
LANGUAGES = {"fortran": ("make", "fortran"), "d": ("make", "d"), "rust": ("rust",)}


def levels(built: Built) -> dict[str, str]:
    """Suffix → level of the variants that were built and that this machine can run."""
    suffixes = {"x86-64-v3": "-avx2", "x86-64-v4": "-avx512"}
    return {
        suffixes[level]: level for level in support.supported()
        if any(name.endswith(suffixes[level]) for name in built.debs)
    }


@pytest.mark.parametrize("layers", PACKAGES, ids="-".join)
def test_program_runs_with_the_library_of_the_level(
    built: Callable[..., Built], layers: tuple[str, ...]
) -> None:
    package = built(*layers)
    assert package.run("foo") == "generic 499500"
    assert package.loaded("foo") == {"libfoo.so.1": "libfoo.so.1"}
    for level in levels(package).values():
        assert package.run("foo", level) == f"{level} 499500"
        assert package.loaded("foo", level) == {
            "libfoo.so.1": f"glibc-hwcaps/{level}/libfoo.so.1"
        }


@pytest.mark.parametrize("layers", PACKAGES, ids="-".join)
def test_each_package_holds_its_own_libraries_only(
    built: Callable[..., Built], layers: tuple[str, ...]
) -> None:
    debs = built(*layers).debs
    plugins = ["foo/foo-plugin.so"] if layers == ("cmake",) else []
    version = "1.0.0" if layers == ("autotools",) else "1.0"
    assert debs["libfoo1"].libraries == plugins
    assert debs["libfoo1-generic"].libraries == ["libfoo.so.1", f"libfoo.so.{version}"]
    assert debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]
    assert debs["libfoo-dev"].libraries == ["libfoo.so"]
    assert debs["foo"].libraries == []


def test_arguments_of_an_override_reach_every_level(built: Callable[..., Built]) -> None:
    debs = built("autotools").debs
    variant = debs["libfoo1-avx2"].library("glibc-hwcaps/x86-64-v3/libfoo.so.1")
    symbols = {"foo_extra", "foo_level", "foo_sum"}
    assert support.exported(debs["libfoo1-generic"].library("libfoo.so.1")) == symbols
    assert support.exported(variant) == symbols


AUTORECONF = "libtoolize: putting auxiliary files"


def test_autoreconf_runs_once_for_all(built: Callable[..., Built]) -> None:
    package = built("autotools")
    assert package.log.count(AUTORECONF) == 1
    assert package.log.count("checking whether the C compiler works...") == 2


def test_autoreconf_runs_again_where_the_tree_is_another(package: Callable[..., Path]) -> None:
    tree = package("autotools")
    with (tree / "debian/rules").open("a") as rules:
        rules.write("\nexecute_before_dh_autoreconf:\n\techo dnl $(CURDIR) >> configure.ac\n")
    log = support.build(tree).log
    assert log.count(AUTORECONF) == log.count("checking whether the C compiler works...") == 2


COMPILED = "libtool: compile:  gcc"


def test_units_are_not_compiled_for_static_libraries_again(built: Callable[..., Built]) -> None:
    """The generic build compiles foo.c twice, the copy once; its dh_install finds the archive."""
    assert built("autotools").log.count(COMPILED) == 3


def test_static_libraries_that_are_asked_for_are_the_generic_build_s(
    package: Callable[..., Path]
) -> None:
    """Objects of both are of the level with --with-pic, so the archive would be."""
    tree = package("autotools")
    support.edit(tree / "debian/rules", "--enable-extra", "--enable-static --with-pic")
    with (tree / "debian/rules").open("a") as rules:
        rules.write("\nexecute_before_dh_auto_test:\n\tmd5sum .libs/libfoo.a\n")
    log = support.build(tree).log
    assert log.count(COMPILED) == 3
    sums = re.findall(r"^([0-9a-f]{32})  \.libs/libfoo\.a$", log, re.MULTILINE)
    assert len(sums) == 2
    assert len(set(sums)) == 1


def test_static_libraries_are_there_for_tests(package: Callable[..., Path]) -> None:
    tree = package("autotools")
    with (tree / "debian/rules").open("a") as rules:
        rules.write("\noverride_dh_auto_test:\n"
                    "\t./libtool --tag=CC --mode=link gcc -static -o tested main.o libfoo.la\n"
                    "\tnm -A foo.o .libs/libfoo.a | grep ' T '\n\t./tested\n")
    log = support.build(tree).log
    assert log.count("foo.o:0000000000000000 T foo_level") == 4
    assert log.count("generic 499500") == 2
    assert log.count(COMPILED) == 3


@pytest.mark.parametrize(("makefile", "again"), [
    ("bar_LDFLAGS = -static\nbar_LDADD = libfoo.la\n", 0),
    ("bar_LDADD = .libs/libfoo.a\nbar_DEPENDENCIES = libfoo.la\n", 1),
], ids=["told", "untold"])
def test_programs_that_link_statically(
    package: Callable[..., Path], makefile: str, again: int
) -> None:
    tree = package("autotools")
    with (tree / "Makefile.am").open("a") as file:
        file.write(f"noinst_PROGRAMS = bar\nbar_SOURCES = main.c\n{makefile}")
    made = support.build(tree)
    assert made.log.count("hwcaps: x86-64-v3: not built without static libraries") == again
    assert made.log.count(COMPILED) == 4 + again
    assert made.debs["libfoo1-avx2"].libraries == ["glibc-hwcaps/x86-64-v3/libfoo.so.1"]


def test_static_library_stays_alone_in_dev(built: Callable[..., Built]) -> None:
    debs = built("autotools").debs
    holders = {name for name, deb in debs.items() for file in deb.members if file.endswith(".a")}
    assert holders == {"libfoo-dev"}


def test_flavours_of_one_rules_are_families_of_their_own(built: Callable[..., Built]) -> None:
    package = built("flavours")
    for flavour in ("double", "float"):
        soname = f"libfoo-{flavour}.so.1"
        generic = package.debs[f"libfoo-{flavour}1-generic"]
        variant = package.debs[f"libfoo-{flavour}1-avx2"]
        assert generic.libraries == [soname, f"{soname}.0"]
        assert variant.libraries == [f"glibc-hwcaps/x86-64-v3/{soname}"]
        assert package.run(f"foo-{flavour}") == "generic 499500"
        for level in levels(package).values():
            assert package.run(f"foo-{flavour}", level) == f"{level} 499500"
            assert package.loaded(f"foo-{flavour}", level) == {
                soname: f"glibc-hwcaps/{level}/{soname}"
            }


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_other_than_c_have_levels(
    built: Callable[..., Built], language: str
) -> None:
    package = built(*LANGUAGES[language])
    variant = package.debs["libfoo1-avx2"].library("glibc-hwcaps/x86-64-v3/libfoo.so.1")
    assert support.uses_avx(variant, "foo_sum")
    generic = package.debs["libfoo1-generic"].library("libfoo.so.1")
    assert not support.uses_avx(generic, "foo_sum")
    assert package.run("foo").endswith(" 499500")
    for level in levels(package).values():
        assert package.run("foo", level).endswith(" 499500")
        assert package.loaded("foo", level) == {
            "libfoo.so.1": f"glibc-hwcaps/{level}/libfoo.so.1"
        }
