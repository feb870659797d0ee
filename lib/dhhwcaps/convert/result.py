# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a conversion makes, filled step by step."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Result:
    """The new files and what there is to say of them; filled step by step."""

    files: dict[str, str | None] = field(default_factory=dict)
    """New text by name within debian/; None for a file that goes away."""
    summary: list[tuple[str, str]] = field(default_factory=list)
    """(file, what happened to it)."""
    left: list[tuple[str, str]] = field(default_factory=list)
    """(place, what the maintainer has to look at there)."""
