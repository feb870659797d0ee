# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""gloo and gloo-rocm, which the archive holds with one source in two copies: now from one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import support
from real import chroot, machine, sources
from real.sources import Build, Source

pytestmark = pytest.mark.system

SUITE = "sid"
VERSION = "0.0~git20250912.d97133a"
GLOO = Source("gloo", SUITE, f"{VERSION}-2",
              "fbda77be3a5cf3cd0a2ef2c4711d28a68b36ac5f4779d703a5065e648d0ef36e")
ROCM = Source("gloo-rocm", SUITE, f"{VERSION}-2+rocm1",
              "f5c0861e4797afcf369a98e3fff97b34388dc566c6ffd7afb65905eaf4ebaf9c")
LOADED = "import ctypes; ctypes.CDLL('libgloo.so.0'); print(open('/proc/self/maps').read())"
CHANGELOG = """gloo-rocm (1) unstable; urgency=medium

  * Build from gloo-src.

 -- dh-hwcaps developers <dh-hwcaps@packages.debian.org>  Wed, 01 Jan 2025 12:00:00 +0000
"""


@pytest.fixture(scope="module")
def producer(addon: list[Path]) -> Iterator[Build]:
    """gloo with levels, and its source."""
    with machine.workspace("gloo") as where:
        tree = sources.unpack(GLOO, where)
        sources.run([support.TOP / "dh_hwcaps", "convert"], tree)
        sources.add_source_package(tree, "gloo")
        yield sources.sbuild(sources.pack(tree), SUITE, addon)


@pytest.fixture(scope="module")
def flavour(producer: Build, addon: list[Path]) -> Iterator[Build]:
    """gloo-rocm, from nothing but its debian/ and gloo-src."""
    with machine.workspace("gloo-rocm") as where:
        packed = where / "archive"
        packed.mkdir()
        tree = where / "gloo-rocm-1"
        shutil.copytree(sources.unpack(ROCM, packed) / "debian", tree / "debian")
        shutil.rmtree(packed)
        _build_from_source_package(tree / "debian")
        assert "no mistake found" in sources.run([support.TOP / "dh_hwcaps", "check"], tree)
        yield sources.sbuild(sources.pack(tree), SUITE, [*addon, producer.debs["gloo-src"]])


def _build_from_source_package(debian: Path) -> None:
    # What the maintainer of the flavour would change.
    shutil.rmtree(debian / "patches")
    (debian / "source/format").write_text("3.0 (native)\n")
    (debian / "changelog").write_text(CHANGELOG)
    control, rules = debian / "control", debian / "rules"
    support.edit(control, "debhelper-compat (= 13),",
                 "debhelper-compat (= 13), dh-sequence-hwcaps-source, "
                 f"gloo-src (>= {VERSION}-1001), gloo-src (<< {VERSION}-1002~),")
    support.edit(control, "Conflicts: libgloo0, ", "Built-Using: ${hwcaps:Built-Using}\n"
                 "Conflicts: libgloo0, libgloo0-generic, libgloo0-hwcaps, ")
    support.edit(control, "Replaces: libgloo0, ", "Replaces: libgloo0, libgloo0-generic, ")
    support.edit(rules, "dh $@ ", "dh $@ --sourcedirectory=gloo ")
    support.edit(rules, "\tmkdir third-party\n\tcd third-party;",
                 "\tmkdir gloo/third-party\n\tcd gloo/third-party;")
    support.edit(debian / "libgloo-rocm-dev.docs", "docs", "gloo/docs")
    support.edit(debian / "libgloo-rocm-dev.examples", "gloo/", "gloo/gloo/")


def test_flavour_has_what_the_copy_of_the_source_gave(flavour: Build, producer: Build) -> None:
    library = support.Deb(flavour.debs["libgloo-rocm-0"])
    assert library.fields["Version"] == f"{VERSION}-1001+1"
    assert library.fields["Built-Using"] == f"gloo (= {VERSION}-1001)"
    with chroot.throwaway(SUITE) as system:
        for name in ("libgloo-rocm-0", "libgloo-rocm-dev"):
            system.run(*chroot.APT, "download", name)
            (archive,) = system.root.glob(f"{name}_*.deb")
            theirs = {path for path in support.Deb(archive).members if "/doc/" not in path}
            ours = {path for path in support.Deb(flavour.debs[name]).members if "/doc/" not in path}
            assert ours == theirs


def test_flavour_and_levels_exclude_each_other(flavour: Build, producer: Build) -> None:
    debs = {**producer.debs, **flavour.debs}
    with chroot.throwaway(SUITE) as system:
        system.publish(path for name, path in debs.items() if "-dbgsym" not in name)
        system.install("libgloo0", "libgloo0-avx2", "python3")
        # Its build installs into /usr/lib itself.
        used = "glibc-hwcaps/x86-64-v3/" if "x86-64-v3" in machine.supported() else ""
        assert f" /usr/lib/{used}libgloo.so.0" in system.run("python3", "-c", LOADED)
        system.install("libgloo-rocm-0")
        assert not [name for name in system.versions() if name.startswith("libgloo0")]
        for variant in ("libgloo0-avx2", "libgloo0-generic"):
            assert system.attempt(*chroot.APT, "install", "libgloo-rocm-0", variant).returncode
