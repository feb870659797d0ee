# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tars of -src packages that somebody has changed."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import guard
import pytest
from dhhwcaps import control, layout, run
from dhhwcaps.source import pack, unpack
from dhhwcaps.source.package import SourcePackage
from mutations import mutated_tar

ITEM = SourcePackage(package="foo-src", source="foo", version="1.0-1")


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A tar as dh_hwcaps_install makes it."""
    top = tmp_path_factory.mktemp("seed")
    tree = top / layout.CLEAN
    (tree / "debian" / "empty").mkdir(parents=True)
    (tree / "debian/rules").write_text("#!/usr/bin/make -f\n")
    (tree / "debian/rules").chmod(0o755)
    (tree / ("long" * 40)).write_text("x" * 3000)
    (tree / "ä b").write_text("y")
    (tree / "link").symlink_to("ä b")
    (tree / "away").symlink_to("../" * 60 + "etc/passwd")
    source = control.parse("Source: foo\n\nPackage: foo-src\nArchitecture: all\n")
    subprocess.run(pack._tar(Path("seed.tar"), ITEM, source, "1700000000"), cwd=top, check=True)
    return (top / "seed.tar").read_bytes()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """Unpack a tar into a fresh directory; return what was said of it."""
    environ = {unpack.ROOT: str(tmp_path / "root")}
    path = unpack.located(ITEM.tar, environ)
    path.parent.mkdir(parents=True)

    def attempt(data: bytes) -> list[str]:
        path.write_bytes(data)
        said: list[str] = []
        where = tmp_path / "where"
        where.mkdir()
        with guard.confined(where), guard.bounded(said):
            unpack.extract(ITEM, where, run.Shell(), environ)
        shutil.rmtree(where)
        return said

    return attempt


def test_seed_is_read(seed: bytes, read: Callable[[bytes], list[str]]) -> None:
    assert read(seed) == []


def test_mutated_tars(
    seed: bytes, read: Callable[[bytes], list[str]], count: int,
    dice: Callable[[int], random.Random],
) -> None:
    refused = 0
    for number in range(count):
        try:
            refused += bool(read(mutated_tar(seed, dice(number))))
        except BaseException as error:
            error.add_note(f"tar {number}")
            raise
    # Neither is all refused at once, so that nothing was tried, nor is all taken.
    assert count / 10 < refused < count
