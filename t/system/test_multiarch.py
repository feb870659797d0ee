# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Families of amd64 and i386, which has no levels, on one system (Multi-Arch: same)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import subjects
import table
from life import Life
from real import chroot, machine
from real.chroot import APT, Chroot
from subjects import NUMFOO, PROBE, Packages

pytestmark = pytest.mark.system

FOREIGN = "i386"
PROBE_FOREIGN = f"{PROBE}-{FOREIGN}"
STATES = ("old", "split", "next")


@dataclass(frozen=True)
class Both:
    """A system with the subject's packages of two architectures."""

    system: Chroot
    native: Packages
    foreign: Packages

    def offer(self, native: str, foreign: str) -> None:
        """Let the archive have these versions."""
        self.system.publish([*self.native.of(native), *self.foreign.of(foreign)])

    def upgrade(self, how: str = "dist-upgrade") -> None:
        """Take all that the archive has."""
        self.system.run(*APT, how)

    def installed(self) -> dict[str, set[str]]:
        """Return the versions of the subject's packages, by architecture."""
        query = "${db:Status-Status} ${Package} ${Architecture} ${Version}\\n"
        found: dict[str, set[str]] = {"amd64": set(), FOREIGN: set()}
        for line in self.system.run("dpkg-query", "-W", "-f", query).splitlines():
            status, name, arch, version = line.split()
            if status == "installed" and name in NUMFOO.members():
                found[arch].add(version)
        return found

    def settled(self, row: str) -> None:
        """Check that both are whole: each level of amd64, and what i386 loads."""
        version = row.split()[0]
        number = NUMFOO.numbers[version]
        assert self.installed() == {"amd64": {number}, FOREIGN: {number}}
        Life(self.system, self.native).settled(row)
        said = self.system.run(PROBE_FOREIGN, *NUMFOO.sonames)
        rows = dict(line.split(" ", 1) for line in said.splitlines())
        assert rows.keys() == NUMFOO.sonames.keys()
        for path in rows.values():
            assert "/i386-linux-gnu/" in path
            assert subjects.signed(self.system.path(path).resolve()) == number


@pytest.fixture(params=machine.SUITES)
def both(request: pytest.FixtureRequest, addon: list[Path]) -> Iterator[Both]:
    """A system with the unsplit libraries of both architectures."""
    suite = request.param
    native, foreign = (subjects.packages(NUMFOO, suite, addon, arch, versions)
                       for arch, versions in (("amd64", subjects.VERSIONS), (FOREIGN, STATES)))
    with chroot.throwaway(suite) as system:
        subjects.compile_probe(system)
        shutil.copy(foreign.where / "probe", system.path(PROBE_FOREIGN))
        system.run("dpkg", "--add-architecture", FOREIGN)
        made = Both(system, native, foreign)
        made.offer("old", "old")
        system.install("numfoo", *(f"{name}:{FOREIGN}" for name in NUMFOO.families))
        yield made


def test_both_are_split_and_upgraded(
    both: Both, record_property: Callable[[str, object], None]
) -> None:
    both.settled("old - - -")
    for version in ("split", "next"):
        both.offer(version, version)
        both.upgrade()
        both.settled(f"{version} {version} {version} {version}")
    record_property(table.SEEN, ("numfoo", "beside i386", both.system.suite,
                                 Life(both.system, both.native).row()))


def test_one_architecture_lags_behind(both: Both) -> None:
    both.offer("split", "old")
    # dpkg and apt keep packages that are Multi-Arch: same at one version.  Not dist-upgrade: until
    # its solver 3.0, apt removes what it cannot upgrade (test_relations.py).
    both.upgrade("upgrade")
    both.settled("old - - -")
    both.offer("split", "split")
    both.upgrade()
    both.settled("split split split split")
    both.offer("next", "split")
    both.upgrade("upgrade")
    both.settled("split split split split")


def test_foreign_family_goes(both: Both) -> None:
    both.offer("split", "split")
    both.upgrade()
    both.system.run(*APT, "purge", *(f"{name}:{FOREIGN}" for name in NUMFOO.members("generic")))
    assert both.installed()[FOREIGN] == set()
    Life(both.system, both.native).settled("split split split split")
