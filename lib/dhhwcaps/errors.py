# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong: every error that a user can cause derives from HwcapsError."""

from __future__ import annotations


class HwcapsError(Exception):
    """A message for the maintainer: the first line says what is wrong and where.

    `advice` becomes the second, indented line: what would be right.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return self.message + "".join(f"\n  {line}" for line in self.advice.splitlines())


class ControlError(HwcapsError):
    """Something in the packaging (debian/control, debian/changelog, …) is not as it must be."""


class CommandError(HwcapsError):
    """A command that we started failed."""


class UsageError(HwcapsError):
    """The command line is wrong."""


class VerificationError(HwcapsError):
    """A library that was built must not be shipped."""


def plural(count: int, noun: str) -> str:
    """Return "1 file", "2 files"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
