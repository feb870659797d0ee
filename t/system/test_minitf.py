# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitf, and what sbuild builds from nothing but its source; what apt lets be installed of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import minitf
import pytest
import support
from real import chroot, machine, sources
from real.chroot import Chroot
from real.sources import Build
from support import TOP

pytestmark = pytest.mark.system

SUITE = machine.SUITES[0]
PRESENT = ("debhelper", "dh-python", "python3-dev")
"""So that not each build installs them."""
DEVICE = "import minitf; print(minitf.has_device('GPU'), minitf.isa()['framework'])"
Debs = dict[str, Path]


@pytest.fixture(scope="module")
def debs(addon: list[Path]) -> Iterator[Debs]:
    """The packages of minitf."""
    with machine.workspace("minitf") as where:
        tree = support.copy_source(where, "minitf", "2.3.1")
        sources.run(["tar", "-czf", "minitf_2.3.1.orig.tar.gz", "--exclude=minitf-2.3.1/debian",
                     tree.name], where)
        yield sources.sbuild(sources.pack(tree), SUITE, addon, present=PRESENT).debs


@pytest.fixture(scope="module")
def cuda(debs: Debs, addon: list[Path]) -> Iterator[Build]:
    """A flavour's packages."""
    yield from _built("cuda", [*addon, debs["minitf-src"]])


@pytest.fixture
def system(debs: Debs, cuda: Build) -> Iterator[Chroot]:
    """A system in which both can be installed."""
    with chroot.throwaway(SUITE, *PRESENT) as made:
        made.publish(path for name, path in {**debs, **cuda.debs}.items() if "-dbgsym" not in name)
        yield made


def test_gpu_and_cpu_variants_exclude_each_other(system: Chroot) -> None:
    system.install("minitf", "libminitf2-avx2", "libminitf2-avx512")
    assert system.run("python3", "-c", DEVICE).split()[0] == "False"
    for variant in ("libminitf2-avx2", "libminitf2-avx512", "libminitf2-generic"):
        done = system.attempt(*chroot.APT, "install", "libminitf-cuda2", variant)
        assert done.returncode, done.stdout
    system.install("python3-minitf-cuda")
    assert not [name for name in system.versions() if name.startswith("libminitf2")]
    assert system.run("python3", "-c", DEVICE) == "True generic\n"
    deb = "/srv/repository/libminitf2-avx512_2.3.1-1_amd64.deb"
    done = system.attempt("dpkg", "--force-depends", "--install", deb)
    assert "conflicting packages" in done.stdout
    # With words: apt of bookworm does not go back to what the flavour provides by itself.
    system.install("minitf", "libminitf-cuda2-", "python3-minitf-cuda-")
    assert not [name for name in system.versions() if "cuda" in name]


@pytest.mark.parametrize("name", ["rocm", "sycl"])
def test_flavour_is_built_from_nothing_but_the_source(
    name: str, debs: Debs, addon: list[Path]
) -> None:
    for build in _built(name, [*addon, debs["minitf-src"]]):
        names = {package for package in build.debs if "-dbgsym" not in package}
        # What was given to sbuild lies there too.
        assert names - {"minitf-src"} == {f"libminitf-{name}2", f"python3-minitf-{name}"}


def test_level_of_its_own_joins_the_family(debs: Debs, addon: list[Path]) -> None:
    needed = [*addon, debs["minitf-src"], debs["libminitf2-generic"]]
    for build in _built("avx512", needed):
        own = build.debs["libminitf2-avx512"]
        with chroot.throwaway(SUITE, *PRESENT) as system:
            rest = [path for name, path in debs.items() if name != "libminitf2-avx512"]
            system.publish([*rest, own])
            system.install("minitf", "libminitf2-avx512")
            assert system.versions()["libminitf2-avx512"] == "2.3.1-1+1"
            # The only level that is installed, where this machine can use it.
            used = "x86-64-v4" if "x86-64-v4" in machine.supported() else "generic"
            assert system.run("python3", "-c", DEVICE).split() == ["False", used]


def test_build_for_one_cpu(debs: Debs, addon: list[Path]) -> None:
    best = [*machine.supported(), "generic"][0]
    with machine.workspace("native") as where:
        sources.run(["dpkg-deb", "-x", debs["minitf-src"], where / "root"], where)
        said = sources.run(
            [TOP / "dh_hwcaps", "rebuild", "--source", "minitf-src"], where,
            machine.environment() | {"DH_HWCAPS_SOURCE_ROOT": str(where / "root")},
        )
        (dsc,) = where.glob("*.dsc")
        command, *options, name = shlex.split(said.splitlines()[-1])
        assert (command, name) == ("sbuild", dsc.name)
        built = sources.sbuild(dsc, SUITE, addon, *options, present=PRESENT)
        assert "libminitf2-avx2" not in built.debs
        with chroot.throwaway(SUITE, *PRESENT) as system:
            system.publish([*built.debs.values(), debs["minitf"]])
            system.install("libminitf2", "python3-minitf")
            assert system.versions()["libminitf2-generic"] == "2.3.1-1+native1"
            assert system.run("python3", "-c", DEVICE).split() == ["False", best]


def _built(name: str, needed: list[Path]) -> Iterator[Build]:
    with machine.workspace(name) as where:
        if name in minitf.FLAVOURS:
            tree = minitf.flavour(where, name)
        else:
            tree = support.copy_source(where, f"minitf-{name}", "1")
        yield sources.sbuild(sources.pack(tree), SUITE, needed, present=PRESENT)
