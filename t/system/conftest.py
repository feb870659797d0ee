# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the system tests, which change this machine: see machine.prepare."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import subjects
import support
import table
from real import machine, sources
from stage import Stage
from subjects import SUBJECTS, Subject


def pytest_addoption(parser: pytest.Parser) -> None:
    """Choose by words of the tests' names."""
    for name in ("--suite", "--scenario"):
        parser.addoption(name, default="", help="run only tests with this in their names")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for; keep together what shares a system."""
    words = [config.getoption(name) for name in ("--suite", "--scenario")]
    left_out = [item for item in items if not all(word in item.name for word in words)
                or (item.get_closest_marker("long") and not words[1])]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    for item in items:
        where = item.path.stem
        suite = next((name for name in machine.SUITES if name in item.name), "")
        subject = next((name for name in (one.name for one in SUBJECTS) if name in item.name), "")
        item.add_marker(pytest.mark.xdist_group(f"{where}-{suite}-{subject}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of scenarios."""
    reports = [report for outcome in ("passed", "failed")
               for report in terminalreporter.stats.get(outcome, [])]
    for line in table.lines(reports, machine.supported()[::-1]):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def prepared() -> None:
    """Make the machine ready; needs root."""
    if support.architecture() != "amd64":
        pytest.skip("the packages of these tests have levels of amd64")
    if os.geteuid():
        pytest.fail("the system tests need root: they make chroots and a user")
    machine.prepare()


@pytest.fixture(scope="session")
def addon(prepared: None) -> Iterator[list[Path]]:
    """The packages of dh-hwcaps, built from this tree."""
    with machine.workspace("addon") as where:
        yield sources.addon(where)


@pytest.fixture(scope="session")
def stages(addon: list[Path]) -> Iterator[Callable[[str, Subject], Stage]]:
    """All releases with all subjects."""
    made: dict[tuple[str, str], Stage] = {}
    with ExitStack() as stack:
        def get(suite: str, subject: Subject) -> Stage:
            if (suite, subject.name) not in made:
                packages = subjects.packages(subject, suite, addon)
                made[suite, subject.name] = Stage(stack, packages, suite)
            return made[suite, subject.name]
        yield get


@pytest.fixture(params=[
    pytest.param((suite, subject), id=f"{suite}-{subject.name}")
    for suite in machine.SUITES for subject in SUBJECTS
], scope="session")
def stage(request: pytest.FixtureRequest, stages: Callable[[str, Subject], Stage]) -> Stage:
    """One release with one subject."""
    return stages(*request.param)
