# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What all faults need: a tree, what an undisturbed build of it gives, and a line in the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import support
import trees
from trees import Sums, sums

SUMMARY = "fault"
"""The property of a test that says what became of a fault."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each fault."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            said = dict(report.user_properties).get(SUMMARY)
            if report.when == "call":
                name = report.nodeid.rpartition("::")[2].removeprefix("test_")
                text = (said or "as expected") if outcome == "passed" else "FAILED"
                terminalreporter.write_line(f"{name.replace('_', ' ')}: {text}")


@pytest.fixture
def said(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Take a message, or what else became of a fault, for the summary."""
    return lambda text: record_property(SUMMARY, text.partition("\n")[0])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree with two levels."""
    if support.architecture() != "amd64":
        pytest.skip("the sample packages have levels of amd64")
    return trees.make(tmp_path)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Sums:
    """The sums of the packages that the tree gives."""
    return sums(support.build(trees.make(tmp_path_factory.mktemp("undisturbed"))))
