# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands that make stubs of modules, and where the stubs go."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import layout, modules, stub
from dhhwcaps.run import Shell
from fakes import LIB, TRIPLET, Commands, shared_object, write

ROOT = Path("debian/foo")
SHARED = "cc -m64 -shared -nostdlib"


@pytest.mark.parametrize(("soname", "option"), [("", ""), ("a.so", " -Wl,-soname,a.so")])
def test_make(commands: Commands, soname: str, option: str) -> None:
    commands.say("cc")
    module = shared_object(ROOT / "usr/lib/foo/a.so", soname)
    stub.make(modules.library(module, "foo", TRIPLET, ROOT), ["cc", "-m64"], Shell())
    state, made = layout.STATE, layout.MODULES / "foo/usr/lib/foo/a.so"
    assert commands.ran == [
        f"mkdir -p {made.parent}",
        f"{SHARED} -Wl,-soname,foo.foo.a.so -o {state}/foo.foo.a.so -x c /dev/null",
        f"{SHARED} -s -Wl,--no-as-needed,--enable-new-dtags,--build-id"
        f" -Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code{option}"
        f" -Wl,-rpath,{LIB}/hwcaps/foo -o {made} {state}/foo.foo.a.so",
        f"rm -f {state}/foo.foo.a.so",
    ]


def test_place(commands: Commands) -> None:
    commands.say("install")
    for name in ("b.so", "a.so"):
        write(layout.MODULES / "foo/usr/lib" / name)
    write(layout.MODULES / "bar/usr/lib/c.so")
    stub.place("foo", Shell())
    assert commands.ran == [
        f"install -m0644 {layout.MODULES}/foo/usr/lib/{name} debian/foo/usr/lib/{name}"
        for name in ("a.so", "b.so")
    ]


def test_place_without_modules(commands: Commands) -> None:
    stub.place("foo", Shell())
    assert commands.ran == []
