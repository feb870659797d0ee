# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What bad input must not do: end in a traceback, take long, write elsewhere."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from dhhwcaps.errors import HwcapsError

SECONDS = 1.0
"""What reading any one input may take."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {"os.mkdir": 0, "os.chmod": 0, "os.chown": 0, "os.utime": 0, "os.remove": 0,
            "os.rmdir": 0, "os.rename": 1, "os.symlink": 1, "os.link": 1, "os.truncate": 0}
"""Audit events, and the argument that names what is written (Python: library/audit_events)."""


class HangError(BaseException):
    """Nothing that the code under test could catch."""


class _Watch:
    root = ""
    outside: ClassVar[list[str]] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if not _Watch.root or event not in (*CHANGING, "open"):
        return
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
        return
    path = arguments[CHANGING.get(event, 0)]
    if isinstance(path, str | bytes | os.PathLike):
        parent, name = os.path.split(os.fsdecode(path))
        real = f"{os.path.realpath(parent)}/{name}"
        if real != os.devnull and not f"{real}/".startswith(f"{_Watch.root}/"):
            _Watch.outside.append(f"{event} {real}")


sys.addaudithook(_audit)


def _stop(_signal: int, _frame: object) -> None:
    raise HangError(f"took more than {SECONDS} s")


@contextmanager
def bounded(said: list[str] | None = None) -> Iterator[None]:
    """Let what is within fail by our own errors only, in time that this process itself uses.

    A message goes to `said`: it must be one line that says something.
    """
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    except OSError as error:
        # `boundary` says what and which file.
        assert error.strerror and error.filename, repr(error)
    except HwcapsError as error:
        assert error.message.strip() and "Error(" not in error.message, repr(error)
        if said is not None:
            said.append(str(error))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def confined(root: Path) -> Iterator[None]:
    """Fail if what is within writes anywhere but below a directory."""
    _Watch.root, _Watch.outside = os.path.realpath(root), []
    try:
        yield
    finally:
        _Watch.root = ""
    assert not _Watch.outside, _Watch.outside
