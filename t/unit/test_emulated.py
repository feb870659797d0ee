# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes into the emulated PC, and what comes out of it."""

from __future__ import annotations

import pytest
from real import emulated, loading, machine
from real.chroot import ChrootError

BOOT = f"ignored\r\n{emulated.BEGIN}\r\n"


def test_answer_is_what_the_script_printed() -> None:
    assert emulated.answer(f"{BOOT}a\r\nb\r\n{emulated.END} 0\r\nafter") == "a\nb\n"
    assert emulated.answer(f"{BOOT}no newline{emulated.END} 0\r\n") == "no newline"
    assert emulated.answer(f"{BOOT}{emulated.END} 0\r\n") == ""


@pytest.mark.parametrize(("said", "words"), [
    (f"{BOOT}it burns\r\n{emulated.END} 132\r\n", "exit code 132\nit burns\n"),
    (f"{BOOT}half of i", "ended, or its time, before the script did:\nignored\n"),
    (f"{BOOT}all{emulated.END} 1", "ended, or its time, before the script did"),
    ("PANIC", "ended, or its time, before the script did:\nPANIC"),
    ("", "ended, or its time, before the script did"),
])
def test_what_went_wrong_is_told(said: str, words: str) -> None:
    with pytest.raises(ChrootError) as raised:
        emulated.answer(said)
    assert words in str(raised.value)


def test_script_prints_what_the_loader_says_and_stops_at_a_failure() -> None:
    lines = loading.script(["a && b 'c'", "d"]).splitlines()
    assert lines[0] == "rm -f /tmp/loaded.*"
    assert lines[1].startswith("env LD_DEBUG=libs LD_DEBUG_OUTPUT=/tmp/loaded sh -ec"
                               """ 'a && b '"'"'c'"'"''""")
    assert " sh -ec d >" in lines[2]
    assert all(line.endswith("exit 1; }") for line in lines[1:3])
    assert lines[3].startswith("grep ")


def test_library_is_where_the_loader_initialized_it() -> None:
    logs = "  7: calling init: /lib/x/libfoo.so.2\r\n  7: calling init: /usr/lib/x/v4/libbar.so.1\n"
    assert loading.initialized(logs) == {
        "libfoo.so.2": "/usr/lib/x/libfoo.so.2", "libbar.so.1": "/usr/lib/x/v4/libbar.so.1",
    }


@pytest.mark.parametrize(("native", "emulated_ones"), [
    (("x86-64-v4", "x86-64-v3", "x86-64-v2"), ()),
    (("x86-64-v3", "x86-64-v2"), ("x86-64-v4",)),
])
def test_only_what_the_cpu_lacks_is_emulated(
    monkeypatch: pytest.MonkeyPatch, native: tuple[str, ...], emulated_ones: tuple[str, ...]
) -> None:
    monkeypatch.setattr(machine, "supported", lambda: native)
    assert loading.lacking() == emulated_ones
    assert sorted({*loading.lacking(), *loading.levels()}) == ["", "x86-64-v3", "x86-64-v4"]
