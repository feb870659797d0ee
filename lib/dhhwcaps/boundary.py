# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place where errors end: a line on standard error, and an exit code."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from dhhwcaps.errors import HwcapsError, UsageError
from dhhwcaps.text import inert


class Parser(argparse.ArgumentParser):
    """Parser of a command line that raises UsageError instead of ending the program."""

    def error(self, message: str) -> NoReturn:
        """Raise argparse's complaint."""
        raise UsageError(message, f"see {self.prog} --help")


def guarded(name: str, action: Callable[[], int | None]) -> int:
    """Return what the action returns, 0 for None, or complain in a program's name.

    1: it failed; 2: the command line is wrong; 130: interrupted; 141: nobody reads our output.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    _open_streams()
    try:
        _look_around()
        code = action()
        sys.stdout.flush()
    except HwcapsError as error:
        return _complain(name, inert(str(error), "\n\t"), 2 if isinstance(error, UsageError) else 1)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _flush()
            return 128 + signal.SIGPIPE
        where = f": {error.filename}" if error.filename else ""
        return _complain(name, inert(f"{error.strerror or error}{where}"), 1)
    except KeyboardInterrupt:
        return _complain(name, "interrupted", 130)
    return code or 0


def _open_streams() -> None:
    # What a caller closed would else be the next file that is opened.
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "w" if name != "stdin" else "r"))
    for stream in (sys.stdout, sys.stderr):
        # Bars and names may be more than an old locale can say, and names no UTF-8 at all.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _look_around() -> None:
    try:
        Path.cwd()
    except FileNotFoundError:
        raise HwcapsError("the working directory is gone", "cd to another one.") from None


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        # What is left in the buffer would raise again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(name: str, text: str, code: int) -> int:
    _flush()
    print(f"{name}: error: {text}", file=sys.stderr, flush=True)
    return code


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
