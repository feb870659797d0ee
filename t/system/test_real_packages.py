# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages of the archive: converted, built by sbuild, installed, used at every level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from debian.debian_support import Version
from real import chroot, clients, loading, machine, sources
from real.cases import CASES, SUITES, Case
from real.chroot import Chroot
from real.sources import Build
from real.watch import Watch
from support import Deb

pytestmark = pytest.mark.system


@pytest.fixture(scope="module", params=[
    pytest.param((case, suite), id=f"{case.source.name}-{suite}")
    for case in CASES for suite in SUITES[case.source.suite]
])
def built(request: pytest.FixtureRequest, addon: list[Path]) -> Iterator[tuple[Case, Build]]:
    """A case, and what sbuild made of its converted source."""
    case, suite = request.param
    with machine.workspace("sbuild") as where:
        dsc = sources.convert(case.source, where)
        yield case, sources.sbuild(dsc, suite, addon)


@pytest.fixture(scope="module")
def system(built: tuple[Case, Build]) -> Iterator[Chroot]:
    """A system with the split packages, upgraded from the archive's where those are older."""
    case, build = built
    with chroot.throwaway(build.suite) as made:
        case.prepare(made.path("/tmp/input"))
        libraries = [f"{loading.LIBRARIES}/{name}" for name in case.sonames]
        if _is_older(made, build):
            made.install(*case.packages)
            made.publish(build.debs.values())
            with Watch(made, libraries, "sh", "-ec", case.command) as watch:
                made.run(*chroot.APT, "full-upgrade")
            assert not watch.missing
            assert not watch.failures
            assert watch.looks > 100
        else:
            made.publish(build.debs.values())
        # With what they recommend, unlike the rest.
        made.run(*chroot.APT, "install", *build.families)
        made.install(*case.packages)
        yield made


def test_every_family_installs(built: tuple[Case, Build], system: Chroot) -> None:
    _case, build = built
    versions = system.versions()
    debs = {name: Deb(path) for name, path in build.debs.items()}
    for family in build.families:
        recommended = {one.split()[0] for one in debs[family].relation("Recommends")}
        assert recommended == {name for name, deb in debs.items()
                               if deb.fields.get("Provides", "").startswith(f"{family}-hwcaps ")}
        for name in (family, f"{family}-generic", *recommended):
            assert versions[name] == debs[name].fields["Version"]
    assert any("-hwcaps " in deb.fields.get("Provides", "") for deb in debs.values())


def test_program_runs_at_every_level(built: tuple[Case, Build], system: Chroot) -> None:
    case, _build = built
    for level in loading.levels():
        loaded = loading.loaded(system, case.command, level)
        for soname in case.sonames:
            assert loaded[soname] == loading.best(system, soname, level), (soname, level)


def test_client_depends_on_the_family_alone(built: tuple[Case, Build], system: Chroot) -> None:
    case, build = built
    development, name, function = case.client
    system.install(development)
    depends = clients.depends(system, name, function)
    ours = [one for one in depends if one.split()[0] in build.debs]
    assert ours
    for dependency in ours:
        assert re.fullmatch(rf"({'|'.join(build.families)})( \(>= [^)]+\))?", dependency)


def test_level_tests_passed_or_are_reported(built: tuple[Case, Build]) -> None:
    _case, build = built
    supported = machine.supported()
    for level in ("x86-64-v3", "x86-64-v4"):
        line = next(line for line in build.report if re.match(rf"hwcaps: {level} +built in", line))
        expected = (r"tests (passed|do not seem to load the library)" if level in supported
                    else r"tests not run \(this machine has no ")
        assert re.search(expected, line), line


def _is_older(system: Chroot, build: Build) -> bool:
    """Tell whether the archive's libraries are older than ours."""
    said = system.run("apt-cache", "show", "--no-all-versions", *build.families)
    ours = Version(Deb(build.debs[build.families[0]]).fields["Version"])
    return all(Version(one) < ours for one in re.findall(r"^Version: (.+)", said, re.MULTILINE))
