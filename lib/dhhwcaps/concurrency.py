# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the builds of several levels at the same time, and show each one's log whole."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from dhhwcaps import layout, run
from dhhwcaps.level import Build
from dhhwcaps.report import Result


def together(builds: Sequence[Build], at_once: int) -> None:
    """Run the builds, `at_once` of them at a time; show their logs one after the other.

    The log of the first one that is not shown yet is streamed.  Raises what a failing build
    raises, after its log was shown and the others were ended.
    """
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        futures = [pool.submit(build.run) for build in builds]
        try:
            for build, future in zip(builds, futures, strict=True):
                run.say(f"hwcaps: {build.level.name}: building in {layout.copy(build.level)}")
                _follow(layout.log(build.level), future, futures)
                _stop_at_failure(build, builds, futures)
                run.say("hwcaps: " + summary(future.result()))
        finally:
            for future in futures:
                future.cancel()
            for build in builds:
                build.stop()


def _follow(path: Path, future: Future[Result], futures: Sequence[Future[Result]]) -> None:
    """Copy a log to standard output while it grows, until its level is done or any one failed."""
    position = 0
    while True:
        over = future.done() or any(_failed(other) for other in futures)
        position = _copy_from(path, position)
        if over:
            return
        time.sleep(0.1)


def _stop_at_failure(
    shown: Build, builds: Sequence[Build], futures: Sequence[Future[Result]]
) -> None:
    for build, future in zip(builds, futures, strict=True):
        error = _failed(future)
        if error:
            if build is not shown:
                run.say(f"hwcaps: {build.level.name}: failed meanwhile; its log:")
                _copy_from(layout.log(build.level), 0)
            raise error


def _failed(future: Future[Result]) -> BaseException | None:
    return future.exception() if future.done() and not future.cancelled() else None


def _copy_from(path: Path, position: int) -> int:
    if not path.exists():
        return position
    with path.open("rb") as log:
        log.seek(position)
        while block := log.read(1 << 16):
            sys.stdout.flush()
            sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
        return log.tell()


def summary(result: Result) -> str:
    """Return the line that says how a level's build went."""
    tests = {
        "passed": "tests passed",
        "failed": "tests FAILED (ignored: --tests=warn)",
        "off": "tests not run (--tests=off)",
        "unsupported": f"tests not run (this machine has no {result.level})",
        "nocheck": "tests not run (nocheck)",
        "unknown": "tests as debian/rules runs them",
        "elsewhere": "tests do not seem to load the library",
    }[result.tests]
    return f"{result.level:<11} built in {result.seconds:.0f} s, {tests}"
