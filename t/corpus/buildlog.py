# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read what a build log of sbuild says; pure."""

from __future__ import annotations

import json
import re
from typing import Any

BEGIN, END = "corpus: report", "corpus: end of report"
PRINT_REPORT = (
    f"echo; echo '{BEGIN}'; cat %p/debian/.debhelper/hwcaps/report.json; echo; echo '{END}'"
)
"""For sbuild's --finished-build-commands."""
TIMES = "corpus: times"
"""Stands before what times(1) of the shell says: its own time, then that of its children."""
OUR_ERROR = re.compile(r"^dh_hwcaps\w*: error: .*(?:\n[ \t]+.*)*", re.MULTILINE)
TAIL = 12


def seconds(log: str) -> float | None:
    """Return how many seconds of CPU dpkg-buildpackage and all that it started took.

    Not by the clock, which would also show what else the machine had to do.
    """
    text = log.partition(f"\n{TIMES}\n")[2]
    found = re.search(r"^.*\n(\d+)m([\d.]+)s (\d+)m([\d.]+)s$", text, re.MULTILINE)
    if not found:
        return None
    minutes, rest, system_minutes, system_rest = map(float, found.groups())
    return round(60 * (minutes + system_minutes) + rest + system_rest, 1)


def report(log: str) -> dict[str, Any]:
    """Return the report of dh_hwcaps; {} when there is none."""
    text = log.partition(f"\n{BEGIN}\n")[2].partition(f"\n{END}\n")[0].strip()
    return json.loads(text) if text.startswith("{") else {}


def warnings(log: str) -> list[str]:
    """Return what the steps of dh_hwcaps warned of, each once, as they said it first."""
    return list(dict.fromkeys(re.findall(r"^dh_hwcaps\w*: warning: (.*)", log, re.MULTILINE)))


def failure(log: str) -> str:
    """Return why a build failed: what our steps say, else its last lines."""
    ours = OUR_ERROR.findall(log)
    if ours:
        return "\n".join(ours)
    built = log.partition("\nBuild finished at")[0] if "\nBuild finished at" in log else log
    return "\n".join(built.strip().splitlines()[-TAIL:])
