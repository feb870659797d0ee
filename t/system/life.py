# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A system on which a subject lives: what is loaded at each level, at all times."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import stepwise
import subjects
from real import chroot, loading
from real.chroot import Chroot
from real.loading import LIBRARIES
from scenarios import State, Step, state
from stepwise import Change, Done
from subjects import LEVELS, PROBE, ROLES, Packages, Subject
from support import Deb


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A library as the loader found it."""

    level: str
    """The level of its directory, "" for generic."""
    number: str
    """The version that it says it is of."""


Loaded = dict[str, Copy]
"""SONAME → what was loaded."""


class MissingError(Exception):
    """Something cannot be loaded; the message is what the loader said."""


@dataclass
class Trace:
    """What was seen while a command ran."""

    levels: tuple[str, ...]
    """The CPUs on which the libraries must be there."""
    looks: int = 0
    gaps: list[str] = field(default_factory=list)
    mixed: int = 0
    """Changes after which a variant and the generic library were of different versions."""
    window: float = 0.0
    """Seconds that passed in such states."""


@dataclass(frozen=True)
class Life:
    """A system, and the subject's packages."""

    system: Chroot
    packages: Packages

    @property
    def subject(self) -> Subject:
        """The source package."""
        return self.packages.subject

    @cached_property
    def _names(self) -> dict[str, str]:
        return {number: version for version, number in self.subject.numbers.items()}

    def load(self, level: str, *more: str) -> Loaded:
        """Load all libraries, and more files, on a CPU of that level."""
        done = subprocess.run(
            ["chroot", self.system.root, PROBE, *self.subject.sonames, *more], text=True,
            env=chroot.ENVIRONMENT | loading.masked(level), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            raise MissingError(f"{level or 'generic'}: {done.stdout}")
        rows = dict(line.split(" ", 1) for line in done.stdout.splitlines())
        return {soname: self._copy(rows[soname]) for soname in self.subject.sonames}

    def _copy(self, path: str) -> Copy:
        level = Path(path).parent.name
        return Copy(level=level if level in LEVELS else "", number=self._sign(path))

    def _sign(self, path: str) -> str:
        # Reading it outside of the chroot follows links only as long as they are relative.
        return subjects.signed(self.system.path(path).resolve())

    def state(self) -> dict[str, State]:
        """Return what is installed of each family, by version."""
        found = self.system.versions()
        return {
            family: {role: self._names.get(found[name], found[name]) for role in ROLES
                     if (name := self.subject.package(family, role)) in found}
            for family in self.subject.families
        }

    def expected(self, row: str) -> dict[str, State]:
        """Return the state that a row of versions stands for; empty variants are never there."""
        wanted = state(row)
        return {
            family: {role: version for role, version in wanted.items()
                     if self.subject.package(family, role) in self.packages.live(version)}
            for family in self.subject.families
        }

    def step(self, step: Step) -> Trace:
        """Let a command run, looking after each change; check what it leaves."""
        if step.offer:
            self.offer(step.offer, step.without, support=step.support)
        levels = tuple(level for level in loading.levels() if level >= step.lowest)
        trace = Trace(levels)
        stays = all(self.state().values()) and all(self.expected(step.end).values())
        done = self.watched(*self.words(step), trace=trace if stays else None)
        assert bool(done.returncode) == step.refused, done.stdout
        if not step.gap:
            assert not trace.gaps, "\n".join(trace.gaps)
        self.settled(step.end, levels, audited=step.audited)
        return trace

    def offer(self, version: str, without: str = "", *, support: bool = False) -> None:
        """Let the archive have a version, and packages of CPU levels."""
        lacking = {f"{name}_" for name in self.subject.members(without)} if without else set()
        debs = [path for path in self.packages.of(version)
                if not path.name.startswith(tuple(lacking))]
        self.system.publish([*debs, *(self.packages.support if support else ())])

    def watched(
        self, *argv: str, trace: Trace | None = None,
        until: Callable[[Change], bool] = lambda _change: True,
    ) -> Done:
        """Run a command; note in `trace` what each change does, and kill when `until` says so."""

        def look(change: Change) -> bool:
            if trace and not change.bookkeeping:
                self._look(change, trace)
            return until(change)

        return stepwise.run(self.system, *argv, look=look)

    def _look(self, change: Change, trace: Trace) -> None:
        trace.looks += 1
        try:
            loaded = [self.load(level) for level in trace.levels]
        except MissingError as missing:
            trace.gaps.append(f"after {change.call} {' '.join(change.names)}: {missing}")
            return
        if any(len({copies[soname].number for copies in loaded}) > 1
               for soname in self.subject.sonames):
            trace.mixed += 1
            trace.window += change.seconds

    def words(self, step: Step) -> list[str]:
        """Return the command of a step, with the names of packages and files filled in."""
        names = {role: " ".join(self.subject.members(role)) for role in ROLES}
        names |= {
            "all": " ".join(name for name in self.subject.members()
                            if name in self.system.versions()),
            "program": self.subject.program,
            "no_generic": " ".join(f"{name}-" for name in self.subject.members("generic")),
        }
        words = [self._files(word) if word.endswith(".deb}") else word.format(**names)
                 for word in step.command.split()]
        return " ".join(words).split()

    def _files(self, word: str) -> str:
        roles = ROLES if word == "{all.deb}" else (word[1:].partition(".")[0],)
        where = self.system.path(chroot.REPOSITORY)
        found = [path.name for name in self.subject.members(*roles)
                 for path in where.glob(f"{name}_*.deb")]
        assert found
        return " ".join(f"{chroot.REPOSITORY}/{name}" for name in found)

    def settled(
        self, row: str, levels: tuple[str, ...] = loading.levels(), *, audited: bool = True
    ) -> None:
        """Check that exactly this is installed, whole, and loaded at these levels."""
        expected = self.expected(row)
        found = self.state()
        assert found == expected, found
        if audited:
            assert not self.system.run("dpkg", "--audit")
            self.system.run("apt-get", "check")
        if not all(expected.values()):
            self._gone(expected)
            return
        for level in levels:
            loaded = self.load(level, *self.subject.plugins)
            assert loaded == {soname: self._best(soname, expected[family], level)
                              for soname, family in self.subject.sonames.items()}
        if self.subject.program in self.system.versions():
            self.system.run(*self.subject.command)

    def _best(self, soname: str, installed: State, level: str) -> Copy:
        version = installed["family"]
        family = self.subject.sonames[soname]
        for name in sorted((name for name in LEVELS if name <= level), reverse=True):
            role = LEVELS[name]
            if role in installed and soname in self._holds(family, role, version):
                return Copy(level=name, number=self.subject.numbers[version])
        return Copy(level="", number=self.subject.numbers[version])

    def _holds(self, family: str, role: str, version: str) -> list[str]:
        name = self.subject.package(family, role)
        path = next(p for p in self.packages.of(version) if p.name.startswith(f"{name}_"))
        return [Path(inside).name for inside in Deb(path).libraries]

    def _gone(self, expected: dict[str, State]) -> None:
        libraries = self.system.path(LIBRARIES)
        for soname, family in self.subject.sonames.items():
            if not expected[family]:
                assert not [*libraries.glob(f"{soname}*"),
                            *libraries.glob(f"glibc-hwcaps/*/{soname}")]

    def row(self) -> str:
        """Return what is loaded on a CPU without levels, and on those with each, for the table."""
        found = [self._said(level) for level in reversed(loading.levels())]
        return ", ".join(found) if len(set(found)) > 1 else found[0]

    def _said(self, level: str) -> str:
        try:
            copies = self.load(level).values()
        except MissingError:
            return "none"
        return "/".join(sorted({f"{self._names.get(copy.number, 'archive')} "
                                f"{copy.level.rpartition('-')[2] or 'generic'}"
                                for copy in copies}))


