# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitf, a stand-in for tensorflow: flags as arguments, three libraries, a Python module."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import atlevel
import pytest
import support
from support import Built

pytestmark = pytest.mark.build

V = "(= 2.3.1-1)"
FRAMEWORK = "libminitf_framework.so.2"
SONAMES = ("libminitf.so.2", "libminitf_cc.so.2", FRAMEWORK)
MEMBERS = ("libminitf2-generic", "libminitf2-avx2", "libminitf2-avx512")
CLIENT = """
#include <minitf/cc/client.h>

int main()
{
	minitf::Tensor one{{1}, 1, 1};
	return minitf::Session("CPU").MatMul(one, one).data.at(0) != 1;
}
"""


@pytest.fixture(scope="module", params=["default directories", "RUNPATH"])
def minitf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built as Debian does it, with its patch, and as upstream does it."""
    if support.architecture() != "amd64":
        pytest.skip("minitf has levels of amd64")
    tree = support.copy_source(tmp_path_factory.mktemp("minitf"), "minitf", "2.3.1")
    if request.param == "RUNPATH":
        support.edit(tree / "debian/patches/series", "no-rpath.patch\n", "")
    built = support.build(tree)
    headers = subprocess.check_output(["readelf", "-dW", _library(built.root())], text=True)
    assert ("[$ORIGIN:$ORIGIN/..]" in headers) is (request.param == "RUNPATH")
    return built


@pytest.fixture
def root(minitf: Built, tmp_path: Path) -> Path:
    """A directory with all packages unpacked, to change at will."""
    return shutil.copytree(minitf.root(), tmp_path / "root", symlinks=True)


@pytest.mark.parametrize("level", atlevel.CPUS)
def test_every_cpu_gets_its_libraries_and_one_python_module(minitf: Built, level: str) -> None:
    atlevel.need(level)
    assert _isa(minitf.root(), level) == _levels(level, level, level)


def test_variant_alone_serves_its_cpus_and_no_lesser_one(root: Path) -> None:
    for path in [*_libraries(root).glob("libminitf*"), _libraries(root, "x86-64-v4")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    atlevel.need("x86-64-v3")
    assert _isa(root, "x86-64-v3") == _levels(*["x86-64-v3"] * 3)
    with pytest.raises(AssertionError, match="cannot open shared object file"):
        _isa(root, "generic")


def test_libraries_of_different_levels_fit_each_other(root: Path) -> None:
    atlevel.need("x86-64-v3")
    for soname in set(SONAMES) - {FRAMEWORK}:
        (_libraries(root, "x86-64-v3") / soname).unlink()
    assert _isa(root, "x86-64-v3") == _levels("x86-64-v3", "generic", "generic")


def test_variants_take_a_flavour_of_the_same_name_out_of_use(root: Path, minitf: Built) -> None:
    # Why a flavour must conflict with the virtual package that all variants provide.
    atlevel.need("x86-64-v3")
    argv = ["tools/minibazel", "--output_base=cuda", "build", "--config=cuda", "--symlink_prefix=/",
            "//minitf:minitf_framework"]
    subprocess.run(argv, cwd=minitf.tree, check=True, env=os.environ | {"NVCC": "g++"})
    shutil.copy(minitf.tree / f"cuda/bin/minitf/{FRAMEWORK}", _libraries(root) / FRAMEWORK)
    asked = ("minitf", "minitf.has_device('GPU')")
    assert atlevel.python(root, *asked, "generic") is True
    assert atlevel.python(root, *asked, "x86-64-v3") is False


def test_code_is_that_of_the_level(minitf: Built) -> None:
    counts = {level: _registers(_library(minitf.root(), level)) for level in atlevel.CPUS}
    assert counts["generic"] == {"ymm": 0, "zmm": 0}
    assert counts["x86-64-v3"]["ymm"]
    assert not counts["x86-64-v3"]["zmm"]
    assert counts["x86-64-v4"]["zmm"]


def test_minitf_is_the_three_packages_that_users_want(minitf: Built) -> None:
    meta = minitf.debs["minitf"]
    assert meta.relation("Depends") == [
        f"{name} {V}" for name in ("libminitf-dev", "libminitf2", "python3-minitf")
    ]
    assert minitf.debs["libminitf2"].relation("Pre-Depends") == [
        " | ".join(f"{name} {V}" for name in MEMBERS)
    ]
    for name in ("minitf", "libminitf2"):
        assert all(path.startswith("usr/share/doc/") for path in minitf.debs[name].members), name


def test_dependencies_make_no_cycle_and_name_the_family(minitf: Built) -> None:
    for name in MEMBERS:
        needed = {relation.split()[0] for relation in minitf.debs[name].relation("Depends")}
        assert needed <= {"libc6", "libgcc-s1", "libstdc++6", "libminitf2-generic"}, name
    assert minitf.debs["libminitf2-generic"].metadata("shlibs").splitlines() == [
        f"{soname.removesuffix('.so.2')} 2 libminitf2 (>= 2.3.1)" for soname in SONAMES
    ]
    assert "libminitf2 (>= 2.3.1)" in minitf.debs["python3-minitf"].relation("Depends")


def test_variants_hold_all_libraries_and_nothing_else(minitf: Built) -> None:
    for name, level in zip(MEMBERS[1:], ("x86-64-v3", "x86-64-v4"), strict=True):
        assert minitf.debs[name].libraries == [f"glibc-hwcaps/{level}/{s}" for s in SONAMES]
        assert minitf.debs[name].relation("Provides") == [f"libminitf2-hwcaps {V}"]


def test_client_is_linked_with_the_generic_libraries(minitf: Built, tmp_path: Path) -> None:
    root = minitf.root()
    (tmp_path / "client.cc").write_text(CLIENT)
    flags = [f"-I{root}/usr/include", f"-L{_libraries(root)}", "-lminitf_cc", "-lminitf",
             "-lminitf_framework"]
    subprocess.run(["g++", "-std=c++17", "client.cc", *flags, "-o", "client"], cwd=tmp_path,
                   check=True)
    for level in atlevel.CPUS:
        subprocess.run(["./client"], cwd=tmp_path, check=True, env=atlevel.environment(root, level))


def test_tests_of_each_level_ran_in_python(minitf: Built) -> None:
    said = re.findall(r"^hwcaps: (\S+) +built in \d+ s, (.+)", minitf.log, re.MULTILINE)
    able = support.supported()
    assert sorted(said) == [
        (level, "tests passed" if level in able else f"tests not run (this machine has no {level})")
        for level in support.LEVELS
    ]


def test_source_is_the_same_from_every_build_and_patched(minitf: Built, tmp_path: Path) -> None:
    tree = support.copy_source(tmp_path / "elsewhere", "minitf", "2.3.1")
    shutil.copy(minitf.tree / "debian/patches/series", tree / "debian/patches/series")
    again = support.build(tree, "-A")
    assert set(again.debs) == {"minitf-src"}
    source = minitf.debs["minitf-src"]
    assert again.debs["minitf-src"].path.read_bytes() == source.path.read_bytes()
    with tarfile.open(source.unpacked() / "usr/src/minitf/minitf-2.3.1.tar") as tar:
        names = set(tar.getnames())
        builder = tar.extractfile("minitf-2.3.1/tools/minibazel").read().decode()
    assert "minitf-2.3.1/debian/rules" in names
    assert not [name for name in names if re.search(r"bazel-|\.pc\b|\.bazelrc", name)]
    assert ("RPATH" in builder) is ("no-rpath" not in (tree / "debian/patches/series").read_text())


def test_cpu_that_configure_chooses_by_itself_is_found(
    tmp_path: Path, fails: Callable[..., str]
) -> None:
    # As tensorflow's configure does, unless it is told otherwise.
    tree = support.copy_source(tmp_path, "minitf", "2.3.1")
    support.edit(tree / "debian/rules", "CC_OPT_FLAGS= ", "CC_OPT_FLAGS=-march=skylake ")
    said = fails(tree)
    assert f"{', '.join(SONAMES)} (libminitf2-avx2) is the same at x86-64-v3" in said
    assert "The debug information tells of -march=skylake." in said


def test_rules_are_short() -> None:
    lines = (support.PACKAGES / "minitf/debian/rules").read_text().splitlines()
    assert len([line for line in lines if line and not line.startswith("#")]) <= 15


def _levels(framework: str, c: str, cc: str) -> dict[str, str]:
    return {"framework": framework, "c": c, "cc": cc, "python": "generic"}


def _isa(root: Path, level: str) -> object:
    return atlevel.python(root, "minitf", "minitf.isa()", level)


def _libraries(root: Path, level: str = "generic") -> Path:
    below = "" if level == "generic" else f"glibc-hwcaps/{level}"
    return root / "usr/lib" / support.triplet() / below


def _library(root: Path, level: str = "generic") -> Path:
    return _libraries(root, level) / FRAMEWORK


def _registers(library: Path) -> dict[str, int]:
    code = subprocess.check_output(["objdump", "-d", "--no-show-raw-insn", library], text=True)
    return {name: len(re.findall(rf"%{name}\d", code)) for name in ("ymm", "zmm")}
