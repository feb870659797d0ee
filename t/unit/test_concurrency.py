# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Levels side by side: each log whole, in order, and the first failure ends all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from dhhwcaps import concurrency, layout
from dhhwcaps.errors import CommandError
from dhhwcaps.report import Result
from fakes import level, write

V2, V3, V4 = (level(f"x86-64-v{n}") for n in (2, 3, 4))


class Build:
    """A build that does what a test says."""

    def __init__(self, of: object, does: Callable[[Build], None] = lambda _build: None) -> None:
        self.level = of
        self.does = does
        self.stopped = threading.Event()

    def run(self) -> Result:
        self.does(self)
        return Result(level=self.level.name, seconds=2.0, tests="passed", disk=1)

    def log(self, text: str) -> None:
        with write(layout.log(self.level), self.so_far()).open("a") as log:
            log.write(text)

    def so_far(self) -> str:
        path = layout.log(self.level)
        return path.read_text() if path.exists() else ""

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture(autouse=True)
def _state() -> None:
    layout.STATE.mkdir(parents=True)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_logs_are_whole_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    second_is_done = threading.Event()

    def first(build: Build) -> None:
        build.log("v3 begins\n")
        assert second_is_done.wait(10)
        build.log("v3 ends\n")

    def second(build: Build) -> None:
        build.log("v4 begins\nv4 ends\n")
        second_is_done.set()

    concurrency.together([Build(V3, first), Build(V4, second)], 2)
    assert capsys.readouterr().out == """\
hwcaps: x86-64-v3: building in debian/.debhelper/hw/v3
v3 begins
v3 ends
hwcaps: x86-64-v3   built in 2 s, tests passed
hwcaps: x86-64-v4: building in debian/.debhelper/hw/v4
v4 begins
v4 ends
hwcaps: x86-64-v4   built in 2 s, tests passed
"""


def test_log_is_streamed(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def slow(build: Build) -> None:
        build.log("begins\n")
        deadline = time.monotonic() + 10
        while "begins" not in seen and time.monotonic() < deadline:
            time.sleep(0.02)
            seen.extend(said(capsys))

    concurrency.together([Build(V3, slow)], 1)
    assert "begins" in seen


@pytest.mark.parametrize(("at_once", "most"), [(1, 1), (2, 2)])
def test_no_more_at_a_time_than_wanted(at_once: int, most: int) -> None:
    running, peak, lock = [0], [0], threading.Lock()

    def count(_build: Build) -> None:
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        time.sleep(0.05)
        with lock:
            running[0] -= 1

    concurrency.together([Build(of, count) for of in (V2, V3, V4)], at_once)
    assert peak == [most]


def test_failure_of_another_level_ends_the_one_shown(capsys: pytest.CaptureFixture[str]) -> None:
    begun = threading.Event()

    def endless(build: Build) -> None:
        build.log("v3 goes on\n")
        begun.set()
        assert build.stopped.wait(10)

    def fail(build: Build) -> None:
        assert begun.wait(10)
        build.log("v4: cc: error\n")
        raise CommandError("x86-64-v4: failed")

    builds = [Build(V3, endless), Build(V4, fail)]
    with pytest.raises(CommandError, match="x86-64-v4: failed"):
        concurrency.together(builds, 2)
    assert said(capsys) == [
        "hwcaps: x86-64-v3: building in debian/.debhelper/hw/v3",
        "v3 goes on",
        "hwcaps: x86-64-v4: failed meanwhile; its log:",
        "v4: cc: error",
    ]


def test_failure_of_the_one_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(build: Build) -> None:
        build.log("v3: cc: error\n")
        raise CommandError("x86-64-v3: failed")

    ran: list[Build] = []
    builds = [Build(V3, fail), Build(V4, ran.append)]
    with pytest.raises(CommandError, match="x86-64-v3: failed"):
        concurrency.together(builds, 1)
    assert said(capsys) == [
        "hwcaps: x86-64-v3: building in debian/.debhelper/hw/v3", "v3: cc: error",
    ]
    assert all(build.stopped.is_set() for build in builds)


def test_interruption_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(concurrency, "time", SimpleNamespace(sleep=interrupted))
    builds = [Build(of, lambda build: build.stopped.wait(10)) for of in (V3, V4)]
    with pytest.raises(KeyboardInterrupt):
        concurrency.together(builds, 2)
    assert all(build.stopped.is_set() for build in builds)


@pytest.mark.parametrize(("tests", "words"), [
    ("passed", "tests passed"),
    ("failed", "tests FAILED (ignored: --tests=warn)"),
    ("off", "tests not run (--tests=off)"),
    ("unsupported", "tests not run (this machine has no power9)"),
    ("nocheck", "tests not run (nocheck)"),
    ("unknown", "tests as debian/rules runs them"),
    ("elsewhere", "tests do not seem to load the library"),
])
def test_summary(tests: str, words: str) -> None:
    result = Result(level="power9", seconds=61.5, tests=tests, disk=0)
    assert concurrency.summary(result) == f"power9      built in 62 s, {words}"
