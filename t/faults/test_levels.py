# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A level's build goes wrong: the whole build stops, says where, and a second one works."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from trees import Sums, sums

V3 = "x86-64-v3"
AT_LEVEL = f"ifeq ($(DH_HWCAPS_LEVEL),{V3})\n{{}}\nendif\n"
CRASH = """#!/bin/sh
case "$DH_HWCAPS_LEVEL $*" in
*-v3*-c\\ *foo.o*) kill -SEGV $$ ;;
esac
exec /usr/bin/gcc "$@"
"""
PORT = """
check: one-server
one-server: foo
	python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", {port})); time.sleep(1)'
.PHONY: one-server
"""
FAULTS = {
    "compile": ("CPPFLAGS += -include no-such-header.h", "build-arch failed", "no-such-header.h"),
    "compiler": ("CC = {crash}", "build-arch failed", "Segmentation fault"),
    "link": ("LDFLAGS += -Wl,--no-such-option", "build-arch failed", "use the --help option"),
    "missing library": ("LDFLAGS += -lno_such_library", "build-arch failed", "no_such_library"),
    "test": ("check: failing\nfailing: foo\n\techo wrong result; false\n.PHONY: failing",
             "the tests failed", "wrong result"),
    "install": ("install: failing\nfailing:\n\tinstall -d /proc/no-such\n.PHONY: failing",
                "install-arch failed", "/proc/no-such"),
}
"""Fault → lines of the Makefile, what our error says, and what it quotes."""


@pytest.mark.parametrize("fault", FAULTS)
def test_level_fails_to(
    tree: Path, fault: str, undisturbed: Sums, fails: Callable[..., str],
    said: Callable[[str], None],
) -> None:
    crash = tree.parent / "crashing-gcc"
    crash.write_text(CRASH)
    crash.chmod(0o755)
    extra = tree / "extra.mk"
    lines, what, quoted = FAULTS[fault]
    extra.write_text(AT_LEVEL.format(lines.format(crash=crash)))
    message = fails(tree)
    assert re.match(rf"dh_hwcaps_build: error: {V3}: .*{what} in ", message)
    assert quoted in message
    extra.unlink()
    assert sums(support.build(tree)) == undisturbed
    said(message)


def test_level_hangs(tree: Path, undisturbed: Sums, said: Callable[[str], None]) -> None:
    extra = tree / "extra.mk"
    extra.write_text(AT_LEVEL.format("all: hang\nhang:\n\tsleep 4321\n.PHONY: hang"))
    process = support.start(tree)
    for _ in range(1200):
        if sleepers():
            break
        assert process.poll() is None
        time.sleep(0.1)
    # What sbuild does when nothing was said for too long.
    os.killpg(process.pid, signal.SIGTERM)
    assert process.wait(60)
    assert not sleepers()
    extra.unlink()
    assert sums(support.build(tree)) == undisturbed
    said("SIGTERM ends the level's processes too")


def sleepers() -> bool:
    """Tell whether a hanging level is there."""
    return subprocess.run(["pgrep", "-fx", "sleep 4321"], stdout=subprocess.DEVNULL).returncode == 0


def test_test_suites_with_one_port(
    tree: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    (tree / "extra.mk").write_text(PORT.format(port=45671))
    assert sums(support.build(tree)) == undisturbed
    said("one level's tests run at a time")
