# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The source tree that meets the faults, and whether two builds gave the same packages."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import support
from support import Built

Sums = dict[str, str]


def make(where: Path) -> Path:
    """Make a source tree with two levels, which are built at the same time."""
    tree = support.make_tree(where, "make")
    control = tree / "debian/control"
    stanza = re.search(r"^Package: libfoo1-avx2\n(?:.+\n)+", control.read_text(), re.MULTILINE)
    assert stanza
    support.append(control, "\n" + re.sub("(?i)avx2", "avx512", stanza[0]))
    return tree


def sums(built: Built) -> Sums:
    """Return the sums of all packages, by name."""
    return {name: sha256(deb.path.read_bytes()).hexdigest() for name, deb in built.debs.items()}
