# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A flavour of minitorch, all of which setup.py builds in the tree, from minitorch-src."""

from __future__ import annotations

from pathlib import Path

import atlevel
import pytest
import support
from support import Built

pytestmark = pytest.mark.build

SOURCE = """
Package: minitorch-src
Section: devel
Architecture: all
Multi-Arch: foreign
Depends: ${misc:Depends}
Description: tensors that are not deep at all - source
 This package holds the source.
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with minitorch-src unpacked."""
    tree = support.copy_source(tmp_path_factory.mktemp("src"), "minitorch", "1.2.0")
    support.command(tree, "dh_hwcaps", "convert")
    support.append(tree / "debian/control", SOURCE)
    return support.build(tree, "-A").debs["minitorch-src"].unpacked()


@pytest.fixture(scope="module")
def cuda(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    tree = support.copy_source(tmp_path_factory.mktemp("cuda"), "minitorch-cuda", "1")
    return support.build(tree, env={"DH_HWCAPS_SOURCE_ROOT": str(installed)})


def test_files_of_debian_that_the_patched_build_refers_to_are_there(installed: Path) -> None:
    (tree,) = (installed / "usr/src/minitorch").glob("*.tar")
    assert tree.name == "minitorch-1.2.0.tar"
    said = support.attempt(tree.parent, "tar", "-xOf", tree.name, "minitorch-1.2.0/CMakeLists.txt",
                           "minitorch-1.2.0/debian/pocketfft/pocketfft.h")
    assert said.returncode == 0
    assert "${CMAKE_SOURCE_DIR}/debian/pocketfft" in said.stdout


def test_module_of_the_flavour_works(cuda: Built) -> None:
    said = atlevel.python(cuda.root(), "minitorch", "[minitorch.isa(), minitorch.total(1000)]",
                          "generic")
    assert said == [dict.fromkeys(("c10", "cpu", "python"), "generic"), 1000]


def test_flavour_tells_its_source_and_version(cuda: Built) -> None:
    assert {deb.fields["Version"] for deb in cuda.debs.values()} == {"1.2.0-2+1"}
    for name in ("libminitorch-cuda-1.2", "python3-minitorch-cuda"):
        assert cuda.debs[name].fields["Built-Using"] == "minitorch (= 1.2.0-2)"
    assert "libminitorch_cpu.so.1.2" in cuda.debs["libminitorch-cuda-1.2"].libraries


def test_clean_leaves_nothing_behind(cuda: Built, installed: Path) -> None:
    support.build(cuda.tree, "-Tclean", env={"DH_HWCAPS_SOURCE_ROOT": str(installed)})
    original = support.PACKAGES / "minitorch-cuda"
    paths = [{path.relative_to(root) for path in root.rglob("*")}
             for root in (cuda.tree, original)]
    assert paths[0] == paths[1]
