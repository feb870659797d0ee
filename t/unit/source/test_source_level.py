# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A level whose family another source builds: what is packed, staged and removed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps import layout
from dhhwcaps.errors import HwcapsError
from dhhwcaps.run import Shell
from dhhwcaps.source import level, package, unpack
from dhhwcaps.source.package import SourcePackage
from fakes import LIB, Commands, family, stanzas, write

HELD = SourcePackage(package="foo-src", source="foo", version="1.0-1")
OUTER = replace(
    stanzas("libfoo1-avx512 amd64"), build_depends=("foo-src", "libfoo1-generic")
)
FAMILY = replace(family("libfoo1", "avx512"), elsewhere=True)
ENVIRON = {unpack.ROOT: "system"}
QUERY = "dpkg-query --admindir=system/var/lib/dpkg"
VERSION = f"{QUERY} -W"


@pytest.fixture
def installed(commands: Commands) -> Commands:
    """A system with foo-src, which is unpacked, and libfoo1-generic, a rebuild."""
    write("system" + package.fragment("foo-src"), package.makefile(HELD))
    write("foo/debian/control", "Source: foo\n\nPackage: libfoo1\nArchitecture: any\n")
    commands.say(VERSION, "installed 1.0-1+b1 1.0-1")
    return commands


def test_pack(installed: Commands) -> None:
    installed.say("tar")
    installed.say("mv debian/.debhelper/hwcaps/source.tar.part")
    inner = level.pack([FAMILY], OUTER, Shell(), ENVIRON)
    assert (inner.name, [p.name for p in inner.packages]) == ("foo", ["libfoo1"])
    [tar] = [line for line in installed.ran if line.startswith("tar ")]
    assert " --directory=foo " in tar
    assert " --exclude=./debian/libfoo1 " in tar


def test_what_is_packed_is_not_packed_again(installed: Commands) -> None:
    write(layout.SOURCE)
    assert level.pack([FAMILY], OUTER, Shell(), ENVIRON).name == "foo"
    assert [line for line in installed.ran if not line.startswith(QUERY)] == []


def test_source_is_not_unpacked(installed: Commands) -> None:
    Path("foo/debian/control").unlink()
    with pytest.raises(HwcapsError, match="foo/debian/control: no such file"):
        level.pack([FAMILY], OUTER, Shell(), ENVIRON)


def test_generic_of_another_version(installed: Commands) -> None:
    installed.say(VERSION, "installed 1.0-2 1.0-2")
    with pytest.raises(HwcapsError) as caught:
        level.pack([FAMILY], OUTER, Shell(), ENVIRON)
    assert caught.value.message == (
        "libfoo1-generic 1.0-2 is built from foo 1.0-2, but foo-src holds 1.0-1"
    )


@pytest.mark.parametrize(("said", "code"), [("", 1), ("config-files 1.0-1 1.0-1", 0)])
def test_generic_is_not_installed(installed: Commands, said: str, code: int) -> None:
    installed.say(VERSION, said, code=code)
    with pytest.raises(HwcapsError, match="libfoo1-generic is not installed") as caught:
        level.pack([FAMILY], OUTER, Shell(), ENVIRON)
    assert caught.value.advice == "Build-Depends: libfoo1-generic"


def test_version_is_that_of_the_generic_package(installed: Commands) -> None:
    assert level.version(FAMILY, ENVIRON) == "1.0-1+b1"


def test_stage(installed: Commands) -> None:
    write(f"system{LIB}/libfoo.so.1.0").write_bytes(b"\x7fELF")
    Path(f"system{LIB}/libfoo.so.1").symlink_to("libfoo.so.1.0")
    write("system/usr/share/doc/libfoo1-generic/copyright")
    write("system/var/lib/dpkg/info/libfoo1-generic:amd64.shlibs", "libfoo 1 libfoo1\n")
    write("debian/libfoo1/left")
    write("debian/libfoo1-generic/left")
    files = ("", f"{LIB}/libfoo.so.1.0", f"{LIB}/libfoo.so.1",
             "/usr/share/doc/libfoo1-generic/copyright")
    installed.say(f"{QUERY} -L libfoo1-generic:amd64", "\n".join(["/.", *files[1:]]))
    installed.say(f"{QUERY} --control-path libfoo1-generic:amd64 shlibs",
                  "system/var/lib/dpkg/info/libfoo1-generic:amd64.shlibs\n")
    installed.say(f"{QUERY} --control-path libfoo1-generic:amd64 symbols", code=1)
    level.stage(FAMILY, Shell(), ENVIRON)
    root = Path("debian/libfoo1")
    assert sorted(str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir()) == [
        "DEBIAN/shlibs", f"{LIB[1:]}/libfoo.so.1", f"{LIB[1:]}/libfoo.so.1.0",
    ]
    assert (root / LIB[1:] / "libfoo.so.1").is_symlink()
    assert not Path("debian/libfoo1-generic").exists()


def test_remove(commands: Commands) -> None:
    for name in ("libfoo1", "libfoo1-generic", "libfoo1-avx512"):
        write(f"debian/{name}/file")
        write(f"debian/{name}.substvars")
    level.remove(OUTER, Shell())
    assert sorted(path.name for path in Path("debian").iterdir()) == [
        "libfoo1-avx512", "libfoo1-avx512.substvars"
    ]


def test_remove_of_a_whole_family(commands: Commands) -> None:
    write("debian/libfoo1/file")
    level.remove(replace(stanzas("libfoo1", "libfoo1-generic", "libfoo1-avx512 amd64"),
                         build_depends=("libfoo1-generic",)), Shell())
    assert Path("debian/libfoo1/file").exists()
