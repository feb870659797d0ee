# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must be known of a machine to read its times."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dhhwcaps import host, run
from dhhwcaps.errors import plural
from support import TOP

CPU = Path("/proc/cpuinfo")
MEMORY = Path("/proc/meminfo")
RELEASE = Path("/etc/os-release")


def read() -> dict[str, str]:
    """Return what this machine is and how busy it is, a few words each."""
    return {
        "processor": f"{processor(CPU.read_text())}, {plural(cores(), 'core')}",
        "levels": ", ".join(sorted(host.supported())) or "none",
        "memory": memory(MEMORY.read_text()),
        "kernel": f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
        "release": release(RELEASE.read_text()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "dh-hwcaps": revision(),
    }


def cores() -> int:
    """Return how many processors a build may use."""
    return len(os.sched_getaffinity(0))


def processor(text: str) -> str:
    """Return the processor's name, and its family and model, since names are often vague."""
    found = {name: match[1] for name in ("model name", "cpu family", "model")
             if (match := re.search(rf"^{name}\s*: (.+)$", text, re.MULTILINE))}
    name = found.get("model name", "unknown")
    return f"{name} (family {found.get('cpu family', '?')}, model {found.get('model', '?')})"


def memory(text: str) -> str:
    """Return the size of the memory from what /proc/meminfo says."""
    match = re.search(r"^MemTotal:\s+(\d+) kB", text, re.MULTILINE)
    return f"{int(match[1]) / 2**20:.0f} GiB" if match else "unknown"


def release(text: str) -> str:
    """Return the distribution's name from what /etc/os-release says."""
    match = re.search(r'^PRETTY_NAME="?([^"\n]+)', text, re.MULTILINE)
    return match[1] if match else "unknown"


def revision() -> str:
    """Return the commit of this tree, with "+" when it has changed since; "" without git."""
    code, commit, _err = run.attempt("git", "-C", TOP, "rev-parse", "--short=12", "HEAD")
    if code:
        return ""
    changed = run.output("git", "-C", TOP, "status", "--porcelain", "--untracked-files=no")
    return commit.strip() + ("+" if changed else "")


def versions(packages: Sequence[str], said: str) -> str:
    """Return the versions of packages from what dpkg-query -W said: `name version` lines."""
    found = dict(line.split()[:2] for line in said.splitlines() if len(line.split()) > 1)
    return ", ".join(f"{name} {found[name]}" for name in packages if name in found)


def own_versions(packages: Sequence[str]) -> str:
    """Return the versions of packages that are installed on this machine."""
    return versions(packages, subprocess.run(
        ["dpkg-query", "-W", *packages], text=True, capture_output=True, check=False
    ).stdout)
