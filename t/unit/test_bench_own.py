# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generated libraries, and what the page says of our own steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import control, units

from bench import factory, generated, loader, own, page_own, stubs, ways
from bench.generated import Subject
from bench.results import Result

MEGABYTE = Subject(kind="code", size=1)


def result(costs: dict[tuple[str, int], tuple[float, float]]) -> Result:
    """Return a result of subjects that took so many seconds and megabytes."""
    subjects = [
        {"kind": kind, "size": size, "costs": [
            {"install": {"cpu": cpu, "wall": cpu, "peak": 10**6 * peak},
             "split": {"cpu": 0.0, "wall": 0.0, "peak": 1.0}},
        ]} for (kind, size), (cpu, peak) in costs.items()
    ]
    return {"machine": {}, "subjects": subjects, "loader": {}, "tools": "binutils"}


def test_code_has_its_size_and_is_always_the_same() -> None:
    assert len(generated.code()) == generated.CODE_BLOCK
    assert generated.code() == generated.code()
    text = "\n".join(generated.assembler(MEGABYTE, "x"))
    assert text.count("code.bin") == generated.MEGABYTE // generated.FUNCTION


def test_levels_differ_in_code_not_in_interface() -> None:
    one, other = (list(generated.assembler(MEGABYTE, name)) for name in ("generic", "x86-64-v3"))
    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    assert [(a[:6], len(a) == len(b)) for a, b in different] == [(".ascii", True)]


def test_symbols_are_as_many_as_asked_for() -> None:
    text = "\n".join(generated.assembler(Subject(kind="symbols", size=50), "generic"))
    assert text.count(".globl") == 50


def test_debug_information_fills_megabytes() -> None:
    small = sum(map(len, generated.debug(MEGABYTE, "-march=x")))
    large = sum(map(len, generated.debug(Subject(kind="debug", size=2), "-march=x")))
    assert small < 10**5
    assert 2 * 10**6 - small <= large <= 2 * 10**6


def test_sizes_are_named_and_known() -> None:
    assert Subject(kind="libraries", size=10).count == 10
    assert (MEGABYTE.count, MEGABYTE.bytes, MEGABYTE.name) == (1, 10**6, "code-1")
    assert len({subject.name for subject in (*own.SUBJECTS, *own.ASKED)}) == len(
        (*own.SUBJECTS, *own.ASKED))


def test_generated_package_is_a_family_with_all_levels() -> None:
    names = [package.name for package in control.parse(factory.control()).packages]
    assert names == [factory.FAMILY, f"{factory.FAMILY}-generic", *(
        f"{factory.FAMILY}-{level.suffix}" for level in ways.levels())]


def test_libraries_of_a_level_are_marked() -> None:
    level = ways.levels()[0]
    assert factory.linking(level.name)[-2:] == ("-z", level.name)
    assert "-z" not in factory.linking(factory.GENERIC)


@pytest.mark.build
def test_generated_libraries_are_what_they_are_said_to_be(tmp_path: Path) -> None:
    made = factory.make(Subject(kind="libraries", size=2), tmp_path)
    level = ways.levels()[0]
    counted = units.units(made.libraries / level.name / "libown0001.so.1", level.flag)
    assert (counted.total, counted.at_level) == (1, 1)
    assert len(list(made.staging.iterdir())) == 2


def test_steps_see_what_dpkg_buildpackage_sets() -> None:
    made = own.variables("DEB_HOST_ARCH=amd64\nDEB_HOST_MULTIARCH=x\n", 3)
    assert made["DEB_HOST_ARCH"] == "amd64"
    assert made["DEB_BUILD_OPTIONS"].endswith("parallel=3")


def test_cost_is_summed_over_steps_and_memory_is_the_most() -> None:
    (point,) = page_own.points(result({("code", 1): (1.5, 40)}))
    assert (point.cpu.median, point.peak) == (1.5, 40)


def test_linear_growth_is_told_from_more() -> None:
    sizes = (1, 10, 100)

    def grows(*seconds: float) -> bool:
        return page_own.curved(page_own.points(result(
            {("code", size): (cost, 1) for size, cost in zip(sizes, seconds, strict=True)})))

    assert not grows(1, 2, 12)
    assert not grows(1, 1.01, 3)
    assert grows(1, 2, 110)


def test_aims_depend_on_what_a_build_takes() -> None:
    costs = {("code", 1): (1.0, 40), ("code", 1000): (30.0, 150)}
    assert "**not reached**: 1000 MB of code take 30.00 s" in page_own.render(result(costs), 0)
    text = page_own.render(result(costs), 2.0)
    assert text.count("reached") == text.count(": reached") == 3
    large = {("symbols", 10**6): (1.0, 1200), ("libraries", 1): (1.0, 3000)}
    said = page_own.render(result(large), 0)
    assert "symbols: **not reached**: 1000000 symbols take 1200 MB." in said


def test_rate_of_builds_is_that_of_the_plain_ones() -> None:
    packages = [{"bytes": 10**6, "costs": {"plain": [{"cpu": 20.0}]}}, {"failed": "x"}]
    assert page_own.build_rate({"packages": packages}) == pytest.approx(20)
    assert page_own.build_rate({}) == 0


def test_what_was_not_measured_is_said() -> None:
    made = result({("code", 1): (1.0, 40)})
    made["subjects"].append({"kind": "code", "size": 1000, "failed": "12 GB of disk are needed"})
    assert "code 1000: not measured, 12 GB of disk are needed." in page_own.render(made, 0)


def test_starts_are_compared_with_those_without_levels() -> None:
    times = {case.name: [0.010, 0.020] for case in loader.CASES}
    times[loader.CASES[1].name] = [0.011, 0.021]
    made = result({}) | {"loader": {"libraries": 100, "starts": 5, "times": times}}
    text = page_own.render(made, 0)
    assert "| installed, with levels | 16.00 ± 7.07 ms | 10.0 ± 0.0 µs |" in text
    assert "| installed, without levels | 15.00 ± 7.07 ms |  |" in text


def test_cases_of_the_loader_lead_to_their_libraries() -> None:
    place = Path("/x")
    cached, by_path = (loader.commands(loader.CASES[n], place)[-1] for n in (0, 2))
    assert "-Wl,-rpath,/x/lib" in by_path
    assert not any("rpath" in str(word) for word in cached)
    assert len({len(name) for name in loader.names()}) == 1
    assert loader.configuration(place, "here").startswith("/x/lib\n/usr/lib/")


def test_starts_by_stubs_are_compared_with_those_of_modules() -> None:
    times = {case.name: [0.010, 0.020] for case in stubs.CASES}
    times[stubs.CASES[2].name] = [0.011, 0.021]
    made = result({}) | {"stubs": {"modules": 100, "starts": 5, "times": times}}
    text = page_own.render(made, 0)
    assert "| stubs, without levels | 16.00 ± 7.07 ms | 10.0 ± 0.0 µs |" in text
    assert "| modules | 15.00 ± 7.07 ms |  |" in text
    assert "| no import | 15.00 ± 7.07 ms |  |" in text


def test_programs_import_what_lies_beside_them() -> None:
    place = Path("/x")
    assert stubs.script(stubs.NONE, place) == "pass\n"
    lines = stubs.script(stubs.CASES[1], place).splitlines()
    assert (lines[1], lines[2].count(",")) == ("sys.path.insert(0, '/x')", stubs.MODULES - 1)
