# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import layout
from dhhwcaps.control import Source
from dhhwcaps.run import Shell
from dhhwcaps.source import pack
from dhhwcaps.source.package import SourcePackage
from fakes import Commands, stanzas, write

PACKAGE = SourcePackage(package="foo-src", source="foo", version="1.0-1")
SOURCE = stanzas("foo", "foo-src all")


def test_wanted(commands: Commands) -> None:
    commands.say("dpkg-parsechangelog -S Version", "1.0-1\n")
    assert pack.wanted(SOURCE, {"foo", "foo-src"}) == (PACKAGE,)


@pytest.mark.parametrize(("source", "selected"), [
    (stanzas("foo"), {"foo"}), (SOURCE, {"foo"}), (SOURCE, set()),
])
def test_nothing_wanted(commands: Commands, source: Source, selected: set[str]) -> None:
    assert pack.wanted(source, selected) == ()
    assert commands.ran == []


@pytest.mark.parametrize("environ", [{"SOURCE_DATE_EPOCH": "7"}, {}])
def test_keep(commands: Commands, environ: dict[str, str]) -> None:
    commands.say("tar")
    for command in ("debian/rules clean", "fakeroot debian/rules clean"):
        commands.say(f"cd debian/.debhelper/hw/src && {command}")
    commands.say("mv debian/.debhelper/hwcaps-src/foo-src.tar.part")
    commands.say("dpkg-parsechangelog -S Timestamp", "7\n")
    pack.keep([PACKAGE], SOURCE, Shell(), environ)
    clean = next(n for n, line in enumerate(commands.ran) if "debian/rules clean" in line)
    tar = next(n for n, line in enumerate(commands.ran) if "--create" in line)
    assert clean < tar
    assert commands.ran[clean].startswith("cd debian/.debhelper/hw/src && ")
    words = commands.ran[tar].split()
    assert {"--sort=name", "--mtime=@7", "--clamp-mtime", "--numeric-owner", "--owner=0",
            "--directory=debian/.debhelper/hw/src", "--exclude=.git", "--exclude=./.pc",
            "--exclude=./debian/foo-src", "--hard-dereference"} < set(words)
    assert "'--transform=flags=r;s|^\\.|foo-1.0|'" in commands.ran[tar]
    assert not layout.CLEAN.exists()


def test_place(commands: Commands) -> None:
    commands.say("install")
    write("debian/foo-src.mk", "include y\n")
    pack.place([PACKAGE], Shell())
    assert commands.ran == [
        "install -D -m0644 debian/.debhelper/hwcaps-src/foo-src.tar"
        " debian/foo-src/usr/src/foo/foo-1.0.tar"
    ]
    assert Path("debian/foo-src/usr/src/foo/foo.mk").read_text().endswith("1.0.tar\ninclude y\n")
