# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What becomes of installed families: each scenario of the table, in each release."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import table
from life import Life, Trace
from real import chroot, loading
from scenarios import SCENARIOS, Scenario, Step
from stage import Stage

pytestmark = pytest.mark.system


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(stage: Stage, scenario: Scenario, record_property: Callable) -> None:
    subject = stage.packages.subject.name
    if subject not in scenario.subjects or stage.suite not in scenario.suites:
        pytest.skip("no scenario for this subject or release")
    with chroot.copy(stage.at(scenario.start)) as system:
        life = Life(system, stage.packages)
        record_property(table.SEEN, (subject, scenario.name, stage.suite, ""))
        traces = [life.step(step) for step in scenario.steps]
        record_property(table.SEEN, (subject, scenario.name, stage.suite, life.row()))
        record_property(table.FIGURES, (sum(trace.looks for trace in traces),
                                        max(trace.mixed for trace in traces),
                                        max(trace.window for trace in traces)))


def test_a_library_that_goes_is_seen(stage: Stage) -> None:
    with chroot.copy(stage.at("old", "split")) as system:
        life = Life(system, stage.packages)
        trace = Trace(loading.levels())
        step = Step(command="dpkg --force-all --install {family.deb}", end="")
        life.watched(*life.words(step), trace=trace)
        assert all("cannot open shared object file" in gap for gap in trace.gaps)
        assert trace.gaps
