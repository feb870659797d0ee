# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Systems of a release in the states that scenarios start from, made when needed."""

from __future__ import annotations

from contextlib import ExitStack

import subjects
from life import Life
from real import chroot
from real.chroot import Chroot
from subjects import Packages

STATES = {
    "old": ("bare", "old", "install {program}"),
    "split": ("old", "split", "dist-upgrade"),
    "next": ("split", "next", "dist-upgrade"),
}
"""State → the one before, the version that is published, what apt-get is told."""


class Stage:
    """A release with a subject's packages."""

    def __init__(self, stack: ExitStack, packages: Packages, suite: str) -> None:
        self.packages = packages
        self.suite = suite
        self._stack = stack
        self._made: dict[str, Chroot] = {}

    def at(self, state: str, offer: str = "") -> Chroot:
        """Return a system in that state, which nobody may change; it may be offered a version."""
        key = f"{state}, {offer}" if offer else state
        if key not in self._made:
            self._made[key] = self._bare() if key == "bare" else self._after(state, offer)
        return self._made[key]

    def _bare(self) -> Chroot:
        system = self._stack.enter_context(chroot.throwaway(self.suite, archive=False))
        subjects.compile_probe(system)
        return system

    def _after(self, state: str, offer: str) -> Chroot:
        before, version, words = (state, offer, "") if offer else STATES[state]
        system = self._stack.enter_context(chroot.copy(self.at(before)))
        Life(system, self.packages).offer(version)
        if words:
            system.run(*chroot.APT, *words.format(program=self.packages.subject.program).split())
        return system
