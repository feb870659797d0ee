# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plugins and extension modules: dispatched by stubs, and otherwise as if there were none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from support import Built

pytestmark = pytest.mark.build

FOO = "foo-plugins"
PLUGINS = [f"plugin{number}.so" for number in range(10)]
NAMES = {"": "generic", "x86-64-v3": "avx2", "x86-64-v4": "avx512"}
MASKED = {
    "": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-AVX512F", "x86-64-v3": "glibc.cpu.hwcaps=-AVX512F",
    "x86-64-v4": "",
}
"""How a program and all that it starts is kept to a level."""


def make(where: Path, name: str) -> Built:
    return support.build(support.copy_source(where, name, "1.0"))


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A C++ program with ten plugins, and one that looks where it lies."""
    return make(tmp_path_factory.mktemp("plugins"), "plugins")


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A Python package with modules of C, Cython and pybind11."""
    return make(tmp_path_factory.mktemp("extension"), "extension")


def moved(built: Built, package: str) -> Path:
    """Where the modules are, unpacked."""
    return built.root() / "usr/lib" / support.triplet() / "hwcaps" / package


def levels() -> list[str]:
    return ["", *support.supported()]


def dynamic(path: Path) -> dict[str, list[str]]:
    said = subprocess.run(["readelf", "-dW", path], check=True, capture_output=True, text=True)
    found: dict[str, list[str]] = {}
    for tag, value in re.findall(r"\((\w+)\) .*?\[(.*)\]$", said.stdout, re.MULTILINE):
        found.setdefault(tag, []).append(value)
    return found


def test_stubs_stay_and_modules_move(plugins: Built) -> None:
    held = [f"foo.{name}" for name in PLUGINS]
    assert plugins.debs[FOO].libraries == [*(f"foo/{name}" for name in PLUGINS), "foo/where.so"]
    assert plugins.debs[f"{FOO}-generic"].libraries == [
        f"hwcaps/{FOO}/{FOO}.{name}" for name in held
    ]
    for level, suffix in list(NAMES.items())[1:]:
        assert plugins.debs[f"{FOO}-{suffix}"].libraries == [
            f"hwcaps/{FOO}/glibc-hwcaps/{level}/{FOO}.{name}" for name in held
        ]


def test_a_stub_is_small_and_needs_its_module_only(plugins: Built) -> None:
    stub = plugins.debs[FOO].library("foo/plugin3.so")
    member = plugins.debs[FOO].members[f"usr/lib/{support.triplet()}/foo/plugin3.so"]
    assert (oct(member.mode), member.uname, member.size < 6000) == ("0o644", "root", True)
    assert dynamic(stub) == {
        "NEEDED": [f"{FOO}.foo.plugin3.so"],
        "RUNPATH": [f"/usr/lib/{support.triplet()}/hwcaps/{FOO}"],
    }
    headers = subprocess.check_output(["readelf", "-ldW", stub], text=True)
    assert "GNU_RELRO" in headers
    assert "BIND_NOW" in headers
    assert not re.search(r"LOAD .* R?W?E ", headers)
    assert re.search(r"GNU_STACK .* RW  ", headers)  # Without, the loader makes it executable.


def test_packages_need_each_other(plugins: Built) -> None:
    assert plugins.debs[FOO].relation("Pre-Depends") == [
        f"{FOO}-generic (= 1.0) | {FOO}-avx2 (= 1.0) | {FOO}-avx512 (= 1.0)"
    ]
    assert any("libstdc++6" in name for name in plugins.debs[f"{FOO}-generic"].relation("Depends"))
    # Alone, the variant has all modules.
    assert f"{FOO}-generic (= 1.0) | x86-64-v3-support" in (
        plugins.debs[f"{FOO}-avx2"].relation("Depends"))
    for name, deb in plugins.debs.items():
        assert not deb.metadata("shlibs"), name
        assert "ldconfig" not in deb.metadata("triggers"), name


def test_debug_symbols_fit_the_modules(plugins: Built) -> None:
    for package, module in (
        (FOO, moved(plugins, FOO) / f"{FOO}.foo.plugin0.so"),
        (f"{FOO}-avx2", moved(plugins, FOO) / f"glibc-hwcaps/x86-64-v3/{FOO}.foo.plugin0.so"),
    ):
        notes = subprocess.check_output(["readelf", "-n", module], text=True)
        found = re.search(r"Build ID: (..)(\w+)", notes)
        assert found
        path = f"usr/lib/debug/.build-id/{found[1]}/{found[2]}.debug"
        assert path in plugins.debs[f"{package}-dbgsym"].members


def test_a_module_that_asks_where_it_lies_stays(plugins: Built) -> None:
    rows = re.findall(r"^hwcaps: where\.so.*\n.*\n.*", plugins.log, re.MULTILINE)
    assert rows[0].count("dropped: asks where it lies (dladdr)") == 2
    assert "where" in support.exported(plugins.debs[FOO].library("foo/where.so"))


def test_plugins_do_the_same_behind_stubs(plugins: Built, tmp_path: Path) -> None:
    # Exceptions, RTTI, static constructors, thread-local data, RTLD_LOCAL, dlclose and reopening.
    for name in PLUGINS:
        shutil.copy(moved(plugins, FOO) / f"{FOO}.foo.{name}", tmp_path / name)
    host = plugins.root() / "usr/bin/foo"
    expected = subprocess.check_output([host, tmp_path, "quiet"], text=True)
    assert expected.count("threw plugin 7 visible 0 then constructed 0 loaded 0") == 2
    behind = plugins.root() / "usr/lib" / support.triplet() / "foo"
    for level in levels():
        argv = [support.interpreter(), "--library-path", moved(plugins, FOO),
                "--glibc-hwcaps-mask", level or "none", host, behind]
        assert subprocess.check_output([*argv, "quiet"], text=True) == expected
        said = subprocess.check_output(argv, text=True)
        assert said.startswith(f"plugin0 {level or 'generic'} sum 0 "), said


def test_python_modules_do_the_same_behind_stubs(extension: Built, tmp_path: Path) -> None:
    # Exceptions, threads, processes that are forked or spawned, sub-interpreters.
    packages = extension.root() / "usr/lib/python3/dist-packages"
    shutil.copytree(packages / "foo", tmp_path / "foo")
    modules = moved(extension, "python3-foo")
    for path in modules.glob("*.so"):
        shutil.copy(path, tmp_path / "foo" / path.name.removeprefix("python3-foo.foo."))
    expected = python(tmp_path)
    assert expected.count("spawn [") == expected.count("in a sub-interpreter None") == 1
    for level in levels():
        env = {"LD_LIBRARY_PATH": str(modules), "GLIBC_TUNABLES": MASKED[level]}
        assert python(packages, **env) == expected
        name = level or "generic"
        assert python(packages, "level", **env) == f"{name} {name}\n"


def python(where: Path, *words: str, **env: str) -> str:
    changed = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | env
    return subprocess.check_output(["/usr/bin/python3", "-m", "foo.use", *words], cwd=where,
                                   env=changed, text=True, stderr=subprocess.STDOUT)


def test_python_needs_what_it_needed(extension: Built) -> None:
    needed = [name.split()[0] for name in extension.debs["python3-foo"].relation("Depends")]
    assert "python3" in needed
    assert not re.search("substitution variable|cannot find library", extension.log)


def test_the_same_bytes_again_whatever_the_umask(plugins: Built, tmp_path: Path) -> None:
    again = support.build(support.copy_source(tmp_path, "plugins", "1.0"), umask=0o77)
    for name, deb in plugins.debs.items():
        assert deb.path.read_bytes() == again.debs[name].path.read_bytes(), name


def test_a_pattern_that_matches_nothing(tmp_path: Path, fails: Callable[..., str]) -> None:
    tree = support.copy_source(tmp_path, "plugins", "1.0")
    support.edit(tree / "debian/control", "*/foo/*.so", "*/fooo/*.so")
    assert fails(tree).startswith(
        "dh_hwcaps_install: error: foo-plugins: no plugin or module in debian/foo-plugins matches"
        " usr/lib/*/fooo/*.so\n"
    )


def test_nothing_but_modules_that_stay(tmp_path: Path, fails: Callable[..., str]) -> None:
    tree = support.copy_source(tmp_path, "plugins", "1.0")
    support.edit(tree / "debian/control", "*/foo/*.so", "*/foo/where.so")
    said = fails(tree)
    assert "debian/foo-plugins holds no shared library that ld.so finds by name" in said
    assert "where.so stays there: asks where it lies (dladdr)." in said


def test_a_library_that_a_pattern_matches_stays_a_library(package: Callable[..., Path]) -> None:
    tree = package("cmake")
    support.edit(tree / "debian/control", "Package: libfoo1\n",
                 "Package: libfoo1\nX-Hwcaps-Modules: usr/lib/**/*.so*\n")
    built = support.build(tree)
    plugin = "libfoo1.foo.foo-plugin.so"
    assert built.debs["libfoo1-generic"].libraries == [
        f"hwcaps/libfoo1/{plugin}", "libfoo.so.1", "libfoo.so.1.0"]
    assert built.debs["libfoo1-avx2"].libraries == [
        "glibc-hwcaps/x86-64-v3/libfoo.so.1", f"hwcaps/libfoo1/glibc-hwcaps/x86-64-v3/{plugin}"]
    assert built.debs["libfoo1"].libraries == ["foo/foo-plugin.so"]


def test_without_levels_modules_are_moved_all_the_same(tmp_path: Path) -> None:
    tree = support.copy_source(tmp_path, "plugins", "1.0")
    debs = support.build(tree, "-Ppkg.plugins.nohwcaps").debs
    assert len(debs[f"{FOO}-generic"].libraries) == len(PLUGINS)
    assert f"{FOO}-avx2" not in debs


LEVEL = """\
Source: plugins-avx512
Section: misc
Priority: optional
Maintainer: dh-hwcaps developers <dh-hwcaps@packages.debian.org>
Build-Depends: debhelper-compat (= 13), dh-sequence-hwcaps, dh-sequence-hwcaps-source,
 foo-plugins-generic, plugins-src
Standards-Version: 4.6.2
Rules-Requires-Root: no

"""
SOURCE = """
Package: plugins-src
Architecture: all
Multi-Arch: foreign
Depends: ${misc:Depends}
Description: sums of numbers - source
 This is the source.
"""


def test_a_level_in_a_source_of_its_own_has_modules(tmp_path: Path) -> None:
    tree = support.copy_source(tmp_path, "plugins", "1.0")
    control = tree / "debian/control"
    stanza = next(text for text in control.read_text().split("\n\n")
                  if text.startswith(f"Package: {FOO}-avx512\n"))
    support.append(control, SOURCE)
    whole = support.build(tree)
    system = whole.install(tmp_path / "system", "plugins-src", f"{FOO}-generic")
    own = support.copy_source(tmp_path / "own", "minitf-avx512", "1")
    (own / "debian/control").write_text(LEVEL + stanza.strip() + "\n")
    support.edit(own / "debian/changelog", "minitf", "plugins")
    alone = support.build(own, env={"DH_HWCAPS_SOURCE_ROOT": str(system)}).debs
    name = f"{FOO}-avx512"
    assert alone[name].libraries == whole.debs[name].libraries
    assert f"{FOO}-generic (= 1.0)" in alone[name].relation("Depends")
