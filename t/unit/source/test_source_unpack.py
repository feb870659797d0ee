# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tars that are none."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from dhhwcaps.errors import VerificationError
from dhhwcaps.run import Shell
from dhhwcaps.source import unpack
from dhhwcaps.source.package import SourcePackage

ITEM = SourcePackage(package="foo-src", source="foo", version="1.0-1")


def extract(data: bytes) -> None:
    """Unpack a tar with those bytes."""
    path = unpack.located(ITEM.tar, {unpack.ROOT: "."})
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    Path("where").mkdir()
    unpack.extract(ITEM, Path("where"), Shell(), {unpack.ROOT: "."})


def tar(size: int = 0, end: bool = True) -> bytes:
    """Return a tar with one member, which says that it is so large."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:", format=tarfile.GNU_FORMAT) as made:
        member = tarfile.TarInfo("foo-1.0/a")
        member.size = size
        made.addfile(member)
    return buffer.getvalue() if end else buffer.getvalue()[:512]


def test_one_file() -> None:
    extract(tar())
    assert Path("where/foo-1.0/a").read_bytes() == b""


@pytest.mark.parametrize(("data", "why"), [
    (b"", "empty file"),
    (tar(end=False), "it does not end behind its last member"),
    (tar(size=1 << 20), "unexpected end of data"),
    (tar(size=-(1 << 40)), "it says what no file can have: a size, a time, a name"),
    (tar(size=1 << 70), "it says what no file can have: a size, a time, a name"),
], ids=["empty", "no end", "too short", "negative", "huge"])
def test_what_is_no_tar(data: bytes, why: str) -> None:
    with pytest.raises(VerificationError) as caught:
        extract(data)
    message, advice = str(caught.value).split("\n  ")
    assert message.endswith(f"foo-1.0.tar: {why}")
    assert advice == "It is no tar, or not a whole one."
    assert not list(Path("where").iterdir())
