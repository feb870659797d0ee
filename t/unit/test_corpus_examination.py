# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What becomes of a package whose stages fail; the stages themselves are played."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from corpus import builds, compare, contents, examination, lintian, use
from corpus.examination import Examination
from corpus.pins import PINS
from real.chroot import ChrootError
from real.sources import SourceError

LIBVORBIS = next(pin for pin in PINS if pin.name == "libvorbis")
FFTW3 = next(pin for pin in PINS if pin.name == "fftw3")
OPENBLAS = next(pin for pin in PINS if pin.name == "openblas")
LOG = 'corpus: report\n{"libraries": [], "levels": [{"level": "one", "tests": "passed"}]}\n'
ERROR = "dh_hwcaps_build: error: the tests of x86-64-v3 failed"


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the stages return; a stage that holds an error raises it."""
    build = SimpleNamespace(log=f"\n{LOG}corpus: end of report\n", families=["libfoo2"], debs={},
                            where=Path("build"))
    conversion = SimpleNamespace(said="libfoo2: + -generic", difference="")
    used = SimpleNamespace(upgraded="1", loaded={}, emulated=(),
                           faults=("nothing was loaded",))
    said: dict[str, object] = {
        "convert": conversion, "tested": build, "again": build, "plain": build,
        "plain-tests": build, "plain-again": build, "differing": [[], []], "compare": [],
        "lintian": [], "use": used,
    }

    def stage(name: str) -> object:
        if isinstance(said[name], Exception):
            raise said[name]
        return said[name]

    monkeypatch.setattr(builds, "convert", lambda *_: stage("convert"))
    monkeypatch.setattr(builds, "converted", lambda _pin, _addon, name, *_a, **_k: stage(name))
    monkeypatch.setattr(builds, "plain", lambda _pin, name="plain", *_a, **_k: stage(name))
    monkeypatch.setattr(builds, "differing", lambda *_: said["differing"].pop(0))
    monkeypatch.setattr(builds, "packages", lambda _build: [])
    monkeypatch.setattr(contents, "read", lambda _paths: {})
    monkeypatch.setattr(compare, "everything", lambda *_: stage("compare"))
    monkeypatch.setattr(lintian, "added", lambda *_: stage("lintian"))
    monkeypatch.setattr(use, "try_out", lambda *_: stage("use"))
    return said


def failures(result: dict) -> list[tuple[str, str]]:
    return [(one["stage"], one["said"]) for one in result["failures"]]


def test_findings_of_every_stage_are_failures(play: dict[str, object]) -> None:
    play |= {"differing": [["a"], [], []], "compare": ["other files"],
             "lintian": ["tag: libfoo2"]}
    result = Examination(LIBVORBIS, ()).run()
    assert failures(result) == [
        ("second build", "other bytes: a"), ("compare", "other files"),
        ("lintian", "tag: libfoo2"), ("use", "nothing was loaded"),
    ]
    assert result["tests"] == {"one": "passed"}
    assert result["families"] == ["libfoo2"]


def test_what_can_be_done_after_a_failure_is_done(play: dict[str, object]) -> None:
    play |= {"tested": SourceError(ERROR), "use": ChrootError("no such package")}
    result = Examination(LIBVORBIS, ()).run()
    assert failures(result) == [("build with tests", ERROR), ("use", "no such package")]
    assert "differing" not in result
    assert "tests_fail_plain" not in result


def test_tests_that_fail_without_conversion_too_are_no_failure(play: dict[str, object]) -> None:
    play |= {"tested": SourceError(ERROR), "plain-tests": SourceError("make: no network")}
    result = Examination(LIBVORBIS, ()).run()
    assert [stage for stage, _said in failures(result)] == ["use"]
    assert result["tests_fail_plain"] == "make: no network"


def test_bytes_that_differ_without_conversion_too_are_no_failure(play: dict[str, object]) -> None:
    play["differing"] = [["a", "b", "c"], ["a"], ["c"]]
    result = Examination(LIBVORBIS, ()).run()
    assert failures(result)[0] == ("second build", "other bytes: b")
    assert (result["differing"], result["differing_plain"]) == (["b"], ["a", "c"])


def test_plain_build_is_not_tested_where_its_path_explains_all(play: dict[str, object]) -> None:
    play |= {"differing": [["a"], ["a"]], "plain-tests": AssertionError}
    assert Examination(LIBVORBIS, ()).run()["differing"] == []


def test_bytes_of_members_follow_the_package_that_was_split(play: dict[str, object]) -> None:
    members = ["libfoo2-avx2", "libfoo2-avx2-dbgsym", "libfoo2-generic"]
    play["differing"] = [[*members, "libbar1-avx2"], ["libfoo2"], []]
    result = Examination(LIBVORBIS, ()).run()
    assert failures(result)[0] == ("second build", "other bytes: libbar1-avx2")
    assert result["differing_plain"] == ["libfoo2"]


def test_long_build_is_made_once(play: dict[str, object]) -> None:
    play["tested"] = AssertionError
    assert "differing" not in Examination(FFTW3, ()).run()


@pytest.mark.parametrize(("outcome", "expected"), [
    (SourceError("dh_hwcaps: error: update-alternatives manages it"), []),
    (SourceError("dh_hwcaps: error: no libraries"), ["convert"]),
    (SimpleNamespace(said="", difference=""), ["convert"]),
])
def test_refusal_has_to_give_the_reason(
    play: dict[str, object], outcome: object, expected: list[str]
) -> None:
    play["convert"] = outcome
    result = Examination(OPENBLAS, ()).run()
    assert [stage for stage, _said in failures(result)] == expected


def test_result_does_not_grow_with_the_log(play: dict[str, object]) -> None:
    play["plain"] = SourceError("x" * 100_000)
    result = Examination(LIBVORBIS, ()).run()
    assert len(failures(result)[0][1]) == examination.LONGEST
