# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages do not depend on the path, on the number of jobs, or on the builder's CPU."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numfoo
import pytest
from corpus.pins import PINS
from real import chroot, machine, sources
from real.cases import CASES
from real.chroot import Chroot

pytestmark = pytest.mark.system

EMULATOR = "/usr/bin/qemu-x86_64-static"
LESSER = {"Nehalem": (), "Haswell": ("x86-64-v3",)}
"""Emulated CPUs, and the packages' levels that they can run."""
PINNED = {pin.name: pin for pin in PINS}
FAR = "/srv/a/longer/path/to"


@pytest.fixture(scope="module")
def builder(addon: list[Path]) -> Iterator[Chroot]:
    """A system that has dh-hwcaps."""
    with chroot.throwaway(machine.SUITES[0]) as system:
        system.publish(addon)
        system.install("dh-sequence-hwcaps")
        yield system


@pytest.fixture(scope="module")
def sums(builder: Chroot) -> dict[str, str]:
    """The sums of the example's packages, as this machine builds them."""
    numfoo.copy(builder.path("/build/numfoo"))
    _log, debs = numfoo.build(builder, "/build/numfoo", jobs=2)
    assert any("-avx512_" in name for name in debs)
    assert any("-avx512-dbgsym_" in name for name in debs)
    return _sums(debs)


def test_example_in_another_path_with_one_job(builder: Chroot, sums: dict[str, str]) -> None:
    numfoo.copy(builder.path(f"{FAR}/numfoo"))
    _log, debs = numfoo.build(builder, f"{FAR}/numfoo", jobs=1)
    assert _sums(debs) == sums


@pytest.mark.parametrize("cpu", LESSER)
def test_example_on_a_lesser_cpu(builder: Chroot, sums: dict[str, str], cpu: str) -> None:
    numfoo.copy(builder.path(f"/{cpu}/numfoo"))
    log, debs = numfoo.build(builder, f"/{cpu}/numfoo", within=emulated(builder, cpu))
    for level in ("x86-64-v3", "x86-64-v4"):
        check_tests(log, level, cpu)
    assert _sums(debs) == sums


@pytest.mark.long
@pytest.mark.parametrize("cpu", LESSER)
@pytest.mark.parametrize("name", ["bzip2", "libmodplug", "libvorbis"])
def test_real_package_on_a_lesser_cpu(
    builder: Chroot, tmp_path: Path, name: str, cpu: str
) -> None:
    sources.convert(PINNED[name].source, tmp_path, *PINNED[name].options)
    log, here, debs = both(builder, tmp_path / "tree", cpu)
    for level in ("x86-64-v3", "x86-64-v4"):
        check_tests(log, level, cpu)
    assert any("-avx512_" in package for package in here)
    assert debs == here


@pytest.mark.long
def test_introspection_on_a_lesser_cpu(builder: Chroot, tmp_path: Path) -> None:
    """g-ir-scanner runs a program that it has linked with the library of v4."""
    sources.convert(PINNED["babl"].source, tmp_path, "--levels=avx512")
    log, here, debs = both(builder, tmp_path / "tree", "Nehalem")
    check_tests(log, "x86-64-v4", "Nehalem")
    _generic, level = log.split("hwcaps: x86-64-v4: building")
    assert "g-ir-scanner" in level and any(name.startswith("gir1.2-babl-0.1_") for name in here)
    assert any("-avx512_" in package for package in here)
    assert debs == here


def both(builder: Chroot, tree: Path, cpu: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Build a package on that CPU and on ours; return the former's log, and the sums of both."""
    with chroot.copy(builder) as system:
        for place in ("here", cpu):
            shutil.copytree(tree, system.path(f"/{place}/tree"), symlinks=True)
        system.run(*chroot.APT, "--no-install-recommends", "build-dep", "/here/tree")
        _log, here = numfoo.build(system, "/here/tree")
        log, debs = numfoo.build(system, f"/{cpu}/tree", within=emulated(system, cpu))
        return log, _sums(here), _sums(debs)


def emulated(system: Chroot, cpu: str) -> tuple[str, ...]:
    """Return what runs a command on that CPU; check that the loader takes it for one."""
    within = (str(Path(__file__).with_name("as-cpu")), EMULATOR, cpu)
    said = system.run("/lib64/ld-linux-x86-64.so.2", "--help", within=within)
    assert re.findall(r"(x86-64-v[34]) \(supported", said) == list(LESSER[cpu])
    return within


def check_tests(log: str, level: str, cpu: str) -> None:
    """Check that the report says whether the level's tests ran."""
    (line,) = re.findall(rf"^hwcaps: {level} +built in .*", log, re.MULTILINE)
    assert ("tests not run (this machine" in line) is (level not in LESSER[cpu]), line


def test_real_package_in_another_path_with_one_job(builder: Chroot, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.source.name == "libvorbis")
    sources.convert(case.source, tmp_path)
    found: list[dict[str, str]] = []
    for path, jobs in (("/one/vorbis", 2), (f"{FAR}/vorbis", 1)):
        shutil.copytree(tmp_path / "tree", builder.path(path), symlinks=True)
        if not found:
            builder.run(*chroot.APT, "--no-install-recommends", "build-dep", path)
        _log, debs = numfoo.build(builder, path, jobs)
        found.append(_sums({n: p for n, p in debs.items() if n.startswith("libvorbis")}))
    assert found[0] == found[1]
    assert any("-avx2_" in name for name in found[0])


def _sums(debs: Mapping[str, Path]) -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in debs.items()}
