# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which libraries go into the variants, whatever a package does with its files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from support import Built

pytestmark = pytest.mark.build

V3 = "glibc-hwcaps/x86-64-v3"


def test_private_library_on_a_runpath_has_its_variant_beside_it(
    built: Callable[..., Built]
) -> None:
    package = built("private")
    assert package.debs["libfoo1-generic"].libraries == ["foo/libpriv.so.1", "libfoo.so.1"]
    assert package.debs["libfoo1-avx2"].libraries == [
        f"foo/{V3}/libpriv.so.1", f"{V3}/libfoo.so.1"
    ]
    assert package.run("foo") == "generic 499500"
    if "x86-64-v3" in support.supported():
        assert package.run("foo", "x86-64-v3") == "x86-64-v3 499500"
        assert package.loaded("foo", "x86-64-v3") == {
            "libfoo.so.1": f"{V3}/libfoo.so.1", "libpriv.so.1": f"foo/{V3}/libpriv.so.1",
        }


def test_same_soname_in_two_packages_is_matched_by_package(built: Callable[..., Built]) -> None:
    debs = built("make", "twins").debs
    for package, extra in (("libfoo1", False), ("libfoo-alt1", True)):
        assert debs[f"{package}-avx2"].libraries == [f"{V3}/libfoo.so.1"]
        for member, name in (("generic", "libfoo.so.1.0"), ("avx2", f"{V3}/libfoo.so.1")):
            library = debs[f"{package}-{member}"].library(name)
            assert ("foo_extra" in support.exported(library)) is extra, library


def test_library_without_code_has_no_variant(package: Callable[..., Path]) -> None:
    tree = package("make")
    (tree / "table.c").write_text("const int foo_table[] = { 1, 2, 3 };\n")
    (tree / "extra.mk").write_text(
        "all: libfootable.so.1\n\nlibfootable.so.1: table.o\n"
        "\t$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$@ -o $@ $^\n"
    )
    support.append(tree / "debian/libfoo1.install", "usr/lib/*/libfootable.so.1\n")
    package = support.build(tree)
    assert "libfootable.so.1" in package.debs["libfoo1-generic"].libraries
    assert package.debs["libfoo1-avx2"].libraries == [f"{V3}/libfoo.so.1"]
    assert re.search(r"^hwcaps: libfootable\.so\.1 .* dropped: no code", package.log, re.M)


def test_library_with_equal_code_has_no_variant(package: Callable[..., Path]) -> None:
    tree = package("make")
    (tree / "twice.c").write_text("int foo_twice(int x) { return x + x; }\n")
    (tree / "extra.mk").write_text(
        "all: libfootwice.so.1\n\nlibfootwice.so.1: twice.o\n"
        "\t$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$@ -o $@ $^\n"
    )
    support.append(tree / "debian/libfoo1.install", "usr/lib/*/libfootwice.so.1\n")
    package = support.build(tree)
    assert package.debs["libfoo1-avx2"].libraries == [f"{V3}/libfoo.so.1"]
    assert re.search(r"^hwcaps: libfootwice\.so\.1 .* dropped: same as", package.log, re.M)
    # A variant need not hold every library, but then it cannot stand without generic.
    assert "libfoo1-generic (= 1.0)" in package.debs["libfoo1-avx2"].relation("Depends")


def test_library_that_chooses_code_itself_is_named(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.append(tree / "foo.c", """
int foo_fast;
__attribute__((constructor)) static void choose(void)
{
\tfoo_fast = __builtin_cpu_supports("avx2");
}
""")
    built = support.build(tree)
    assert "\nhwcaps: libfoo.so.1 dispatches by itself (cpuid in " in built.log
    report = json.loads((tree / "debian/.debhelper/hwcaps/report.json").read_text())
    assert all(row["dispatch"].startswith("cpuid in ") for row in report["libraries"])


def test_variant_without_libraries_is_empty_and_not_recommended(
    package: Callable[..., Path]
) -> None:
    tree = package("make")
    support.drop_stanza(tree, "foo")
    (tree / "debian/foo.install").unlink()
    (tree / "debian/libfoo1.symbols").unlink()
    (tree / "foo.c").write_text("int foo_twice(int x) { return x + x; }\n")
    (tree / "main.c").write_text("int main(void) { return 0; }\n")
    support.rules(tree, "override_dh_missing:\n")
    debs = support.build(tree).debs
    assert debs["libfoo1-avx2"].libraries == []
    assert debs["libfoo1"].relation("Pre-Depends") == ["libfoo1-generic (= 1.0)"]
    assert debs["libfoo1"].relation("Recommends") == []


def test_object_compiled_without_pic_counts_as_a_unit_not_at_level(
    package: Callable[..., Path]
) -> None:
    tree = package("make")
    (tree / "plain.c").write_text("int foo_plain(int x) { return 3 * x; }\n")
    support.edit(tree / "Makefile", "OBJECTS = foo.o", "OBJECTS = foo.o plain.o")
    (tree / "extra.mk").write_text(
        "plain.o: plain.c\n\t$(CC) $(CPPFLAGS) $(CFLAGS) -fno-pic -c -o $@ $<\n"
    )
    package = support.build(tree)
    assert package.debs["libfoo1-avx2"].libraries == [f"{V3}/libfoo.so.1"]
    assert re.search(r"^hwcaps: libfoo\.so\.1 .* 1/2 units", package.log, re.M)


def test_soname_without_version_has_variants_and_ldconfig_trigger(
    package: Callable[..., Path]
) -> None:
    tree = package("make")
    support.edit(tree / "Makefile", "SONAME = libfoo.so.1", "SONAME = libfoo.so")
    support.edit(tree / "Makefile", "REALNAME = libfoo.so.1.0", "REALNAME = libfoo.so")
    (tree / "debian/libfoo1.symbols").unlink()
    (tree / "debian/libfoo1.install").write_text("usr/lib/*/libfoo.so\n")
    (tree / "debian/libfoo-dev.install").write_text("usr/include\n")
    support.rules(tree, "override_dh_shlibdeps:\n\tdh_shlibdeps -- --ignore-missing-info\n")
    package = support.build(tree)
    assert package.debs["libfoo1-generic"].libraries == ["libfoo.so"]
    assert package.debs["libfoo1-avx2"].libraries == [f"{V3}/libfoo.so"]
    for name in ("libfoo1-generic", "libfoo1-avx2"):
        assert "ldconfig" in package.debs[name].metadata("triggers"), name
    if "x86-64-v3" in support.supported():
        assert package.run("foo", "x86-64-v3") == "x86-64-v3 499500"


def test_variant_is_named_by_soname_where_the_file_is_named_otherwise(
    package: Callable[..., Path]
) -> None:
    tree = package("make")
    support.edit(tree / "Makefile", "SONAME = libfoo.so.1", "SONAME = libfoo.so.1.6")
    support.edit(tree / "Makefile", "REALNAME = libfoo.so.1.0", "REALNAME = libfoo.so.1.12")
    (tree / "debian/libfoo1.symbols").unlink()
    package = support.build(tree)
    assert package.debs["libfoo1-generic"].libraries == ["libfoo.so.1.12", "libfoo.so.1.6"]
    assert package.debs["libfoo1-avx2"].libraries == [f"{V3}/libfoo.so.1.6"]
    if "x86-64-v3" in support.supported():
        assert package.run("foo", "x86-64-v3") == "x86-64-v3 499500"


def test_libraries_that_rules_move_by_hand_are_found(package: Callable[..., Path]) -> None:
    tree = package("make")
    (tree / "debian/libfoo1.install").unlink()
    support.rules(tree, (
        "execute_after_dh_install:\n"
        "\tmkdir -p debian/libfoo1/usr/lib\n"
        "\tcp -a debian/tmp/usr/lib/* debian/libfoo1/usr/lib/\n"
        "\trm debian/libfoo1/usr/lib/*/libfoo.so\n\n"
        "override_dh_missing:\n"
    ))
    package = support.build(tree)
    assert package.debs["libfoo1-generic"].libraries == ["libfoo.so.1", "libfoo.so.1.0"]
    assert package.debs["libfoo1-avx2"].libraries == [f"{V3}/libfoo.so.1"]


def test_hook_that_finds_every_library_sees_none_of_a_level(package: Callable[..., Path]) -> None:
    tree = package("make")
    support.rules(tree, (
        "execute_after_dh_install:\n"
        "\tfind . -name '*.so*' -print -exec cp -a {} debian/libfoo1/usr/share/doc \\; || true\n"
    ).replace("debian/libfoo1/usr/share/doc", "debian/libfoo1/usr/lib/*/"))
    package = support.build(tree)
    outer = package.log.rpartition("dh_hwcaps_build")[2]
    assert "libfoo.so.1.0\n" in outer, "the hook did not run in the outer tree"
    assert package.run("foo") == "generic 499500"
    generic = package.debs["libfoo1-generic"].library("libfoo.so.1.0")
    assert not support.uses_avx(generic, "foo_sum")
