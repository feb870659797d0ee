# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of the benchmarks."""

from __future__ import annotations

from bench import __main__ as command
from bench import page, results


def test_page_is_made_of_the_results_that_are_kept() -> None:
    found = {name: results.load(name) for name in page.SECTIONS}
    assert page.PAGE.read_text() == page.render(found)


def test_every_benchmark_has_its_section() -> None:
    assert list(command.BENCHMARKS) == list(page.SECTIONS)


def test_variables_of_make_may_be_empty() -> None:
    given = command.parser().parse_args(["--bench=", "--only=", "--rounds="])
    assert (given.bench, given.only, given.rounds) == ([], [], 0)
    given = command.parser().parse_args(["--bench=build own", "--only=lame", "--rounds=3"])
    assert (given.bench, given.only, given.rounds) == (["build", "own"], ["lame"], 3)
