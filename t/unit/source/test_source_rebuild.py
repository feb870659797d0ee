# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import pytest
from dhhwcaps import isa
from dhhwcaps.errors import UsageError
from dhhwcaps.source import package, rebuild
from dhhwcaps.source.package import SourcePackage
from fakes import write

ITEM = SourcePackage(package="foo-src", source="foo", version="2.0-1")


def test_environment() -> None:
    made = rebuild.environment("-march=native", "foo", {
        "DEB_CFLAGS_APPEND": "-g3", "DEB_BUILD_PROFILES": "nodoc",
    })
    assert made["DEB_CFLAGS_APPEND"] == "-g3 -march=native"
    assert made["DEB_FCFLAGS_APPEND"] == "-march=native"
    assert made["DEB_BUILD_PROFILES"] == "nodoc pkg.foo.nohwcaps"


def test_elsewhere() -> None:
    item = SourcePackage(package="foo-src", source="foo", version="1:2.0-1")
    *words, setup, name = rebuild.elsewhere(item, "-march=x86-64-v3 -O3")
    assert name == "foo_2.0-1+native1.dsc"
    assert words == ["sbuild", "--no-arch-all", "--profiles=pkg.foo.nohwcaps"]
    assert setup.startswith("--chroot-setup-commands=printf 'APPEND CFLAGS -march=x86-64-v3 -O3\\n")
    assert setup.endswith(" >>/etc/dpkg/buildflags.conf")
    # sbuild makes one of two, printf(1) again.
    assert "-DX=%%%%d" in rebuild.elsewhere(item, "-DX=%d")[-2]


def test_installed() -> None:
    write("root/usr/src/foo/foo.mk", package.makefile(ITEM))
    environ = {"DH_HWCAPS_SOURCE_ROOT": "root"}
    assert rebuild.installed("foo-src", environ) == ITEM
    with pytest.raises(UsageError, match="bar-src is not installed, or holds no source"):
        rebuild.installed("bar-src", environ)


@pytest.mark.parametrize(("arch", "flag"), [
    ("amd64", "-march=native"), ("ppc64el", "-mcpu=native"), ("riscv64", ""),
])
def test_native(arch: str, flag: str) -> None:
    assert isa.native(arch) == flag
