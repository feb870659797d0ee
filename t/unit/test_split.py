# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Libraries and what dh_makeshlibs made of them move to the generic package."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import split
from dhhwcaps.run import Shell
from fakes import LIB, TRIPLET, Commands, family, library, write

FOO = family("libfoo1", "avx2", "avx512")
V3 = f"usr/lib/{TRIPLET}/glibc-hwcaps/x86-64-v3"
MADE_BY_DEBHELPER = "# Triggers added by dh_makeshlibs/13.11.4\nactivate-noawait ldconfig\n"
OURS = "# Triggers added by dh_hwcaps_split\nactivate-noawait ldconfig\n"


def tree(package: str) -> list[str]:
    """Return all paths in a package's directory; directories end in a slash when empty."""
    root = Path("debian", package)
    return sorted(
        str(path.relative_to(root)) + ("/" if path.is_dir() else "") for path in root.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    )


def triggers(package: str) -> str | None:
    path = Path("debian/.debhelper/generated", package, "triggers")
    return path.read_text() if path.exists() else None


def test_move(commands: Commands) -> None:
    here = Path("debian/libfoo1", LIB.lstrip("/"))
    write(here / "libfoo.so.1.0", "code")
    (here / "libfoo.so.1").symlink_to("libfoo.so.1.0")
    write(here / "foo/plugin.so")
    write(here / "foo/priv/libpriv.so.1")
    write("debian/libfoo1/usr/share/doc/libfoo1/changelog")
    for name in ("shlibs", "symbols", "triggers"):
        write(f"debian/libfoo1/DEBIAN/{name}", name)
        write(f"debian/libfoo1-avx2/DEBIAN/{name}", name)
    held = [library(), library(file="libpriv.so.1", directory=f"{LIB}/foo/priv",
                               soname="libpriv.so.1")]
    split.move(FOO, held, [], Shell())
    assert tree("libfoo1") == [
        "DEBIAN/triggers", f"usr/lib/{TRIPLET}/foo/plugin.so", "usr/share/doc/libfoo1/changelog",
    ]
    assert tree("libfoo1-generic") == [
        "DEBIAN/shlibs", "DEBIAN/symbols", f"usr/lib/{TRIPLET}/foo/priv/libpriv.so.1",
        f"usr/lib/{TRIPLET}/libfoo.so.1", f"usr/lib/{TRIPLET}/libfoo.so.1.0",
    ]
    assert Path("debian/libfoo1-generic", LIB.lstrip("/"), "libfoo.so.1").read_text() == "code"
    assert tree("libfoo1-avx2") == ["DEBIAN/triggers"]


def test_move_leaves_no_empty_directories(commands: Commands) -> None:
    write(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    split.move(FOO, [library()], [], Shell())
    assert tree("libfoo1") == []
    assert Path("debian/libfoo1").is_dir()


def test_move_is_shown(commands: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    write(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    write("debian/libfoo1/DEBIAN/symbols")
    split.move(family("libfoo1", "avx2"), [library()], [], Shell(no_act=True))
    assert capsys.readouterr().out == f"""\
\tmkdir -p debian/libfoo1-generic{LIB}
\tmv debian/libfoo1{LIB}/libfoo.so.1.0 debian/libfoo1-generic{LIB}
\tmkdir -p debian/libfoo1-generic/DEBIAN
\tmv debian/libfoo1/DEBIAN/symbols debian/libfoo1-generic/DEBIAN/symbols
\trm -f debian/libfoo1-avx2/DEBIAN/shlibs
\trm -f debian/libfoo1-avx2/DEBIAN/symbols
"""
    assert commands.ran == []
    assert tree("libfoo1") == ["DEBIAN/symbols", f"usr/lib/{TRIPLET}/libfoo.so.1.0"]


@pytest.mark.parametrize("times", [1, 2])
def test_triggers(commands: Commands, times: int) -> None:
    for package in ("libfoo1", "libfoo1-avx512"):
        write(f"debian/.debhelper/generated/{package}/triggers", MADE_BY_DEBHELPER)
    write("debian/.debhelper/generated/libfoo1-generic/triggers", "interest-noawait /usr/share/x\n")
    write(f"debian/libfoo1-avx2/{V3}/libfoo.so.1")
    for _ in range(times):
        split.triggers(FOO, [library()], TRIPLET, Shell())
    assert triggers("libfoo1") is None
    assert triggers("libfoo1-generic") == f"interest-noawait /usr/share/x\n{OURS}"
    assert triggers("libfoo1-avx2") == OURS
    assert triggers("libfoo1-avx512") is None


def test_family_keeps_its_other_triggers(commands: Commands) -> None:
    write("debian/.debhelper/generated/libfoo1/triggers", f"{MADE_BY_DEBHELPER}activate x\n")
    split.triggers(FOO, [library()], TRIPLET, Shell())
    assert triggers("libfoo1") == "activate x\n"


@pytest.mark.parametrize(("directories", "cached"), [
    ([LIB], True), (["/usr/lib"], True), (["/lib"], True), ([f"/lib/{TRIPLET}"], True),
    ([f"{LIB}/foo"], False), ([f"{LIB}/foo", LIB], True), ([], False),
])
def test_only_what_ldconfig_reads_triggers_it(
    commands: Commands, directories: list[str], cached: bool
) -> None:
    held = [library(directory=directory) for directory in directories]
    split.triggers(FOO, held, TRIPLET, Shell())
    assert triggers("libfoo1-generic") == (OURS if cached else None)


def test_shipped() -> None:
    write(f"debian/libfoo1-avx2/{V3}/libfoo.so.1")
    write(f"debian/libfoo1-avx2/usr/lib/{TRIPLET}/foo/glibc-hwcaps/x86-64-v3/libpriv.so.1")
    write("debian/libfoo1-avx2/usr/share/doc/libfoo1-avx2/copyright")
    assert split.shipped("libfoo1-avx2") == {f"{LIB}/libfoo.so.1", f"{LIB}/foo/libpriv.so.1"}
    assert split.shipped("libfoo1-avx512") == frozenset()


def test_generic_always_holds_libraries() -> None:
    assert split.holds_libraries("libfoo1-generic", FOO)
    assert not split.holds_libraries("libfoo1-avx2", FOO)


def test_clients_need_the_version_that_has_all_libraries(commands: Commands) -> None:
    path = Path("debian/libfoo1-generic/DEBIAN/shlibs")
    split.ask_for(FOO, "1.0-2~", Shell())
    assert not path.exists()
    write(path, "libfoo 1 libfoo1 (>= 1.0)\n")
    split.ask_for(FOO, "1.0-2~", Shell(no_act=True))
    assert path.read_text() == "libfoo 1 libfoo1 (>= 1.0)\n"
    split.ask_for(FOO, "1.0-2~", Shell())
    assert path.read_text() == "libfoo 1 libfoo1 (>= 1.0-2~)\n"


def test_debug_symbols_replace_those_of_merged_packages(commands: Commands) -> None:
    state = Path("debian/.debhelper/libfoo1")
    split.replace_debug_symbols(FOO, ["liba1"], "2~", Shell())
    assert not state.exists()
    (state / "dbgsym-root").mkdir(parents=True)
    for _twice in range(2):
        split.replace_debug_symbols(FOO, ["liba1", "libb1"], "2~", Shell())
        text = (state / "dbgsym-migration").read_text()
        assert text == "liba1-dbgsym (<< 2~), libb1-dbgsym (<< 2~)\n"
    (state / "dbgsym-migration").write_text("libfoo1-dbg (<< 1)\n")
    split.replace_debug_symbols(FOO, ["liba1"], "2~", Shell())
    assert (state / "dbgsym-migration").read_text() == (
        "libfoo1-dbg (<< 1), liba1-dbgsym (<< 2~)\n"
    )
