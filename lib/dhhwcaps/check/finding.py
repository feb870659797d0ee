# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a rule found, as values, as text and as JSON; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from dhhwcaps.errors import plural

SEVERITIES = ("error", "warning", "note")
FORMAT = 1
"""Version of the JSON document; new keys do not change it."""

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mistake: where, what is wrong, what would be right."""

    rule: str
    """What kind of mistake it is, in a word that stays (dh_hwcaps(1), RULES OF CHECK)."""
    severity: Severity
    file: str
    """Relative to the top of the source."""
    line: int = 0
    """0 when it is not about a line."""
    package: str = ""
    field: str = ""
    message: str
    advice: str = ""

    @property
    def wrong(self) -> bool:
        """Whether it is more than a note."""
        return self.severity != "note"

    def __str__(self) -> str:
        """Return it as compilers write it, so that editors find the place."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        advice = "".join(f"\n  {line}" for line in self.advice.splitlines())
        return f"{place}: {self.severity}: {self.message}{advice}"


def summary(findings: Sequence[Finding]) -> str:
    """Return "2 errors, 1 note", or that there is nothing."""
    counts = ((sum(f.severity == name for f in findings), name) for name in SEVERITIES)
    return ", ".join(plural(count, name) for count, name in counts if count) or "no mistake found"


def document(
    source: str, families: Sequence[str], findings: Sequence[Finding]
) -> dict[str, object]:
    """Return the JSON document; dh_hwcaps(1) describes it."""
    return {
        "format": FORMAT, "source": source, "families": list(families),
        "findings": [asdict(finding) for finding in findings],
    }
