# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where debian/rules puts compiler flags of its own in the place of dpkg's; pure.

A level's flags are among those of dpkg-buildflags(1), so they do not arrive either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = r"CMAKE_(?:C|CXX|Fortran)_FLAGS(?::\w+)?|(?:C|CXX|F|FC|OBJC|OBJCXX)FLAGS"
_ASSIGNED = re.compile(
    rf"[ ]*(?:(?:export|override)\s+)*(?P<name>{_NAME})\s*[:?]{{0,3}}=(?P<value>.*)"
)
_PASSED = re.compile(rf"(?:(?<=-D)|(?<![\w$({{-]))(?P<name>{_NAME})="
                     r"(?P<value>\"[^\"]*\"|'[^']*'|\S*)")
_ELSEWHERE = re.compile(r"[$`\\]")
"""The value has something from elsewhere, which may well be dpkg's flags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A place where flags are set."""

    number: int
    """The line of debian/rules, counted from 1."""
    name: str
    """Of the variable."""


def settings(rules: str) -> tuple[Setting, ...]:
    """Return where the text of debian/rules sets compiler flags to a value without dpkg's."""
    found = []
    for number, line in enumerate(rules.splitlines(), 1):
        code = re.sub(r"(^|\s)#.*", "", line)
        whole = _ASSIGNED.fullmatch(code)
        for match in [whole] if whole else _PASSED.finditer(code):
            if not _ELSEWHERE.search(match["value"]) and match["value"].strip("\"' "):
                found.append(Setting(number=number, name=match["name"].partition(":")[0]))
    return tuple(found)
