# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damage to files, of the sorts that broken disks, linkers and wicked people do."""

from __future__ import annotations

import random
import tarfile

HEAD = 2048
"""Where most of what readers believe stands."""
NUMBERS = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
           0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF)
BLOCK = tarfile.BLOCKSIZE
CHECKSUM = slice(148, 156)
TYPES = b"0\0" b"123456789ALKSMNVXxgD"
OCTAL = ((100, 8), (108, 8), (116, 8), (124, 12), (136, 12))
"""Fields of a tar's header that hold numbers: mode, owner, group, size, time."""
WORDS = (b"/etc/x", b"../x", b"foo-1.0/../../x", b"./", b"", b"foo-1.0", b"foo-1.0/a/b",
         b"\xff\xfe", b"-x", b"foo-1.0/" + b"y" * 90, b"foo-1.0/\n", b"foo-1.0/" + b"d/" * 40)


def mutated(data: bytes, dice: random.Random, marks: list[int]) -> bytes:
    """Return data with a few damages, most of them near its start or near `marks`."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        if made:
            dice.choice((_bit, _byte, _number, _number, _copy, _cut, _drop, _grow))(
                made, dice, _place(made, dice, marks))
    return bytes(made)


def mutated_tar(data: bytes, dice: random.Random) -> bytes:
    """Return a tar with damages; most have checksums that are right again."""
    headers = [at for at in range(0, len(data), BLOCK) if data[at + 257 : at + 262] == b"ustar"]
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4))):
        at = dice.choice(headers)
        dice.choice((_type, _name, _link, _field, _swap))(made, dice, at)
        _seal(made, at)
    if dice.random() < 0.3:
        made = bytearray(mutated(bytes(made), dice, headers))
        for at in headers if dice.random() < 0.7 else ():
            _seal(made, at)
    return bytes(made)


def _place(made: bytearray, dice: random.Random, marks: list[int]) -> int:
    kind = dice.random()
    near = [mark for mark in marks if mark < len(made)]
    if near and kind < 0.5:
        return min(len(made) - 1, dice.choice(near) + dice.randrange(64))
    return dice.randrange(min(len(made), HEAD) if kind < 0.8 else len(made))


def _bit(made: bytearray, dice: random.Random, at: int) -> None:
    made[at] ^= 1 << dice.randrange(8)


def _byte(made: bytearray, dice: random.Random, at: int) -> None:
    made[at] = dice.randrange(256)


def _number(made: bytearray, dice: random.Random, at: int) -> None:
    size = dice.choice((1, 2, 4, 8))
    at -= at % size
    value = dice.choice((*NUMBERS, len(made), len(made) + 1)) & ((1 << 8 * size) - 1)
    made[at : at + size] = value.to_bytes(size, "little")


def _copy(made: bytearray, dice: random.Random, at: int) -> None:
    size, start = dice.choice((4, 24, 64)), dice.randrange(len(made))
    made[at : at + size] = made[start : start + size]


def _cut(made: bytearray, dice: random.Random, at: int) -> None:
    del made[at:]


def _drop(made: bytearray, dice: random.Random, at: int) -> None:
    del made[at : at + dice.choice((1, 8, 64, 512))]


def _grow(made: bytearray, dice: random.Random, at: int) -> None:
    made[at:at] = dice.randbytes(dice.choice((1, 8, 512)))


def _type(made: bytearray, dice: random.Random, at: int) -> None:
    made[at + 156] = dice.choice(TYPES)


def _name(made: bytearray, dice: random.Random, at: int) -> None:
    made[at : at + 100] = dice.choice(WORDS).ljust(100, b"\0")[:100]


def _link(made: bytearray, dice: random.Random, at: int) -> None:
    made[at + 157 : at + 257] = dice.choice(WORDS).ljust(100, b"\0")[:100]


def _field(made: bytearray, dice: random.Random, at: int) -> None:
    start, size = dice.choice(OCTAL)
    start += at
    octal = b"%0*o\0" % (size - 1, dice.choice(NUMBERS) & ((1 << 3 * (size - 1)) - 1))
    base256 = bytes([dice.choice((0x80, 0xFF))]) + dice.randbytes(size - 1)
    made[start : start + size] = dice.choice(
        (octal, base256, b"\xff" * size, b" " * size, b"9" * size))


def _swap(made: bytearray, dice: random.Random, at: int) -> None:
    other = dice.randrange(0, len(made) // BLOCK) * BLOCK
    one, two = bytes(made[at : at + BLOCK]), bytes(made[other : other + BLOCK])
    made[at : at + BLOCK], made[other : other + BLOCK] = two, one


def _seal(made: bytearray, at: int) -> None:
    header = made[at : at + BLOCK]
    if len(header) == BLOCK:
        header[CHECKSUM] = b" " * 8
        made[at + CHECKSUM.start : at + CHECKSUM.stop] = b"%06o\0 " % sum(header)
