# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Add an entry to debian/changelog as dch(1) would; pure: text in, text out."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from debian.changelog import Changelog, ChangelogParseError

from dhhwcaps.errors import ControlError


def next_version(text: str) -> str:
    """Return the version that the next upload has: the last one with its last number increased.

    An entry that is not released yet is the next upload itself.  Raises ControlError.
    """
    top = _top(text)
    version = str(top.version)
    if top.distributions == "UNRELEASED":
        return version
    match = re.fullmatch(r"(.*?)(\d+)(\D*)", version, re.DOTALL)
    return f"{match[1]}{int(match[2]) + 1}{match[3]}" if match else f"{version}1"


def add(text: str, bullet: str, environ: Mapping[str, str], date: str) -> str:
    """Return debian/changelog with what changed, in a new entry unless the last is UNRELEASED.

    The name is that of DEBFULLNAME and DEBEMAIL (dch(1)), else of the last entry.
    `date` is in the format of deb-changelog(5).  Raises ControlError.
    """
    top = _top(text)
    change = _bullet(bullet)
    if top.distributions == "UNRELEASED":
        match = re.search(r"\s*\n(?= -- )", text)
        if match:
            return text[: match.start()] + "\n" + change + "\n" + text[match.end() :]
    head = f"{top.package} ({next_version(text)}) UNRELEASED; urgency=medium"
    return f"{head}\n\n{change}\n -- {_author(environ, str(top.author))}  {date}\n\n{text}"


def _top(text: str) -> Changelog:
    if not re.match(r"\s*\S+ \(\S+\) ", text):
        raise ControlError("debian/changelog has no entry", "Start it with dch --create.")
    try:
        top = Changelog(text, max_blocks=1, strict=False)
        str(top.version)
    except (ChangelogParseError, IndexError, ValueError) as error:
        raise ControlError(f"debian/changelog: {error}") from None
    return top


def _bullet(text: str) -> str:
    return textwrap.fill(
        text, 79, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False,
        break_long_words=False,
    ) + "\n"


def _author(environ: Mapping[str, str], last: str) -> str:
    given = environ.get("DEBEMAIL", "")
    mail = re.fullmatch(r"(.*?)\s*<(.+)>", given)
    name = environ.get("DEBFULLNAME") or (mail[1] if mail else "")
    address = mail[2] if mail else given
    previous = re.fullmatch(r"(.*?)\s*<(.+)>", last)
    if previous:
        name, address = name or previous[1], address or previous[2]
    return f"{name} <{address}>"
