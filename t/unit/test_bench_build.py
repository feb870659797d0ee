# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways of building, ratios, and what the page says of them."""

from __future__ import annotations

import pytest

from bench import figures, markdown, page_build, results, surroundings, ways, workshop
from bench.figures import Figure
from bench.results import Result

CPUINFO = "processor\t: 0\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: Some CPU @ 2 GHz\n"


def costs(*seconds: float) -> list[dict[str, float]]:
    return [{"cpu": one, "wall": one / 2, "peak": 1.0} for one in seconds]


def result(levels: float) -> Result:
    made = {way.name: costs(10, 12) for way in ways.all_of_them()}
    made[ways.LEVELS] = costs(levels, levels * 1.2)
    packages = [
        {"package": "foo", "version": "1-1", "tools": "gcc 14", "costs": made, "bytes": 1000},
        {"package": "bar", "version": "2-1", "failed": "make: exit code 2"},
    ]
    return {"machine": {"processor": "a CPU"}, "packages": packages}


def test_separate_builds_have_the_flags_of_a_level_each() -> None:
    names = [level.name for level in ways.levels()]
    assert [way.name for way in ways.separate()] == ["x86-64", *names]
    for way in ways.separate():
        assert way.env["DEB_CFLAGS_APPEND"] == f"-march={way.name}" == way.env["DEB_FFLAGS_APPEND"]
        assert not way.split
    assert [way.name for way in ways.all_of_them() if way.split] == [ways.LEVELS]


def test_each_way_comes_first_in_turn() -> None:
    all_ways = ways.all_of_them()
    assert {ways.turn(all_ways, n)[0].name for n in range(5)} == {way.name for way in all_ways}
    assert sorted(way.name for way in ways.turn(all_ways, 7)) == sorted(w.name for w in all_ways)


def test_builds_have_no_tests_and_the_flags_of_their_way() -> None:
    made = workshop.environment(ways.separate()[-1], 4)
    assert made["DEB_BUILD_OPTIONS"] == "nocheck parallel=4"
    assert made["DEB_CXXFLAGS_APPEND"] == f"-march={ways.levels()[-1].name}"
    assert workshop.source(ways.all_of_them()[0]) == "split"
    assert workshop.source(ways.separate()[0]) == "plain"


def test_ratio_is_made_round_by_round() -> None:
    made = figures.ratio([3.0, 6.0], [2.0, 4.0], [3.0, 6.0])
    assert (made.median, made.spread, made.count) == (pytest.approx(0.6), pytest.approx(0), 2)
    assert figures.ratio([1.0], [4.0]) == Figure(median=0.25, spread=0.0, count=1)


def test_figure_shows_its_spread_where_there_is_one() -> None:
    assert figures.figure([1.0, 2.0, 3.0]).text() == "2.00 ± 1.00"
    assert figures.figure([1.234]).text(1) == "1.2"


def test_means_and_powers() -> None:
    assert figures.geometric_mean([0.5, 2.0]) == pytest.approx(1)
    assert figures.exponent([1, 10, 100], [2, 20, 200]) == pytest.approx(1)
    assert figures.exponent([1, 10], [3, 300]) == pytest.approx(2)


def test_page_tells_ratios_and_aims() -> None:
    text = page_build.render(result(18))
    assert "| foo 1-1 | 0.60 ± 0.00 | 0.60 ± 0.00 | 1.80 ± 0.00 | 1.80 ± 0.00 |" in text
    assert "| geometric mean | **0.60** |" in text
    assert "mean: reached." in text
    assert "bar was not measured: make: exit code 2" in text


def test_page_tells_what_misses_its_aim() -> None:
    text = page_build.render(result(27))
    assert "mean: **not reached**: 0.90." in text
    for what in ("CPU time", "time by the clock"):
        assert f"above {page_build.WORST} of its {what}: **not reached**: foo 0.90." in text


def test_page_without_any_package_says_so() -> None:
    empty = result(1) | {"packages": result(1)["packages"][1:]}
    assert page_build.NOTHING in page_build.render(empty)


@pytest.mark.parametrize(("value", "said"), [(75.2, "75 s"), (1.5, "1.50 s"), (0.0123, "12.30 ms")])
def test_seconds_are_readable(value: float, said: str) -> None:
    assert markdown.seconds(value) == said


def test_machine_is_told_in_a_few_words() -> None:
    assert surroundings.processor(CPUINFO) == "Some CPU @ 2 GHz (family 6, model 85)"
    assert surroundings.processor("") == "unknown (family ?, model ?)"
    assert surroundings.memory("MemTotal:       16384000 kB\n") == "16 GiB"
    assert surroundings.release('NAME=x\nPRETTY_NAME="Debian 12"\n') == "Debian 12"
    assert surroundings.versions(("gcc", "no"), "gcc 4:14\nbinutils 2.44\n") == "gcc 4:14"
    assert markdown.machine({"memory": "1 GiB", "dh-hwcaps": ""}) == "Machine: memory 1 GiB.\n"


def test_rounds() -> None:
    assert markdown.rounds([3, 3]) == "Rounds: 3.\n"
    assert markdown.rounds([3, 1, 3, 2]) == "Rounds: 1 to 3.\n"


def test_a_part_that_is_measured_again_stands_in_for_what_was_before() -> None:
    before = {"machine": {"processor": "a CPU"}, "tools": "old", "loader": {"x": 1},
              "subjects": [{"kind": "code", "size": n, "cost": 1} for n in (1, 10)]}
    now = {"machine": {"processor": "a CPU"}, "tools": "new",
           "subjects": [{"kind": "code", "size": n, "cost": 2} for n in (10, 100)]}
    made = results.merged(before, now)
    assert {row["size"]: row["cost"] for row in made["subjects"]} == {1: 1, 10: 2, 100: 2}
    assert (made["tools"], made["loader"]) == ("new", {"x": 1})
    for other in ({}, before | {"machine": {"processor": "another"}}):
        assert results.merged(other, now) == now


def test_results_keep_microseconds() -> None:
    assert results.rounded({"a": [1.23456789], "b": "x", "c": 3}) == {
        "a": [1.234568], "b": "x", "c": 3
    }
