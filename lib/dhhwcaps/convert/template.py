# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control.in, of which the clean target makes debian/control; pure: text in, text out.

Where the maker only fills in words and adds a heading, as dh-sequence-gnome does, the same edit of
both files is right; that it is the same is seen by the lines in which they differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.stanzas import Split
from dhhwcaps.errors import ControlError

FILE = "control.in"
ADVICE = (
    "Put the stanzas of dh-hwcaps(7) into its source; with --force debian/control is changed, to"
    " copy from."
)


def of(packaging: Packaging) -> Packaging:
    """Return the packaging as the template has it."""
    return replace(packaging, files={**packaging.files, "control": packaging.files[FILE]})


def theirs(packaging: Packaging, splits: Sequence[Split]) -> tuple[Split, ...]:
    """Return the splits with the stanzas of the template.

    Raises ControlError when it has no such stanza: the maker does more than filling in words.
    """
    stanzas = of(packaging).stanzas
    for split in splits:
        if split.package not in stanzas:
            raise refused(f"debian/{FILE} has no stanza {split.package}")
    return tuple(replace(split, stanza=stanzas[split.package]) for split in splits)


def check(before: tuple[str, str], after: tuple[str, str]) -> None:
    """Raise ControlError unless template and control differ after the edit as they did before."""
    if _differences(*before) != _differences(*after):
        raise refused(f"the same edit of debian/{FILE} is another one")


def refused(reason: str) -> ControlError:
    """Return the error for a debian/control that is made of something else."""
    return ControlError(f"debian/control is generated: {reason}", ADVICE)


def _differences(template: str, made: str) -> tuple[Counter[str], Counter[str]]:
    one, other = Counter(template.splitlines()), Counter(made.splitlines())
    return one - other, other - one
