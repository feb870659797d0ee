# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Section tables that cannot be those of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import sections
from dhhwcaps.errors import VerificationError
from fakes import Commands

ROW = "  [ 1] .text  {kind}  0000000000001000 {offset:06x} {size:06x} 00  AX  0   0 16\n"


def read(commands: Commands, length: int, kind: str, offset: int, size: int) -> int:
    """Return the size that was read of the one section of a file that is so long."""
    path = Path("a.so")
    path.write_bytes(bytes(length))
    commands.say("readelf", ROW.format(kind=kind, offset=offset, size=size))
    (found,) = sections.read(path)
    return found.size


def test_section_that_ends_with_the_file(commands: Commands) -> None:
    assert read(commands, 100, "PROGBITS", offset=40, size=60) == 60


def test_section_without_bytes_is_as_large_as_it_likes(commands: Commands) -> None:
    assert read(commands, 0, "NOBITS", offset=1 << 63, size=1 << 63) == 1 << 63
    assert read(commands, 0, "NULL", offset=1, size=1) == 1


@pytest.mark.parametrize(("offset", "size"), [(40, 61), (1 << 63, 0), (0, 1 << 63), (101, 0)])
def test_section_that_reaches_past_the_end(commands: Commands, offset: int, size: int) -> None:
    with pytest.raises(VerificationError, match="not a whole ELF file") as caught:
        read(commands, 100, "PROGBITS", offset=offset, size=size)
    assert ".text reaches past the end of the file" in str(caught.value)
