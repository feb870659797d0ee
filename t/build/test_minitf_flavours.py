# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Flavours of minitf for other devices, each built from nothing but minitf-src."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import atlevel
import pytest
import support
from minitf import FLAVOURS, flavour
from support import Built

pytestmark = pytest.mark.build

VERSION = "2.3.1-1+1"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with minitf-src unpacked."""
    return source(tmp_path_factory.mktemp("src"))


def source(where: Path, version: str = "2.3.1-1") -> Path:
    tree = support.copy_source(where, "minitf", "2.3.1")
    support.edit(tree / "debian/changelog", "(2.3.1-1)", f"({version})")
    return support.build(tree, "-A").debs["minitf-src"].unpacked()


@pytest.fixture(scope="module", params=FLAVOURS)
def built(
    request: pytest.FixtureRequest, installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Built:
    tree = flavour(tmp_path_factory.mktemp(request.param), request.param)
    return support.build(tree, env={"DH_HWCAPS_SOURCE_ROOT": str(installed)})


def name_of(built: Built) -> str:
    return re.findall(r"minitf-(\w+)-1", built.tree.name)[0]


def test_flavour_works_on_its_device_and_on_the_cpu(built: Built) -> None:
    said = atlevel.python(
        built.root(), "minitf", "[minitf.has_device('GPU'), minitf.matmul(8), minitf.isa()['cc']]",
        "generic",
    )
    assert said == [True, 8, "generic"]


def test_flavour_takes_the_place_of_all_members(built: Built) -> None:
    library = built.debs[f"libminitf-{name_of(built)}2"]
    assert library.relation("Conflicts") == [
        "libminitf2", "libminitf2-generic", "libminitf2-hwcaps"
    ]
    assert library.relation("Provides") == [f"libminitf2 (= {VERSION})"]
    module = built.debs[f"python3-minitf-{name_of(built)}"]
    assert f"libminitf-{name_of(built)}2 (= {VERSION})" in module.relation("Depends")


def test_flavour_tells_its_source_and_version(built: Built) -> None:
    for name, deb in built.debs.items():
        assert deb.fields["Version"] == VERSION
        if not name.endswith("-dbgsym"):
            assert deb.fields["Built-Using"] == "minitf (= 2.3.1-1)"


def test_source_of_a_flavour_has_nothing_of_minitf() -> None:
    tree = support.PACKAGES / "minitf-cuda"
    assert {path.relative_to(tree).parts[0] for path in tree.rglob("*")} == {"debian"}


def test_local_rebuild_for_the_cpu_of_this_machine(installed: Path, tmp_path: Path) -> None:
    best = support.supported()[-1:]
    if not best:
        pytest.skip("this machine has no level")
    tar = installed / "usr/src/minitf/minitf-2.3.1.tar"
    subprocess.run(["tar", "-xf", tar], cwd=tmp_path, check=True)
    flags = {f"DEB_{name}_APPEND": "-march=native" for name in ("CFLAGS", "CXXFLAGS")}
    built = support.build(
        tmp_path / "minitf-2.3.1", env={"DEB_BUILD_PROFILES": "pkg.minitf.nohwcaps", **flags}
    )
    said = atlevel.python(built.root(), "minitf", "minitf.isa()", "x86-64-v4")
    assert said == dict.fromkeys(("framework", "c", "cc", "python"), best[0])


def test_newer_source_than_the_flavour_was_made_for(
    tmp_path: Path, fails: Callable[..., str]
) -> None:
    newer = source(tmp_path, "2.3.1-2")
    said = fails(flavour(tmp_path, "cuda"), env={"DH_HWCAPS_SOURCE_ROOT": str(newer)})
    assert said.startswith(
        "dh_hwcaps_source: error: minitf-src is version 2.3.1-2, but debian/control wants"
        " minitf-src (>= 2.3.1-1~), minitf-src (<< 2.3.1-2~)"
    )
