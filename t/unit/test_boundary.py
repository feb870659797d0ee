# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors end in a line that commands no terminal, and a code."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dhhwcaps import boundary, elf
from dhhwcaps.errors import HwcapsError


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_code_of_the_action() -> None:
    assert (boundary.guarded("x", lambda: 3), boundary.guarded("x", lambda: None)) == (3, 0)


@pytest.mark.parametrize(("error", "said"), [
    (HwcapsError("a\x1b[31mb", "c\x07"), "x: error: a\\x1b[31mb\n  c\\x07\n"),
    (OSError(errno.ENOENT, "No such file", "a\nb"), "x: error: No such file: a\\nb\n"),
])
def test_names_in_errors_are_escaped(
    capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    def action() -> int:
        raise error

    assert boundary.guarded("x", action) == 1
    assert capsys.readouterr().err == said


def test_nobody_reads_the_output(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def action() -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(os, "dup2", lambda _old, _new: None)
    assert boundary.guarded("x", action) == 128 + signal.SIGPIPE
    assert capfd.readouterr().err == ""


def test_a_full_disk_is_one_line(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(boundary.sys, "stdout", full)
        assert boundary.guarded("x", lambda: print("y")) == 1
    assert capfd.readouterr().err == "x: error: No space left on device\n"


def test_closed_streams_are_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(boundary.sys, name, None)
    assert boundary.guarded("x", lambda: print("y")) == 0
    assert boundary.sys.stdout.fileno() >= 0


def test_working_directory_that_is_gone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert boundary.guarded("x", lambda: 0) == 1
    assert capsys.readouterr().err.startswith("x: error: the working directory is gone\n")


def test_identity_of_files(tmp_path: Path) -> None:
    path = tmp_path / "x"
    assert elf.identity(path) == b""
    path.write_bytes(b"\x7fELF\x02\x01")
    assert elf.identity(path) == b""
    path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00rest")
    assert elf.identity(path) == b"\x02\x01\x3e\x00"


def test_rpath_that_a_runpath_hides() -> None:
    rpath = " 0x000000000000000f (RPATH)  Library rpath: [/a:$ORIGIN]\n"
    runpath = " 0x000000000000001d (RUNPATH)  Library runpath: [/b]\n"
    interpreter = "      [Requesting program interpreter: /lib64/ld.so]\n"
    found = elf.parse(Path("x"), rpath + interpreter)
    assert (found.rpath, found.interpreter) == (("/a", "$ORIGIN"), "/lib64/ld.so")
    assert elf.parse(Path("x"), rpath + runpath).rpath == ()


def test_a_name_that_the_locale_cannot_say_is_escaped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "latin-1"))
    assert boundary.guarded("x", lambda: print("\udcff\u2026")) == 0
    assert written.getvalue() == b"\\udcff\\u2026\n"
