# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Add a test to debian/tests/control: installed, the families are whole and the loader takes them.

`hwcaps verify` leaves out loading the libraries of levels that the testbed's CPU lacks, and takes a
family without variants as whole: so the test passes on any amd64 and on any other architecture.  It
is superficial, since no function of a library is called (README.package-tests.rst).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert.stanzas import Split

FILE = "tests/control"
TOOLS = "hwcaps-tools"
COMMAND = re.compile(r"hwcaps\s+verify\s+(?P<packages>[a-z0-9][a-z0-9.+\s-]*)")
EVERYWHERE = ("any", "linux-any")


def add(text: str, splits: Sequence[Split]) -> str:
    """Return debian/tests/control with tests of these families, "" for a file that is not there.

    Of a family that is tested already, new variants are added to the test's dependencies.
    """
    parts = edit.chunks(text)
    new = list(splits)
    for number, part in enumerate(parts):
        match = COMMAND.fullmatch(edit.value(part, "Test-Command"))
        for split in [s for s in new if match and s.package in match["packages"].split()]:
            parts[number] = _extended(parts[number], split)
            new.remove(split)
    text = "".join(parts)
    how = listed.style(next((part for part in reversed(parts) if edit.fields(part)), ""))
    for words in dict.fromkeys(_restricted(split) for split in new):
        gap = "\n" * (bool(text) + (bool(text) and not text.endswith("\n")))
        text += ("" if text.endswith("\n\n") else gap)
        text += _stanza([split for split in new if _restricted(split) == words], words, how)
    return text


def _stanza(splits: Sequence[Split], words: str, how: listed.Style) -> str:
    needed = [item for split in splits for item in (split.package, *_members(split))]
    depends = listed.listing("Depends", [TOOLS, *needed], how)
    if depends.count("\n") == 1 and len(depends) > listed.WIDTH:
        broken = replace(how, start="\n ", separator=",\n ")
        depends = listed.listing("Depends", [TOOLS, *needed], broken)
    return (
        f"Test-Command: hwcaps verify {' '.join(split.package for split in splits)}\n{depends}"
        + (f"Architecture: {words}\n" if words else "")
        + listed.listing("Restrictions", ["superficial"], how)
        + listed.listing("Features", ["test-name=hwcaps"], how)
    )


def _extended(stanza: str, split: Split) -> str:
    there = {item.split()[0] for item in listed.items(stanza, "Depends")}
    for item in _members(split):
        if item.split()[0] not in there:
            stanza = listed.insert(stanza, "Depends", item, lambda i: i.startswith(split.package))
    return stanza


def _members(split: Split) -> Iterable[str]:
    yield split.generic
    yield from (f"{package} [{level.arch}]" for package, level in split.variants)


def _restricted(split: Split) -> str:
    # Elsewhere the packages do not exist.
    words = " ".join(edit.value(split.stanza, "Architecture").split())
    return "" if words in EVERYWHERE else words
