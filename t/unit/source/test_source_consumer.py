# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import control, main
from dhhwcaps.errors import ControlError, HwcapsError
from dhhwcaps.options import Options
from dhhwcaps.source import consumer, package
from dhhwcaps.source.consumer import Consumer
from dhhwcaps.source.package import SourcePackage
from fakes import Commands, write

ITEM = SourcePackage(package="foo-src", source="foo", version="1:2.0-1")
CONTROL = """\
Source: bar
Build-Depends: gcc-src, foo-src (>= 1:2~)

Package: bar
Architecture: any
"""


@pytest.fixture
def made(commands: Commands) -> Consumer:
    write("root/usr/src/foo/foo.mk", package.makefile(ITEM))
    write("debian/control", CONTROL)
    commands.say("dpkg-parsechangelog -S Version", "7\n")
    commands.say("dh_listpackages", "bar\n")
    return read()


def read(**environ: str) -> Consumer:
    return Consumer.read(Options(), {"DH_HWCAPS_SOURCE_ROOT": "root", **environ})


@pytest.mark.parametrize(("own", "expected"), [
    ("7", "1:2.0-1+7"), ("0.5-1", "1:2.0-1+0.5-1"), ("3:7", "1:2.0-1+7"), ("7+b1", "1:2.0-1+7+b1"),
])
def test_version(own: str, expected: str) -> None:
    assert consumer.version(ITEM, own) == expected


def test_say_version(made: Consumer, capsys: pytest.CaptureFixture[str]) -> None:
    consumer.say_version(made)
    consumer.say_version(read(DH_HWCAPS_SOURCE_ROOT="elsewhere"))
    assert capsys.readouterr().out == "1:2.0-1+7\n"


def test_substvars(made: Consumer) -> None:
    write("debian/bar.substvars", "misc:Depends=x\n")
    consumer.substvars(made)
    assert Path("debian/bar.substvars").read_text() == (
        "misc:Depends=x\nhwcaps:Built-Using=foo (= 1:2.0-1)\n"
    )


@pytest.mark.parametrize(("own", "asked"), [("7", "7"), ("7.1-3", "7.1"), ("2:7-1", "2:7")])
def test_shlibs_ask_for_the_version_of_the_source(
    made: Consumer, commands: Commands, own: str, asked: str
) -> None:
    commands.say("dpkg-parsechangelog -S Version", f"{own}\n")
    commands.say("dh_listpackages", "bar\nbar-doc\n")
    path = write("debian/bar/DEBIAN/shlibs", f"libbar 1 bar (>= {asked})\n")
    consumer.renumber_shlibs(made)
    assert path.read_text() == "libbar 1 bar (>= 1:2.0)\n"
    assert not Path("debian/bar-doc").exists()


MADE = "Package: bar\nVersion: 1:2.0-1+7\nArchitecture: "


@pytest.mark.parametrize("text", [
    None, f"{MADE}all\n", f"{MADE}amd64\nBuilt-Using: gcc-14 (= 1), foo (= 1:2.0-1)\n",
])
def test_check(made: Consumer, text: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    if text:
        write("debian/bar/DEBIAN/control", text)
    consumer.check(made)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("field", ["", "Built-Using: foot (= 1:2.0-1)\n"])
def test_check_misses_the_source(
    made: Consumer, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write("debian/bar/DEBIAN/control", f"{MADE}amd64\n{field}")
    consumer.check(made)
    said = capsys.readouterr().err
    assert "warning: no package has foo (= 1:2.0-1) in Built-Using" in said
    assert said.endswith("\n  Built-Using: ${hwcaps:Built-Using}\n")


def test_check_finds_another_version(made: Consumer) -> None:
    write("debian/bar/DEBIAN/control", "Package: bar\nVersion: 7\nArchitecture: any\n")
    with pytest.raises(ControlError, match=r"Version: 7, but .* has the version 1:2\.0-1\+7"):
        consumer.check(made)


def test_no_source(made: Consumer) -> None:
    with pytest.raises(HwcapsError) as caught:
        consumer.unpack_all(read(DH_HWCAPS_SOURCE_ROOT="nowhere"))
    assert str(caught.value) == (
        "no build dependency gives a source to build from\n"
        "  nowhere/usr/src/gcc/gcc.mk: no such file\n  nowhere/usr/src/foo/foo.mk: no such file\n"
        "  Build-Depends: gcc-src must be made with dh-hwcaps, and installed."
    )


def test_no_build_dependency(made: Consumer) -> None:
    write("debian/control", "Source: bar\n")
    with pytest.raises(HwcapsError, match="no build dependency gives a source") as caught:
        consumer.unpack_all(read())
    assert caught.value.advice.endswith("is missing in debian/control.")


def test_clean_stands_in_and_removes(made: Consumer) -> None:
    write("gcc/precious")
    consumer.before_clean(made)
    assert [path.name for path in Path("foo").iterdir()] == [".dh-hwcaps-source"]
    assert [path.name for path in Path("gcc").iterdir()] == ["precious"]
    consumer.after_clean(made)
    assert not Path("foo").exists()
    assert Path("gcc/precious").exists()


def test_steps_run_in_copies_too(
    made: Consumer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"LEVEL": "x86-64-v3", "STATE": "x", "SOURCE_ROOT": "root"}.items():
        monkeypatch.setenv(f"DH_HWCAPS_{name}", value)
    assert main.main(["/usr/bin/dh_hwcaps_source_version"]) == 0
    assert capsys.readouterr().out == "1:2.0-1+7\n"


def test_without_control() -> None:
    with pytest.raises(ControlError, match="debian/control: no such file"):
        control.read()
