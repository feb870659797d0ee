# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages of other architectures: built, installed, loaded by those architectures' loaders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import foreign
import numfoo
import pytest
import table
from foreign import ARCHS, SUBJECTS, SUITE, Arch, Cpu, Subject
from real import chroot, machine, sources
from real.chroot import APT, Chroot
from real.sources import Build
from support import Deb

pytestmark = pytest.mark.system

Crossed = dict[str, Build]


@pytest.fixture(scope="module")
def dscs() -> Iterator[dict[str, Path]]:
    """The subjects' source packages."""
    with ExitStack() as stack:
        yield {subject.name: foreign.source(subject, stack.enter_context(
            machine.workspace(subject.name))) for subject in SUBJECTS}


@pytest.fixture(scope="module", params=ARCHS, ids=lambda arch: f"{SUITE}-{arch.name}")
def arch(request: pytest.FixtureRequest) -> Arch:
    """The architecture."""
    made: Arch = request.param
    return made


@pytest.fixture(scope="module")
def crossed(arch: Arch, dscs: dict[str, Path], addon: list[Path]) -> Iterator[Crossed]:
    """The subjects, built by sbuild for another architecture."""
    made = {}
    with ExitStack() as stack:
        for name, dsc in dscs.items():
            where = stack.enter_context(machine.workspace(f"{name}-{arch.name}"))
            copied = sources.copy(dsc, where)
            made[name] = sources.sbuild(copied, SUITE, addon, f"--host={arch.name}",
                                        "--profiles=cross,nocheck")
        yield made


@pytest.fixture(scope="module")
def system(arch: Arch, crossed: Crossed) -> Iterator[Chroot]:
    """A system of that architecture, with all that was built."""
    with chroot.throwaway(SUITE, arch=arch.name) as made:
        made.publish([deb for build in crossed.values() for deb in build.debs.values()])
        names = [name for build in crossed.values() for name in build.families]
        made.run(*APT, "install", *names)
        made.install(*(name for subject in SUBJECTS for name in subject.packages))
        made.path("/tmp/input").write_bytes(Path(__file__).read_bytes() * 50)
        yield made


def test_every_level_is_built_and_installed(arch: Arch, crossed: Crossed, system: Chroot) -> None:
    installed = system.versions()
    for name, build in crossed.items():
        debs = {package: Deb(path) for package, path in build.debs.items()}
        assert {deb.fields["Architecture"] for deb in debs.values()} <= {arch.name, "all"}
        for level in arch.levels:
            line = next(line for line in build.report if line.startswith(f"hwcaps: {level} "))
            assert "tests not run (" in line, (name, line)
        for family in build.families:
            wanted = {one.split()[0] for one in debs[family].relation("Recommends")}
            assert wanted <= {f"{family}-{level}" for level in arch.levels}
            assert {family, f"{family}-generic", *wanted} <= installed.keys()
    assert any(name.endswith(f"-{level}") for name in installed for level in arch.levels) or (
        not arch.levels
    )


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_each_cpu_takes_its_level(
    arch: Arch, system: Chroot, subject: Subject, record_property: Callable[[str, object], None]
) -> None:
    shown, row = set(), []
    for cpu in arch.cpus:
        loaded = foreign.loaded(system, arch, cpu, subject.opened(arch))
        for soname in subject.sonames:
            expected = best(system, arch, cpu, f"{subject.directory}/{soname}".lstrip("/"))
            assert "/usr" + loaded[soname].removeprefix("/usr") == expected, cpu
            shown.add(expected)
        directory = Path(expected).parent.name
        row.append(directory if directory in arch.levels else "generic")
        if not cpu.more:
            foreign.use(system, subject, cpu)
    assert len(shown) > len(subject.sonames) or not arch.levels
    record_property(table.SEEN, ("other CPUs, the least first", subject.sonames[-1],
                                 arch.name, " ".join(row)))


def test_example_is_built_by_the_architecture_itself(
    arch: Arch, dscs: dict[str, Path], crossed: Crossed, addon: list[Path]
) -> None:
    cpu = next(cpu for cpu in reversed(arch.cpus) if not cpu.more)
    with chroot.throwaway(SUITE, arch=arch.name) as builder:
        builder.publish(addon)
        builder.install("dh-sequence-hwcaps")
        tree = builder.path("/build/tree")
        tree.parent.mkdir()
        sources.run(["dpkg-source", "--no-check", "-x", dscs["numfoo"], tree], Path("/"))
        log, debs = numfoo.build(builder, "/build/tree", QEMU_CPU=cpu.model)
    for level in arch.levels:
        line = re.findall(rf"^hwcaps: {level} +built in .*", log, re.MULTILINE)[0]
        assert ("tests passed" in line) == (level in arch.upto(cpu)), line
    assert {name.split("_")[0] for name in debs} == set(crossed["numfoo"].debs)


def best(system: Chroot, arch: Arch, cpu: Cpu, name: str) -> str:
    """Return the library of the best level that a CPU can run, or the generic one."""
    path = Path("/usr/lib", arch.triplet, name)
    for level in reversed(arch.upto(cpu)):
        copy = path.parent / "glibc-hwcaps" / level / path.name
        if system.path(str(copy)).exists():
            return str(copy)
    return str(path)
