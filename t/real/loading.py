# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which file the loader of a chroot takes for a library, at each level."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from real import emulated, machine
from real.chroot import Chroot

LIBRARIES = "/usr/lib/x86_64-linux-gnu"
MASKS = {"x86-64-v4": "", "x86-64-v3": "-AVX512F", "": "-AVX2"}
"""What to hide of the CPU so that the loader takes a level, or none ("")."""
DEBUG = {"LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": "/tmp/loaded"}


def levels() -> tuple[str, ...]:
    """Return the levels of MASKS that this machine can show, best first; "" is always the last."""
    return (*(level for level in machine.supported() if level in MASKS), "")


def lacking() -> tuple[str, ...]:
    """Return the levels that only the emulated CPU can show here, best first."""
    return tuple(level for level in emulated.LEVELS if level not in levels())


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
    system.shell(command, env=DEBUG | masked(level))
    logs = [path.read_text(errors="replace") for path in system.path("/tmp").glob("loaded.*")]
    return initialized("".join(logs))


def loaded_emulated(system: Chroot, *commands: str) -> dict[str, str]:
    """Return the same of all these commands on the emulated CPU, which is booted once."""
    return initialized(emulated.run(system, script(commands)))


def script(commands: Iterable[str]) -> str:
    """Return a script that runs commands and prints what the loader says.

    What a command says is printed when it fails; it may be long, and the emulated port is slow.
    """
    variables = " ".join(f"{name}={value}" for name, value in DEBUG.items())
    lines = [f"env {variables} sh -ec {shlex.quote(command)} >/tmp/said 2>&1"
             " || { tail -c 2000 /tmp/said; exit 1; }" for command in commands]
    return "\n".join(["rm -f /tmp/loaded.*", *lines, "grep -h 'calling init' /tmp/loaded.*", ""])


def initialized(logs: str) -> dict[str, str]:
    """Return the libraries that the loader initialized, by SONAME."""
    found = re.findall(r"calling init: (?:/usr)?(/lib/\S+)", logs)
    return {path.rsplit("/", 1)[1]: f"/usr{path}" for path in found}
