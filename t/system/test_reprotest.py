# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""reprotest builds the same packages twice: with another path, time, user, language, kernel ..."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numfoo
import pytest
from real import chroot, machine
from real.chroot import Chroot
from support import TOP

pytestmark = pytest.mark.system

TOOLS = ("reprotest", "diffoscope-minimal", "disorderfs", "faketime", "locales-all", "sudo")
BESIDES = ("domain_host.use_sudo=1", "user_group.available+=builder:builder")
"""How it comes to the variations that it leaves out unless told how."""
NEEDED = """
mknod -m 666 /dev/fuse c 10 229
ln -s /proc/self/mounts /etc/mtab
install -d -m 1777 /dev/shm
useradd --create-home builder
echo "127.0.0.1 localhost $(hostname)" >>/etc/hosts
"""
"""disorderfs is a file system of FUSE; faketime has its semaphore in /dev/shm; sudo asks for the
name of the host."""
BUILD = ("dpkg-buildpackage -b -us -uc && mkdir debs && mv ../*.deb debs"
         " && rm ../*.buildinfo ../*.changes")
"""Leaves nothing beside the tree: what belongs to one user is in the way of the next."""
VARIED = ("environment", "build_path", "kernel", "aslr", "num_cpus", "time", "user_group",
          "fileordering", "domain_host", "home", "locales", "exec_path", "timezone", "umask")


@pytest.fixture(scope="module")
def system(addon: list[Path]) -> Iterator[Chroot]:
    """A system with reprotest, and dh-hwcaps to build with."""
    with chroot.throwaway(machine.SUITES[0]) as made:
        made.publish(addon)
        made.install("dh-sequence-hwcaps", *TOOLS)
        made.shell(NEEDED)
        yield made


def test_example(system: Chroot) -> None:
    numfoo.copy(system.path("/example/numfoo"))
    same = reproduced(system, "/example/numfoo")
    assert [name for name in same if "-avx512_" in name]


def test_our_own_package(system: Chroot) -> None:
    shutil.copytree(TOP, system.path("/own/dh-hwcaps"), symlinks=True,
                    ignore=shutil.ignore_patterns(".*", "__pycache__"))
    system.run(*chroot.APT, "build-dep", "/own/dh-hwcaps")
    same = reproduced(system, "/own/dh-hwcaps")
    assert {name.partition("_")[0] for name in same} == {
        "dh-hwcaps", "hwcaps-common", "hwcaps-tools"
    }


def reproduced(system: Chroot, tree: str) -> list[str]:
    """Return the names of the packages that both builds gave with the same bytes."""
    said = system.shell(
        f"cd {tree} && reprotest --verbosity=1 --vary={','.join(BESIDES)} --store-dir={tree}-debs"
        f" '{BUILD}' 'debs/*.deb' -- null",
        env={"DEB_BUILD_OPTIONS": "nocheck"},
    )
    (line,) = (line for line in said.splitlines() if 'build "experiment-1": vary ' in line)
    assert not [name for name in VARIED if f"vary {name}" not in line], line
    debs = system.path(f"{tree}-debs")
    first, second = (
        {path.name: path.read_bytes() for path in (debs / build).rglob("*.deb")}
        for build in ("control", "experiment-1")
    )
    assert first == second
    return sorted(first)
