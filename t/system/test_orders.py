# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""dpkg alone, without apt's care for the order: whatever it accepts, the libraries stay."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
import table
from life import Life, Trace
from real import chroot, loading
from scenarios import Step
from stage import Stage
from subjects import ROLES

pytestmark = pytest.mark.system


def test_removal_in_every_order(stage: Stage, record_property: Callable) -> None:
    removed = []
    for order in permutations(ROLES):
        with chroot.copy(stage.at("split")) as system:
            life = Life(system, stage.packages)
            if stage.packages.subject.name == "numfoo":
                system.run("dpkg", "--remove", stage.packages.subject.program)
            for role in order * 4:  # libraries need each other, too
                _attempt(life, "--remove", *stage.packages.subject.members(role))
            removed.append(life.state())
            said = life.row()
    assert all(one == removed[0] for one in removed)
    record_property(table.SEEN, (stage.packages.subject.name, "removal by dpkg in every order",
                                 stage.suite, said))


def test_unpacking_in_every_order(stage: Stage, record_property: Callable) -> None:
    subject = stage.packages.subject
    orders = list(permutations(ROLES))
    for order in orders if len(subject.families) == 1 else orders[::5]:
        with chroot.copy(stage.at("split", "next")) as system:
            life = Life(system, stage.packages)
            files = " ".join(f"{{{role}.deb}}" for role in order)
            step = Step(command=f"dpkg --auto-deconfigure --install {files}", end="")
            # The first run may end where libfoo2's Pre-Depends are not configured.
            for _run in range(3):
                trace = Trace(loading.levels())
                life.watched(*life.words(step), trace=trace)
                assert not trace.gaps, (order, trace.gaps)
            life.settled("next next next next", audited=subject.program == "numfoo")
            said = life.row()
    record_property(table.SEEN, (subject.name, "dpkg --install in every order", stage.suite, said))


def _attempt(life: Life, *words: str) -> None:
    # dpkg may refuse; in any case what is installed works.
    life.system.attempt("dpkg", *words)
    whole = [family for family, found in life.state().items() if "family" in found]
    if len(whole) == len(life.subject.families):
        assert not life.system.run("dpkg", "--audit")
        for level in loading.levels():
            assert {copy.number for copy in life.load(level, *life.subject.plugins).values()} == {
                life.subject.numbers["split"]}
