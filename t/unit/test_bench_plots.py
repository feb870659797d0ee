# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures, where matplotlib is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import page, plots, ways
from bench.results import Result

COST = {"cpu": 2.0, "wall": 1.0, "peak": 10**8}
RESULTS: dict[str, Result] = {
    "build": {"packages": [
        {"package": "foo", "costs": {way.name: [COST, COST] for way in ways.all_of_them()}},
        {"package": "bar", "failed": "no such file"},
    ]},
    "own": {"subjects": [
        {"kind": "code", "size": size, "costs": [{"install": COST}]} for size in (1, 10)
    ]},
    "run": {"subjects": [
        {"subject": "foo", "does": "", "control": False,
         "costs": {name: [COST] for name in ("generic", ways.levels()[0].name, "native")}},
    ]},
}


def test_pictures_are_those_of_the_page() -> None:
    named = {picture: name for name, section in page.SECTIONS.items()
             for picture in section.pictures}
    assert named == {picture: name for picture, (name, _draw) in plots.PICTURES.items()}


def test_pictures_are_always_the_same(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for where in ("one", "other"):
        plots.save(RESULTS, tmp_path / where)
    for picture in plots.PICTURES:
        name = f"{picture}.svg"
        assert (tmp_path / "one" / name).read_text() == (tmp_path / "other" / name).read_text()


def test_what_was_not_measured_has_no_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plots.save({"build": RESULTS["build"], "own": {}}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["build.svg"]
