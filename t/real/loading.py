# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which file the loader of a chroot takes for a library, at each level."""

from __future__ import annotations

import re

from real import machine
from real.chroot import Chroot

LIBRARIES = "/usr/lib/x86_64-linux-gnu"
MASKS = {"x86-64-v4": "", "x86-64-v3": "-AVX512F", "": "-AVX2"}
"""What to hide of the CPU so that the loader takes a level, or none ("")."""


def levels() -> tuple[str, ...]:
    """Return the levels of MASKS that this machine can show, best first; "" is always the last."""
    return (*(level for level in machine.supported() if level in MASKS), "")


def masked(level: str) -> dict[str, str]:
    """Return the environment in which the loader knows no level above this one."""
    return {"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={MASKS[level]}"} if MASKS[level] else {}


def best(system: Chroot, soname: str, level: str) -> str:
    """Return the library of the best level up to `level`, or the generic one."""
    for name in sorted((name for name in MASKS if name and name <= level), reverse=True):
        path = f"{LIBRARIES}/glibc-hwcaps/{name}/{soname}"
        if system.path(path).exists():
            return path
    return f"{LIBRARIES}/{soname}"


def loaded(system: Chroot, command: str, level: str) -> dict[str, str]:
    """Run a command as on a CPU of that level; return its libraries' paths by SONAME."""
    system.shell("rm -f /tmp/loaded.*")
    env = {"LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": "/tmp/loaded"} | masked(level)
    system.shell(command, env=env)
    logs = [path.read_text(errors="replace") for path in system.path("/tmp").glob("loaded.*")]
    found = re.findall(r"calling init: (?:/usr)?(/lib/\S+)", "".join(logs))
    return {path.rsplit("/", 1)[1]: f"/usr{path}" for path in found}
