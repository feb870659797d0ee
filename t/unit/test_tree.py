# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The source is kept in one tar, and copies come and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import layout, tree
from dhhwcaps.run import Shell
from fakes import Commands, level, stanzas, write

SOURCE = stanzas("libfoo1", "libfoo1-generic", "libstdc++-x1")
TAR = (
    "tar --create --format=pax --file=debian/.debhelper/hwcaps/source.tar.part --anchored"
    " --exclude=./debian/.debhelper --exclude=./debian/debhelper-build-stamp"
    " '--exclude=./debian/*.debhelper.log' '--exclude=./debian/*.substvars'"
    " --exclude=./debian/files --exclude=./debian/tmp --exclude=./debian/libfoo1"
    " --exclude=./debian/libfoo1-generic --exclude=./debian/libstdc++-x1 ."
)


@pytest.fixture
def packing(commands: Commands) -> Commands:
    commands.say("tar --create")
    commands.say("mv debian/.debhelper/hwcaps/source.tar.part")
    return commands


def test_pack_forgets_an_earlier_build(packing: Commands) -> None:
    write(layout.collected(level("avx2")))
    write(layout.copy(level("avx2")) / "x")
    tree.pack(Shell(), SOURCE)
    assert packing.ran == [
        "rm -rf debian/.debhelper/hwcaps",
        "chmod --recursive u+rwX debian/.debhelper/hw",
        "rm -rf debian/.debhelper/hw",
        "mkdir -p debian/.debhelper/hwcaps",
        TAR,
        "mv debian/.debhelper/hwcaps/source.tar.part debian/.debhelper/hwcaps/source.tar",
    ]
    assert not layout.COPIES.exists()
    assert list(layout.STATE.iterdir()) == []


@pytest.mark.parametrize("late", [False, True])
def test_pack_notes_that_it_came_late(packing: Commands, late: bool) -> None:
    tree.pack(Shell(), SOURCE, late=late)
    assert layout.LATE.exists() is late


def test_pack_is_shown(commands: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    tree.pack(Shell(no_act=True), SOURCE, late=True)
    assert capsys.readouterr().out == (
        "\trm -rf debian/.debhelper/hwcaps\n\tmkdir -p debian/.debhelper/hwcaps\n"
        f"\tprintf %s '' > debian/.debhelper/hwcaps/late\n\t{TAR}\n"
        "\tmv debian/.debhelper/hwcaps/source.tar.part debian/.debhelper/hwcaps/source.tar\n"
    )
    assert commands.ran == []
    assert not layout.STATE.exists()


def test_unpack_replaces_an_earlier_copy(commands: Commands) -> None:
    stale = write(layout.copy(level("avx2")) / "stale")
    commands.say("tar --extract")
    tree.unpack(Shell(), Path("debian/.debhelper/hw/v3"))
    assert not stale.exists()
    assert stale.parent.is_dir()
    assert commands.ran[-1] == (
        "tar --extract --preserve-permissions --file=debian/.debhelper/hwcaps/source.tar"
        " --directory=debian/.debhelper/hw/v3"
    )


def test_remove(commands: Commands) -> None:
    write("x/y")
    tree.remove(Shell(), Path("x"))
    tree.remove(Shell(), Path("gone"))
    assert commands.ran == ["chmod --recursive u+rwX x", "rm -rf x"]
    assert not Path("x").exists()


def test_forget_one_level(commands: Commands) -> None:
    mine = [layout.collected(level("z13")), layout.specs(level("z13")),
            layout.stubs(level("z13")) / "dh_x"]
    others = [layout.collected(level("z14")), layout.SOURCE, layout.TIMES]
    for path in (*mine, *others):
        write(path)
    tree.forget(Shell(), level("z13"))
    assert [path for path in (*mine, *others) if path.exists()] == others
