# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Watch a chroot while packages change: are its libraries there, do its programs run?"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType

from real.chroot import Chroot


class Watch:
    """Looks for files all the time, and runs a command over and over, until the block ends."""

    def __init__(self, chroot: Chroot, files: list[str], *command: str) -> None:
        self.chroot = chroot
        self.files = [chroot.path(name) for name in files]
        self.command = command
        self.looks = self.runs = 0
        self.missing: set[str] = set()
        self.failures: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._look), threading.Thread(target=self._run)]

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            self.missing |= {path.name for path in self.files if not _there(path)}
            self.looks += 1
            time.sleep(0.0002)  # dpkg's own work is to go on

    def _run(self) -> None:
        while not self._over.is_set():
            done = self.chroot.attempt(*self.command)
            if done.returncode:
                self.failures.append(done.stdout)
            self.runs += 1


def _there(path: Path) -> bool:
    # A link and what it leads to are looked at apart, and a new version of the library may come
    # in between: what counts is whether a second look finds one.
    return path.exists() or path.exists()
