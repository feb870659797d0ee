# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Running programs with the libraries of each level, and what the page says of it."""

from __future__ import annotations

import pytest
from dhhwcaps import host
from dhhwcaps.admin.timing import TIMES

from bench import gain, page_run, ways
from bench.results import Result

PLACES = {ways.LEVELS: "/levels", gain.NATIVE: "/native"}


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "loader", lambda: "/ld.so")
    monkeypatch.setattr(gain, "triplet", lambda: "here")


def result(control: bool = False, **seconds: float) -> Result:
    """Return a result of one subject that took so long."""
    costs = {name.replace("_", "-"): [{"cpu": cpu, "wall": cpu, "peak": 1.0}]
             for name, cpu in seconds.items()}
    one = {"subject": "foo", "does": "counts", "control": control, "tools": "gcc", "costs": costs}
    bad = {"subject": "bar", "does": "", "control": False, "failed": "no driver"}
    return {"machine": {}, "subjects": [one, bad]}


def test_loader_is_allowed_all_levels_up_to_one() -> None:
    argv = gain.command("x86-64-v3", PLACES, ["driver"])
    assert argv == ["/ld.so", "--glibc-hwcaps-mask", "x86-64-v3:x86-64-v2", "--library-path",
                    "/levels/usr/lib/here", "driver"]


def test_generic_and_native_are_masked_by_the_name_of_no_level() -> None:
    assert gain.command(gain.GENERIC, PLACES, ["x"])[2:5] == [
        "generic", "--library-path", "/levels/usr/lib/here"]
    assert gain.command(gain.NATIVE, PLACES, ["x"])[4] == "/native/usr/lib/here"


def test_levels_that_the_machine_lacks_are_not_run() -> None:
    assert [level.name for level in gain.supported(frozenset({"x86-64-v3"}))] == ["x86-64-v3"]
    assert gain.native().env["DEB_CFLAGS_APPEND"] == "-march=native"


def test_subjects_have_a_program() -> None:
    for subject in gain.SUBJECTS:
        assert subject.program or (gain.DRIVERS / f"{subject.name}.c").exists()


def test_best_level_is_compared_with_native() -> None:
    made = result(generic=4.0, x86_64_v3=2.0, x86_64_v4=1.0, native=0.98)
    (one,) = page_run.gains(made)
    assert one.best == "x86-64-v4"
    assert one.share
    assert one.share.median == pytest.approx(0.98)
    text = page_run.render(made)
    assert f"| foo | counts | 4.00 s | 2.00{TIMES} | 4.00{TIMES} | 4.08{TIMES} | 0.98 |" in text
    assert text.count(": reached.") == 2
    assert "bar was not measured: no driver" in text


def test_what_is_slower_than_it_should_be_is_said() -> None:
    text = page_run.render(result(control=True, generic=1.0, x86_64_v3=1.2, native=1.0))
    assert "as fast as native: **not reached**: foo 0.83." in text
    assert "at any level: **not reached**: foo at x86-64-v3 0.83." in text
    assert f"| foo, a control | counts | 1.00 s | 0.83{TIMES} | not run | 1.00{TIMES} |" in text


def test_machine_without_levels_has_no_best() -> None:
    (one,) = page_run.gains(result(generic=1.0, native=0.5))
    assert (one.best, one.share) == ("", None)
