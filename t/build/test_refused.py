# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What stops the build, each with a message that names the trouble and the cure."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support

pytestmark = pytest.mark.build

Fails = Callable[..., str]
Package = Callable[..., Path]
Edit = tuple[str, str]

CONTROL = {
    "unknown_suffix": (
        ("libfoo1-avx2", "libfoo1-avx3"), ("libfoo1-avx3", "-avx3", "libfoo1-avx2"),
    ),
    "level_of_another_architecture": (
        ("libfoo1-avx2", "libfoo1-power9"), ("libfoo1-power9", "ppc64el"),
    ),
    "level_on_every_architecture": (
        ("Architecture: amd64", "Architecture: any"),
        ("libfoo1-avx2", "Architecture: amd64"),
    ),
    "dev_without_generic": (
        ("libfoo1-generic (= ${binary:Version}), libfoo1 (=", "libfoo1 (="),
        ("libfoo-dev", "libfoo1-generic (= ${binary:Version})"),
    ),
    "family_without_pre_depends": (
        ("Pre-Depends: ${hwcaps:Pre-Depends}\n", ""),
        ("libfoo1", "Pre-Depends: ${hwcaps:Pre-Depends}"),
    ),
    "family_without_recommends": (
        ("Recommends: ${hwcaps:Recommends}\n", ""),
        ("libfoo1", "Recommends: ${hwcaps:Recommends}"),
    ),
    "generic_without_breaks": (
        ("Breaks: ${hwcaps:Breaks}\nReplaces", "Replaces"),
        ("libfoo1-generic", "Breaks: ${hwcaps:Breaks}"),
    ),
    "variant_without_depends": (
        (", ${hwcaps:Depends}", ""),
        ("libfoo1-avx2", "Depends: ${misc:Depends}, ${shlibs:Depends}, ${hwcaps:Depends}"),
    ),
    "variant_without_provides": (
        ("Provides: ${hwcaps:Provides}\n", ""),
        ("libfoo1-avx2", "Provides: ${hwcaps:Provides}"),
    ),
}


@pytest.mark.parametrize(("change", "expected"), CONTROL.values(), ids=CONTROL)
def test_control_that_cannot_be_meant(
    package: Package, fails: Fails, change: Edit, expected: tuple[str, ...]
) -> None:
    tree = package("make")
    support.edit(tree / "debian/control", *change)
    said = fails(tree)
    assert [word for word in ("debian/control", *expected) if word not in said] == [], said


def test_family_without_generic(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.drop_stanza(tree, "libfoo1-generic")
    said = fails(tree)
    assert "there is no package libfoo1-generic" in said
    assert "Package: libfoo1-generic" in said


def test_control_is_checked_before_anything_is_built(package: Package) -> None:
    tree = package("make")
    support.edit(tree / "debian/control", "libfoo1-avx2", "libfoo1-avx3")
    with pytest.raises(support.BuildError) as caught:
        support.build(tree)
    assert "-c -o foo.o" not in str(caught.value)


def test_copy_whose_build_fails(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.rules(
        tree,
        "override_dh_auto_build:\n\tdh_auto_build\n"
        "\ttest -z \"$$DH_HWCAPS_LEVEL\" || { echo the last words; exit 3; }\n",
    )
    said = fails(tree)
    assert "x86-64-v3" in said
    assert "build-arch failed" in said
    assert "the last words" in said


def test_flags_that_the_package_ignores(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.rules(tree, "override_dh_auto_build:\n\tdh_auto_build -- CFLAGS='-O2 -g' LDFLAGS=\n")
    said = fails(tree)
    assert "libfoo.so.1" in said
    assert "did not reach the compiler" in said
    assert "--inject=environment" in said


def test_ignored_flags_reach_the_compiler_through_its_environment(package: Package) -> None:
    tree = package("make")
    support.rules(
        tree,
        "override_dh_auto_build:\n\tdh_auto_build -- CFLAGS='-O2 -g' LDFLAGS=\n\n"
        "override_dh_hwcaps_build:\n\tdh_hwcaps_build --inject=environment\n",
    )
    package = support.build(tree)
    variant = package.debs["libfoo1-avx2"].library("glibc-hwcaps/x86-64-v3/libfoo.so.1")
    assert support.uses_avx(variant, "foo_sum")
    assert package.run("foo") == "generic 499500"


def test_flags_that_reach_the_linker_only(package: Package, fails: Fails) -> None:
    # The mark of the level is there then, and no code of it.
    tree = package("make")
    support.rules(tree, "override_dh_auto_build:\n\tdh_auto_build -- CFLAGS='-O2 -g'\n")
    said = fails(tree)
    assert "libfoo.so.1" in said
    assert "did not reach the compiler" in said


def test_flags_that_reach_the_compiler_only(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.edit(tree / "Makefile", "$(CC) $(CFLAGS) $(LDFLAGS) -shared", "$(CC) -shared")
    said = fails(tree)
    assert "libfoo.so.1" in said
    assert "LDFLAGS did not reach the linker" in said


def test_symbol_missing_at_a_level(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.append(
        tree / "debian/rules",
        "\noverride_dh_auto_build:\n"
        "\tdh_auto_build -- $(if $(DH_HWCAPS_LEVEL),,CPPFLAGS=-DFOO_EXTRA)\n",
    )
    said = fails(tree)
    assert "lacks 1 symbol" in said
    assert "foo_extra" in said
    assert "x86-64-v3" in said


def test_symbol_undefined_at_a_level(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.append(
        tree / "foo.c",
        "\n#ifdef __AVX2__\nint foo_lost(void);\nint (*foo_hook)(void) = foo_lost;\n"
        "#else\nint (*foo_hook)(void) = 0;\n#endif\n",
    )
    (tree / "extra.mk").write_text("foo: LDFLAGS += -Wl,--unresolved-symbols=ignore-all\n")
    support.edit(tree / "Makefile", "\tLD_LIBRARY_PATH=. ./foo", "\ttrue")
    said = fails(tree)
    assert "foo_lost" in said
    assert "x86-64-v3" in said


def test_soname_that_differs_at_a_level(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.append(
        tree / "debian/rules",
        "\noverride_dh_auto_build:\n"
        "\tdh_auto_build -- $(if $(DH_HWCAPS_LEVEL),SONAME=libfoo.so.1.1)\n",
    )
    said = fails(tree)
    assert "libfoo.so.1.1" in said
    assert "SONAME" in said


def test_generic_library_with_the_mark_of_a_level(package: Package, fails: Fails) -> None:
    tree = package("make")
    support.append(
        tree / "debian/rules",
        "\nexport DEB_LDFLAGS_MAINT_APPEND = $(if $(DH_HWCAPS_LEVEL),,-Wl,-z,x86-64-v2)\n",
    )
    said = fails(tree)
    assert "libfoo.so.1: the generic library" in said
    assert "x86-64-v2" in said


def test_origin_in_runpath(package: Package, fails: Fails) -> None:
    tree = package("private")
    support.edit(tree / "Makefile", "RUNPATH = $(LIBDIR)/foo", "RUNPATH = $$ORIGIN/foo")
    said = fails(tree)
    assert "libfoo.so.1" in said
    assert "$ORIGIN/foo" in said


def test_soname_that_update_alternatives_manages(package: Package, fails: Fails) -> None:
    tree = package("make")
    path = f"/usr/lib/{support.triplet()}/libfoo.so.1"
    (tree / "debian/libfoo1.postinst").write_text(
        "#!/bin/sh\nset -e\n"
        f"update-alternatives --install {path} libfoo.so.1 /usr/lib/foo/libfoo.so.1 10\n"
        "#DEBHELPER#\n"
    )
    said = fails(tree)
    assert "libfoo.so.1 is managed by update-alternatives (debian/libfoo1.postinst)" in said


def test_library_that_is_installed_into_no_family(package: Package, fails: Fails) -> None:
    tree = package("make")
    (tree / "debian/libfoo1.install").unlink()
    support.rules(tree, "override_dh_missing:\n")
    said = fails(tree)
    assert "debian/libfoo1 holds no shared library" in said


def test_library_that_the_level_does_not_build(package: Package, fails: Fails) -> None:
    tree = package("make")
    (tree / "more.c").write_text("double foo_more(double x) { return x * x + 1; }\n")
    (tree / "extra.mk").write_text(
        "ifndef DH_HWCAPS_LEVEL\nall: libfoomore.so.1\nendif\n\nlibfoomore.so.1: more.o\n"
        "\t$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$@ -o $@ $^\n"
    )
    support.rules(tree, (
        "execute_after_dh_install:\n"
        "\tcp debian/tmp/usr/lib/*/libfoomore.so.1 debian/libfoo1/usr/lib/*/ || true\n\n"
        "override_dh_missing:\n"
    ))
    said = fails(tree)
    assert "libfoomore.so.1 of libfoo1" in said
    assert "x86-64-v3" in said


def test_compiler_that_does_not_know_the_level(package: Package, fails: Fails) -> None:
    tree = package("make")
    old = tree.parent / "old-gcc"
    old.write_text(
        "#!/bin/sh\ncase \"$*\" in *-march=x86-64-v*) echo \"bad value for -march=\" >&2; exit 1;;"
        " esac\nexec gcc \"$@\"\n"
    )
    old.chmod(0o755)
    support.append(tree / "debian/rules", f"\nexport CC = {old}\n")
    said = fails(tree)
    assert "x86-64-v3" in said
    assert "does not know -march=x86-64-v3" in said


def test_link_that_dangles_where_generic_is_not_installed(package: Package, fails: Fails) -> None:
    tree = package("make")
    (tree / "debian/foo.links").write_text(
        "usr/lib/${DEB_HOST_MULTIARCH}/libfoo.so.1 usr/share/foo/libfoo.so\n"
    )
    said = fails(tree)
    assert "foo: Depends lacks libfoo1-generic, where usr/share/foo/libfoo.so leads" in said
    control = tree / "debian/control"
    stem, stanza = control.read_text().split("Package: foo\n")
    cure = re.findall(r"^ +(Depends: .*)", said, re.MULTILINE)[0]
    fixed = re.sub(r"^Depends: .*", cure, stanza, flags=re.MULTILINE)
    control.write_text(f"{stem}Package: foo\n{fixed}")
    assert "libfoo1-generic (= 1.0)" in support.build(tree).debs["foo"].relation("Depends")


def test_level_that_the_compiler_has_by_default(package: Package, fails: Fails) -> None:
    tree = package("make")
    higher = tree.parent / "higher-gcc"
    higher.write_text('#!/bin/sh\nexec gcc -march=x86-64-v3 "$@"\n')
    higher.chmod(0o755)
    support.append(tree / "debian/rules", f"\nexport CC = {higher}\n")
    said = fails(tree)
    assert "libfoo1-avx2" in said
    assert "x86-64-v3 is not above the baseline" in said


def test_truncated_library(package: Package, fails: Fails) -> None:
    tree = package("make")
    (tree / "extra.mk").write_text(
        "install: install-broken\ninstall-broken: all\n\tinstall -d $(DESTDIR)$(LIBDIR)\n"
        "\thead -c 100 $(REALNAME) > $(DESTDIR)$(LIBDIR)/libbroken.so.1\n"
    )
    support.append(tree / "debian/libfoo1.install", "usr/lib/*/libbroken.so.1\n")
    said = fails(tree)
    assert "libbroken.so.1" in said


def test_directory_that_is_no_source_package(tmp_path: Path) -> None:
    commands = support.commands(tmp_path)
    asked = subprocess.run(
        [commands / "dh_hwcaps"], cwd=tmp_path, capture_output=True, text=True
    )
    assert asked.returncode
    assert "debian/control: no such file" in asked.stderr
    assert "Traceback" not in asked.stderr
