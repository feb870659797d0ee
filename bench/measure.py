# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a command, and tell what it took."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TAIL = 20
"""Lines of a failed command's log that are shown."""


class BenchError(Exception):
    """A benchmark cannot go on; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command and all that it started took."""

    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of the processors, in user and system mode."""
    peak: int
    """Bytes of memory that its largest process had at once, mapped files included.

    Never less than we had ourselves: the kernel counts what a process was before exec(3).
    """


def run(
    argv: Sequence[str | Path], log: Path, cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command, all that it says in `log`; raise BenchError when it fails.

    CPU time and memory are those of wait4(2), which counts children that were waited for.
    """
    with log.open("wb") as sink:
        start = time.perf_counter()
        process = subprocess.Popen(
            argv, cwd=cwd, env=None if env is None else dict(env), stdin=subprocess.DEVNULL,
            stdout=sink, stderr=sink,
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text(errors="replace").splitlines()[-TAIL:]
        words = " ".join(map(str, argv))
        raise BenchError("\n".join([f"{words}: exit code {process.returncode}", *said]))
    return Cost(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * 1024)
