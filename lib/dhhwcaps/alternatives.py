# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Find SONAMEs that update-alternatives manages; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dhhwcaps.verify import Finding


def check(scripts: Mapping[str, str], soname: str) -> Finding | None:
    """Return an error for a SONAME that update-alternatives manages.

    `scripts` has the source's maintainer scripts and *.alternatives files by name.
    """
    word = re.compile(rf"(?<![\w.+-]){re.escape(soname)}(?![\w.])")
    for name, text in sorted(scripts.items()):
        commands = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
        managed = name.endswith("alternatives") or "update-alternatives" in commands
        if managed and word.search(commands):
            return Finding(
                severity="error", library=soname, level="",
                message=f"{soname} is managed by update-alternatives (debian/{name}): a variant"
                " would beat the administrator's choice",
                advice="Leave this library's package without variants.",
            )
    return None
