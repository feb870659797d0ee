# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each step is killed, early and late in its work; then the same command is given again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import support
from trees import Sums, sums

STEPS = ("prepare", "build", "install", "split", "substvars")
ACTS = "mkdir,rename,unlink,symlink,vfork"
"""System calls by which a step changes files or starts programs."""
ONCE = """#!/bin/sh
set -eu
if [ -e {marker} ]; then
	exec {real} "$@"
fi
touch {marker}
exec strace -o {log} -e trace={acts} -e inject={acts}:signal={signal}:when={when} {real} "$@"
"""


def waylay(tree: Path, step: str, signal: str, when: int) -> Path:
    """Let a step die at its nth act, the first time that it runs; return what strace writes."""
    name = f"dh_hwcaps_{step}"
    commands = support.commands(tree.parent)
    real = tree.parent / "real" / name
    real.parent.mkdir()
    real.symlink_to((commands / name).readlink())
    (commands / name).unlink()
    log = tree.parent / "acts"
    marker = tree.parent / "killed"
    (commands / name).write_text(ONCE.format(
        marker=marker, real=real, log=log, acts=ACTS, signal=signal, when=when))
    (commands / name).chmod(0o755)
    return log


@pytest.mark.parametrize("when", [1, 4])
@pytest.mark.parametrize("signal", ["SIGTERM", "SIGKILL"])
@pytest.mark.parametrize("step", STEPS)
def test_killed(
    tree: Path, step: str, signal: str, when: int, undisturbed: Sums,
    said: Callable[[str], None],
) -> None:
    log = waylay(tree, step, signal, when)
    with pytest.raises(support.BuildError) as caught:
        support.build(tree)
    assert signal in log.read_text()
    assert "Traceback" not in str(caught.value)
    assert sums(support.build(tree)) == undisturbed
    said("the second build gives the same packages")


DIE = """
ifdef DH_HWCAPS_LEVEL
foo.o: die
endif

die:
	{die}
.PHONY: die
"""
KILL = """
if [ ! -e {marker} ]; then
	touch {marker}
	p=$PPID
	until grep -q dh_hwcaps_build /proc/$p/cmdline; do
		p=$(sed -n 's/^PPid:\\t//p' /proc/$p/status)
	done
	kill -KILL $p
fi
"""


def test_killed_while_levels_are_built(
    tree: Path, undisturbed: Sums, said: Callable[[str], None]
) -> None:
    die = tree.parent / "die"
    die.write_text(KILL.format(marker=tree.parent / "killed"))
    (tree / "extra.mk").write_text(DIE.format(die=f"sh {die}"))
    with pytest.raises(support.BuildError):
        support.build(tree)
    assert (tree.parent / "killed").exists()
    (tree / "extra.mk").unlink()
    # What the levels' builds still do in their copies must not matter.
    assert sums(support.build(tree)) == undisturbed
    said("the second build gives the same packages")
