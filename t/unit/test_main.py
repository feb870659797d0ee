# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""From the program's name to the step; every error ends in one line and a code."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator

import pytest
from dhhwcaps import copy, main, steps
from dhhwcaps.convert import command
from dhhwcaps.errors import CommandError, ControlError, HwcapsError, UsageError, VerificationError
from dhhwcaps.options import Options
from fakes import Commands, write

STEP = "dh_hwcaps_prepare"
Calls = list[tuple[str, object]]


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Replace all steps by ones that note themselves."""
    noted: Calls = []
    monkeypatch.setattr(steps.Build, "read", lambda options, environ: options)
    for name in main.STEPS:
        monkeypatch.setitem(main.STEPS, name, lambda build, n=name: noted.append((n, build)))
    return noted


def raising(error: BaseException) -> Callable[[object], None]:
    def step(_build: object) -> None:
        raise error

    return step


@pytest.mark.parametrize("name", main.STEPS)
def test_name_is_the_step(calls: Calls, name: str) -> None:
    assert main.main([f"/usr/bin/{name}", "-v"]) == 0
    assert calls == [(name, Options(verbose=True))]


@pytest.mark.parametrize(("error", "code", "said"), [
    (HwcapsError("wrong"), 1, "wrong\n"),
    (ControlError("wrong", "Do it right.\n(Or not.)"), 1, "wrong\n  Do it right.\n  (Or not.)\n"),
    (CommandError("make returned exit code 2", "cc: not found"), 1,
     "make returned exit code 2\n  cc: not found\n"),
    (VerificationError("liba.so.1: bad"), 1, "liba.so.1: bad\n"),
    (UsageError("what?", "see --help"), 2, "what?\n  see --help\n"),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "debian/x"), 1,
     "No space left on device: debian/x\n"),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "No space left on device\n"),
    (OSError("odd"), 1, "odd\n"),
    (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "debian"), 1,
     "Permission denied: debian\n"),
    (KeyboardInterrupt(), 130, "interrupted\n"),
], ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "")
def test_errors_end_in_a_line(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    error: BaseException, code: int, said: str,
) -> None:
    monkeypatch.setitem(main.STEPS, STEP, raising(error))
    assert main.main([STEP]) == code
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"{STEP}: error: {said}")


def test_our_own_mistakes_keep_their_traceback(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(main.STEPS, STEP, raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        main.main([STEP])


def test_termination_is_an_interruption(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(main.STEPS, STEP, lambda _b: signal.raise_signal(signal.SIGTERM))
    assert main.main([STEP]) == 130
    assert capsys.readouterr().err == f"{STEP}: error: interrupted\n"


def test_options_are_read(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([STEP, "--kep"]) == 2
    assert calls == []
    assert capsys.readouterr().err == (
        f"{STEP}: error: unrecognized arguments: --kep\n  see {STEP} --help\n"
    )


def test_unknown_name(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["dh_hwcaps_bild"]) == 2
    assert capsys.readouterr().err == (
        "dh_hwcaps_bild: error: no step has the name dh_hwcaps_bild\n"
        "  Steps: dh_hwcaps, dh_hwcaps_prepare, dh_hwcaps_build, dh_hwcaps_install,"
        " dh_hwcaps_split, dh_hwcaps_substvars, dh_hwcaps_source, dh_hwcaps_source_before_clean,"
        " dh_hwcaps_source_after_clean, dh_hwcaps_source_shlibs, dh_hwcaps_source_substvars,"
        " dh_hwcaps_source_check, dh_hwcaps_source_version.\n"
    )


@pytest.mark.parametrize("name", [
    "dh_hwcaps_before_autoreconf", "dh_hwcaps_before_test", "dh_hwcaps_after_test",
    "dh_hwcaps_collect",
])
def test_steps_of_a_copy_run_nowhere_else(
    calls: Calls, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main.main([name]) == 2
    assert capsys.readouterr().err == (
        f"{name}: error: {name} runs only in the copy of a source that is built for a level\n"
    )


@pytest.fixture
def in_copy(monkeypatch: pytest.MonkeyPatch, calls: Calls) -> Calls:
    """Be in a level's copy; note which of its steps run."""
    monkeypatch.setenv("DH_HWCAPS_LEVEL", "x86-64-v3")
    monkeypatch.setenv("DH_HWCAPS_STATE", "state")
    for name, step in main.IN_COPY.items():
        if step is not copy.collect:
            monkeypatch.setitem(main.IN_COPY, name, lambda where, n=name: calls.append((n, where)))

    def collect(where: copy.Here) -> None:
        calls.append(("collect", where))

    monkeypatch.setattr(copy, "collect", collect)
    for name in ("dh_hwcaps_collect", "dh_hwcaps_install", "dh_hwcaps_split"):
        monkeypatch.setitem(main.IN_COPY, name, collect)
    return calls


@pytest.mark.parametrize(("name", "step"), [
    ("dh_hwcaps_before_autoreconf", "dh_hwcaps_before_autoreconf"),
    ("dh_hwcaps_before_test", "dh_hwcaps_before_test"),
    ("dh_hwcaps_after_test", "dh_hwcaps_after_test"),
    ("dh_hwcaps_collect", "collect"), ("dh_hwcaps_install", "collect"),
    ("dh_hwcaps_split", "collect"),
])
def test_steps_of_a_copy(in_copy: Calls, name: str, step: str) -> None:
    assert main.main([name, "--any", "-Othing"]) == 0
    assert [name for name, _where in in_copy] == [step]


@pytest.mark.parametrize("name", [
    "dh_hwcaps", "dh_hwcaps_prepare", "dh_hwcaps_build", "dh_hwcaps_substvars"
])
def test_outer_steps_do_nothing_in_a_copy(in_copy: Calls, name: str) -> None:
    assert main.main([name]) == 0
    assert in_copy == []


def test_hand_written_rules_collect_by_the_steps_they_know() -> None:
    collecting = {name for name, step in main.IN_COPY.items() if step is copy.collect}
    assert collecting == {"dh_hwcaps_collect", "dh_hwcaps_install", "dh_hwcaps_split"}


def test_collecting_is_done_once(in_copy: Calls) -> None:
    write("state/x86-64-v3.tar")
    for name in ("dh_hwcaps_collect", "dh_hwcaps_install", "dh_hwcaps_after_test"):
        assert main.main([name]) == 0
    assert [name for name, _where in in_copy] == ["dh_hwcaps_after_test"]


def test_without_a_source_package(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["dh_hwcaps"]) == 1
    assert capsys.readouterr().err == (
        "dh_hwcaps: error: debian/control: no such file\n"
        "  Run this in the top directory of a Debian source package.\n"
    )
    assert commands.ran == []


def test_convert_is_no_step(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr(command, "main", given.append)
    assert main.main(["dh_hwcaps", "convert", "-v", "libfoo1"]) == 0
    assert given == [["-v", "libfoo1"]]
    assert main.main(["dh_hwcaps_prepare", "convert"]) == 2
    assert calls == []
