# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Text of others, made fit for a terminal."""

from __future__ import annotations


def inert(text: str, keep: str = "") -> str:
    r"""Return the text with everything that could command a terminal or hide in it escaped.

    That is all but printable characters, blanks and those of `keep`: control characters, marks of
    direction, bytes that are no UTF-8 (`\xff`).
    """
    return "".join(c if c.isprintable() or c in keep else _escape(c) for c in text)


def _escape(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # an undecoded byte (PEP 383)
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
