# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether two builds gave the same packages."""

from __future__ import annotations

from hashlib import sha256

from support import Built

Sums = dict[str, str]


def sums(built: Built) -> Sums:
    """Return the sums of all packages, by name."""
    return {name: sha256(deb.path.read_bytes()).hexdigest() for name, deb in built.debs.items()}
