# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Describe a family's members in the words of the package that they come from; pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed

SYNOPSIS = 80
"""Longest synopsis that lintian accepts (synopsis-too-long)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What tells a member of a family from the others."""

    labels: tuple[str, ...]
    """For the synopsis, the best one first; the last is the shortest."""
    purpose: str
    """The paragraph that says what it contains."""


def made(stanza: str, member: Member, source_synopsis: str) -> str:
    """Return the Description of a member, made from the stanza of the package as it was.

    `source_synopsis` is what ${source:Synopsis} stands for.
    """
    lines = edit.raw(stanza, "Description").splitlines() or ["Description: "]
    package = edit.value(stanza, "Package")
    synopsis = lines[0].partition(":")[2].strip() or f"{package} - shared libraries"
    paragraphs = "\n".join(lines[1:]).split("\n .\n")
    # What the family's own last paragraph says of its contents is not true of this package.
    if len(paragraphs) > 1 and re.match(r"\s*This (package|is)\b", paragraphs[-1]):
        paragraphs.pop()
    text = "".join(paragraph + "\n .\n" for paragraph in paragraphs if paragraph.strip())
    title = _synopsis(synopsis, source_synopsis, member.labels)
    return f"Description: {title}\n{text}{wrapped(member.purpose)}"


def _synopsis(synopsis: str, source: str, labels: Sequence[str]) -> str:
    for label in labels:
        inner = re.fullmatch(r"(.*\S \(.*)\)", synopsis)
        made = f"{inner[1]}, {label})" if inner else f"{synopsis} ({label})"
        if len(made.replace("${source:Synopsis}", source)) <= SYNOPSIS:
            return made
    room = SYNOPSIS - len(f" ({labels[-1]})")
    cut = textwrap.shorten(synopsis, room, placeholder="")
    if cut.count("(") > cut.count(")"):
        cut = cut[:cut.rindex("(")].rstrip()
    return f"{cut} ({labels[-1]})"


def wrapped(text: str) -> str:
    """Return a paragraph of a description (Policy 5.6.13)."""
    return textwrap.fill(
        text, listed.WIDTH, initial_indent=" ", subsequent_indent=" ", break_on_hyphens=False,
        break_long_words=False,
    ) + "\n"


def enumeration(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
