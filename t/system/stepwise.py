# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Look at a chroot after every single change that a command makes to its directories."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from real import chroot
from real.chroot import Chroot

CALLS = "rename,renameat,renameat2,unlink,unlinkat"
STRACE = ("strace", "-f", "-qq", "-ttt", "-s", "4096", "-e", f"trace={CALLS}",
          "-e", f"inject={CALLS}:signal=SIGSTOP")
LINE = re.compile(r"(\d+) +([\d.]+) (.*)")
BOOKKEEPING = ("/var/lib/apt/", "/var/cache/", "/var/log/", "/tmp/", "/var/lib/dpkg/")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A file was renamed or removed."""

    process: int
    call: str
    names: tuple[str, ...]
    seconds: float
    """Since the command was let go on after the change before."""

    @property
    def bookkeeping(self) -> bool:
        """Whether it is in the files that apt and dpkg keep for themselves."""
        return all(name.startswith(BOOKKEEPING) for name in self.names)


@dataclass(frozen=True)
class Done:
    """How a watched command ended."""

    returncode: int
    stdout: str


def run(system: Chroot, *argv: str, look: Callable[[Change], bool]) -> Done:
    """Run a command, stopped after each rename and removal as long as `look` takes.

    When that returns False the process that made the change is killed there and then.
    """
    read, write = os.pipe()
    with (os.fdopen(read, errors="replace") as lines,
          system.path("/tmp/stepwise.log").open("w+") as said):
        process = subprocess.Popen(
            [*STRACE, "-o", f"/dev/fd/{write}", *system.entering(*argv)],
            env=chroot.ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=said,
            stderr=subprocess.STDOUT, pass_fds=[write],
        )
        os.close(write)
        for change in _changes(lines):
            goes_on = not change.names or look(change)
            os.kill(change.process, signal.SIGCONT if goes_on else signal.SIGKILL)
        process.wait()
        said.seek(0)
        return Done(process.returncode, said.read())


def _changes(lines: Iterable[str]) -> Iterator[Change]:
    # Without names where the call failed.  Calls of several processes may be interleaved.
    calls: dict[str, str] = {}
    before = time.time()
    for process, stamp, text in (match.groups() for line in lines if (match := LINE.match(line))):
        if text == "--- stopped by SIGSTOP ---":
            call = calls.pop(process)
            names = re.findall(r'"([^"]*)"', call) if call.endswith("= 0") else ()
            yield Change(process=int(process), call=call.partition("(")[0], names=tuple(names),
                         seconds=float(stamp) - before)
            before = time.time()
        elif not text.startswith("---"):
            calls[process] = calls.get(process, "") + text
