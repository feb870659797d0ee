# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What each step does, and when it has nothing to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from dhhwcaps import build, host, install, layout, private, split, steps, substvars, tree
from dhhwcaps.errors import ControlError, HwcapsError
from dhhwcaps.host import Host
from dhhwcaps.options import Options
from dhhwcaps.report import Result, Row
from dhhwcaps.steps import Build
from fakes import LIB, Commands, family, level, library, planned, stanzas, write

V3, V4 = level("x86-64-v3"), level("x86-64-v4")
CONTROL = """\
Source: foo

Package: libfoo1
Architecture: any
Pre-Depends: ${hwcaps:Pre-Depends}
Recommends: ${hwcaps:Recommends}

Package: libfoo1-generic
Architecture: any
Breaks: ${hwcaps:Breaks}
Replaces: libfoo1 (<< 2~)

Package: libfoo1-avx2
Architecture: amd64
Depends: ${hwcaps:Depends}
Breaks: ${hwcaps:Breaks}
Provides: ${hwcaps:Provides}

Package: libfoo1-avx512
Architecture: amd64
Depends: ${hwcaps:Depends}
Breaks: ${hwcaps:Breaks}
Provides: ${hwcaps:Provides}
"""
ARCHITECTURE = """\
DEB_BUILD_ARCH=amd64
DEB_HOST_ARCH=amd64
DEB_HOST_GNU_TYPE=x86_64-linux-gnu
DEB_HOST_MULTIARCH=x86_64-linux-gnu
"""
SELECTED = "libfoo1\nlibfoo1-generic\nlibfoo1-avx2\nlibfoo1-avx512\n"


@pytest.fixture
def machine(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A machine that runs v3 only, and debian/control."""
    write("debian/control", CONTROL)
    commands.say("dpkg-architecture", ARCHITECTURE)
    commands.say("dh_listpackages", SELECTED)
    commands.say("dh_assistant active-compat-level", '{"active-compat-level":13}')
    commands.say("gcc '-###'")
    commands.say("gcc -Q --help=target", "  -march=      x86-64\n")
    monkeypatch.setattr(host, "supported", lambda: frozenset({"x86-64-v2", "x86-64-v3"}))
    return commands


def read(environ: dict[str, str] | None = None, **options: object) -> Build:
    return Build.read(Options(**options), environ or {})


def test_read(machine: Commands) -> None:
    made = read(verbose=True, selection=("--arch",))
    assert made.plan.families == (family("libfoo1", "avx2", "avx512"),)
    assert (made.machine.arch, made.source.name) == ("amd64", "foo")
    assert made.selected == frozenset(SELECTED.split())
    assert "dh_listpackages --arch" in machine.ran
    assert made.shell.verbose
    assert not made.shell.no_act


@pytest.mark.parametrize(("default", "environ"), [
    ("x86-64-v3", {}), ("x86-64", {"CC": "gcc-higher"}),
])
def test_read_knows_the_baseline(
    machine: Commands, default: str, environ: dict[str, str]
) -> None:
    machine.say("gcc -Q --help=target", f"  -march=      {default}\n")
    machine.say("gcc-higher '-###'")
    machine.say("gcc-higher -Q --help=target", "  -march=      x86-64-v4\n")
    with pytest.raises(ControlError, match="x86-64-v3 is not above the baseline"):
        read(environ)


def test_read_without_control(commands: Commands) -> None:
    with pytest.raises(ControlError) as caught:
        read()
    assert str(caught.value) == (
        "debian/control: no such file\n"
        "  Run this in the top directory of a Debian source package."
    )


@pytest.mark.parametrize(("scope", "words"), [("shared", "shared libraries"), ("all", "all")])
def test_show(
    machine: Commands, capsys: pytest.CaptureFixture[str], scope: str, words: str
) -> None:
    steps.show(read(scope=scope))
    assert capsys.readouterr().out == f"""\
hwcaps: libfoo1: libfoo1-generic, libfoo1-avx2, libfoo1-avx512
hwcaps: x86-64-v3: -march=x86-64-v3 for {words}; runs here
hwcaps: x86-64-v4: -march=x86-64-v4 for {words}; this machine cannot run it
"""


def test_show_modules(machine: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    field = "X-Hwcaps-Modules: usr/lib/a/*.so usr/lib/b/*.so\n"
    write("debian/control", CONTROL.replace("Package: libfoo1\n", f"Package: libfoo1\n{field}"))
    steps.show(read())
    assert "hwcaps: libfoo1: also modules: usr/lib/a/*.so usr/lib/b/*.so\n" in (
        capsys.readouterr().out)


def test_show_level_of_its_own(machine: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    _source, stanza = CONTROL.split("Package: libfoo1-avx2\n")
    write("debian/control", "Source: foo-avx2\nBuild-Depends: libfoo1-generic\n\n"
          "Package: libfoo1-avx2\n" + stanza.partition("\n\n")[0] + "\n")
    steps.show(read())
    assert capsys.readouterr().out.startswith(
        "hwcaps: libfoo1: libfoo1-avx2, beside libfoo1-generic of another source\n"
    )


def test_show_nothing(machine: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    write("debian/control", "Source: foo\n\nPackage: libfoo1\nArchitecture: any\n")
    steps.show(read())
    assert capsys.readouterr().out == (
        "hwcaps: no family: no package P of debian/control has a sibling P-generic\n"
    )


def test_show_warns(machine: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    write("debian/control", CONTROL.replace("Replaces: libfoo1 (<< 2~)\n", ""))
    steps.show(read())
    assert "warning: debian/control: libfoo1-generic: no Replaces on" in capsys.readouterr().err


@pytest.fixture
def acted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what the steps would do."""
    noted: list[str] = []

    def note(owner: object, name: str, result: object = None) -> None:
        def act(*_words: object, **rest: object) -> object:
            noted.append(" ".join([name, *(f"{key}={value}" for key, value in rest.items())]))
            return result

        monkeypatch.setattr(owner, name, act)

    note(tree, "pack")
    note(build, "levels")
    note(install, "variants", (Row(package="libfoo1", soname="liba.so.1", directory=LIB,
                                   level="x86-64-v3", dropped="", units=""),))
    note(install, "packaged", {})
    note(install, "generic", {"libfoo1": install.Held(libraries=(library(),), left={})})
    note(split, "move")
    note(split, "triggers")
    note(private, "add")
    note(private, "remove")
    note(substvars, "write")
    return noted


def test_prepare(machine: Commands, acted: list[str]) -> None:
    steps.prepare(read())
    assert acted == ["pack"]


def test_prepare_checks_control_first(machine: Commands, acted: list[str]) -> None:
    write("debian/control", CONTROL.replace("Recommends: ${hwcaps:Recommends}\n", ""))
    with pytest.raises(ControlError, match="Recommends lacks"):
        steps.prepare(read())
    assert acted == []


@pytest.mark.parametrize("step", [steps.prepare, steps.build])
def test_a_place_that_flags_cannot_name(
    machine: Commands, acted: list[str], step: Callable[[Build], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("a b/debian/control", CONTROL)
    monkeypatch.chdir("a b")
    with pytest.raises(HwcapsError, match="compiler flags and PATH"):
        step(read())
    assert acted == []


@pytest.mark.parametrize("selected", ["libfoo-doc\n", "libfoo1\nlibfoo1-generic\n"])
def test_nothing_is_built_without_levels(
    machine: Commands, acted: list[str], selected: str
) -> None:
    machine.say("dh_listpackages", selected)
    steps.prepare(read())
    steps.build(read())
    assert acted == []


def test_build(machine: Commands, acted: list[str]) -> None:
    write(layout.SOURCE)
    steps.build(read())
    assert acted == ["levels"]


def test_build_without_prepare(machine: Commands, acted: list[str]) -> None:
    steps.build(read())
    assert acted == ["pack late=True", "levels"]


def test_build_again(machine: Commands, acted: list[str]) -> None:
    for lv in (V3, V4):
        write(layout.collected(lv))
        write(layout.result(lv))
    steps.build(read())
    assert acted == []


def test_install_builds_what_dh_did_not(machine: Commands, acted: list[str]) -> None:
    steps.install(read())
    assert acted == ["pack late=True", "levels", "variants"]
    assert [row["soname"] for row in json.loads(layout.ROWS.read_text())] == ["liba.so.1"]


def test_install_no_act(machine: Commands, acted: list[str]) -> None:
    write(layout.SOURCE)
    steps.install(read(no_act=True))
    assert acted == ["levels"]


def test_without_a_family(machine: Commands, acted: list[str]) -> None:
    machine.say("dh_listpackages", "foo-doc\n")
    for step in (steps.install, steps.split, steps.substvars):
        step(read())
    assert acted == []


def test_split(machine: Commands, acted: list[str]) -> None:
    steps.split(read())
    assert acted == ["packaged", "generic", "move", "triggers", "add"]


@pytest.mark.parametrize(("files", "again"), [
    ([f"libfoo1-generic{LIB}/libfoo.so.1"], False),
    ([f"libfoo1-generic{LIB}/libfoo.so.1", "libfoo1/DEBIAN/shlibs"], True),
    ([f"libfoo1-generic{LIB}/libfoo.so.1", "libfoo1/DEBIAN/symbols"], True),
    ([f"libfoo1-generic{LIB}/plugin.so", f"libfoo1{LIB}/libfoo.so.1"], True),
    (["libfoo1-generic/usr/share/doc/x"], True),
    ([f"libfoo1-generic{LIB}/hwcaps/libfoo1/libfoo1.foo.plugin", f"libfoo1{LIB}/foo/x"], False),
], ids=["done", "shlibs left", "symbols left", "library left", "no library", "modules"])
def test_split_again(
    machine: Commands, acted: list[str], files: list[str], again: bool
) -> None:
    for name in files:
        write(f"debian/{name}")
    steps.split(read())
    assert ("move" in acted) is again


def test_substvars_and_report(
    machine: Commands, acted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        Row(package="libfoo1", soname="liba.so.1", directory=LIB, level="x86-64-v3",
            dropped="same as generic", units="1/1"),
        Row(package="libfoo1", soname="liba.so.1", directory=LIB, level="x86-64-v4", dropped="",
            units="1/1"),
    ]
    write("debian/control", CONTROL.replace("Replaces: libfoo1 (<< 2~)\n", ""))
    write(layout.ROWS, json.dumps([asdict(row) for row in rows]))
    for lv in (V3, V4):
        result = Result(level=lv.name, seconds=30.0, tests="passed", disk=10**6)
        write(layout.result(lv), json.dumps(asdict(result)))
    write(layout.TIMES, json.dumps({"generic": 28.4, "levels": 31.0, "at_once": 2}))
    write(f"debian/libfoo1-generic{LIB}/liba.so.1", "x" * 1000)
    write(f"debian/libfoo1-avx512{LIB}/glibc-hwcaps/x86-64-v4/liba.so.1", "x" * 2000)
    steps.substvars(read())
    assert acted == ["write", "remove"]
    said = capsys.readouterr()
    assert said.err == ""  # The first step warned.
    assert said.out == """\
hwcaps: library    generic  x86-64-v3                 x86-64-v4
hwcaps: liba.so.1     1 kB  dropped: same as generic  2 kB  1/1 units
hwcaps: 1 variant file; generic 28 s, levels 31 s (2 at a time), 2.0 MB of disk at most
"""
    report = json.loads(layout.REPORT.read_text())
    assert [lib["size"] for lib in report["libraries"]] == [None, 2000]


def test_substvars_no_act(machine: Commands, acted: list[str]) -> None:
    steps.substvars(read(no_act=True))
    assert acted == ["write", "remove"]


def test_substvars_before_install(machine: Commands, acted: list[str]) -> None:
    with pytest.raises(HwcapsError) as caught:
        steps.substvars(read())
    assert str(caught.value) == (
        "dh_hwcaps_install has not run\n  dh_hwcaps(1) tells where it goes."
    )


def test_family_on_an_architecture_without_levels(
    machine: Commands, acted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    source = stanzas(*("libfoo1 any", "libfoo1-generic any"))
    arm64 = Build(
        plan=planned(source, "arm64"), source=source, options=Options(), environ={},
        machine=Host(arch="arm64", triplet="aarch64-linux-gnu", gnu_type="aarch64-linux-gnu"),
        selected=frozenset({"libfoo1", "libfoo1-generic"}),
    )
    machine.say("dh_assistant active-compat-level", '{"active-compat-level":14}')
    for step in (steps.prepare, steps.build, steps.install, steps.split, steps.substvars):
        step(arm64)
    assert acted == ["variants", "packaged", "generic", "move", "triggers", "add", "write",
                     "remove"]
    assert Path(layout.REPORT).exists() is False
    assert capsys.readouterr().out == ""
