# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Text of others: read as it is, and made fit for a terminal."""

from __future__ import annotations

from pathlib import Path


def read_text(path: Path) -> str:
    """Return a file's text, bytes that are no UTF-8 as `Shell.write` writes them again (PEP 383).

    What is in a file that only passes through is for those to judge who read it in the end.
    """
    return path.read_text("utf-8", "surrogateescape")


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
