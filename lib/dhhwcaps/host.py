# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read the machine: architectures, compiler, loader, DEB_BUILD_OPTIONS, debhelper's selection."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import elf, isa, run
from dhhwcaps.errors import CommandError
from dhhwcaps.isa import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Where and for what we build."""

    arch: str
    """DEB_HOST_ARCH."""
    triplet: str
    """DEB_HOST_MULTIARCH, as in /usr/lib/<triplet>."""
    gnu_type: str
    """DEB_HOST_GNU_TYPE, the prefix of cross tools."""
    variant: str = ""
    """DEB_HOST_ARCH_VARIANT, of distributions whose baseline is higher (`amd64v3`)."""
    cross: bool = False
    parallel: int = 1
    build_options: frozenset[str] = frozenset()

    def tool(self, name: str) -> str:
        """Return the name of a binutils or GCC program for the host architecture."""
        return f"{self.gnu_type}-{name}" if self.cross else name


def read(environ: Mapping[str, str]) -> Host:
    """Return what dpkg-architecture and DEB_BUILD_OPTIONS (Policy 4.9.1) say."""
    said = run.output("dpkg-architecture")
    values = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    words = environ.get("DEB_BUILD_OPTIONS", "").split()
    jobs = [word.removeprefix("parallel=") for word in words if word.startswith("parallel=")]
    return Host(
        arch=values["DEB_HOST_ARCH"],
        triplet=values["DEB_HOST_MULTIARCH"],
        gnu_type=values["DEB_HOST_GNU_TYPE"],
        variant=values.get("DEB_HOST_ARCH_VARIANT", ""),
        cross=values["DEB_HOST_ARCH"] != values["DEB_BUILD_ARCH"],
        parallel=max(1, int(jobs[-1])) if jobs and jobs[-1].isdecimal() else 1,
        build_options=frozenset(words),
    )


def compiler(host: Host, environ: Mapping[str, str]) -> list[str]:
    """Return the C compiler's command line: $CC, or the host architecture's gcc."""
    given = environ.get("CC", "").split()
    return given or [host.tool("gcc")]


def compiler_default(cc: list[str], option: str) -> str:
    """Return the value that the compiler gives `-march` or `-mcpu` by itself.

    Returns "" for a compiler that does not tell (clang) or is not there.
    """
    # What the driver passes on comes first: spec files see that, and --help may have another name
    # for it (arch9 for z196).
    passed = re.findall(rf"[\s'\"]-{option}=([^\s'\"]+)", _dry_run(cc))
    said = _attempt([*cc, "-Q", "--help=target"])
    match = re.search(rf"^\s*-{option}=\s+([\w.+-]+)", said, re.MULTILINE)
    return passed[-1] if passed else match[1] if match else ""


def _dry_run(cc: list[str]) -> str:
    # GCC manual, "Overall Options": -### prints the commands to standard error, and runs nothing.
    try:
        return run.attempt(*cc, "-###", "-E", "-x", "c", "/dev/null")[2]
    except CommandError:
        return ""  # There is no such command.


def knows(cc: list[str], level: Level) -> bool:
    """Tell whether the compiler accepts the level's flags."""
    code, _out, _err = run.attempt(*cc, *level.compiler_flags, "-E", "-x", "c", "/dev/null")
    return code == 0


def reads_specs(cc: list[str], specs: Path) -> bool:
    """Tell whether a GCC spec file changes what the compiler makes; clang's driver has none."""
    # A CPU that $CC names itself would hide the specs' effect.
    driver = [word for word in cc if not word.startswith("-m")]
    macros = (*driver, "-fPIC", "-dM", "-E", "-x", "c", "/dev/null")
    return _attempt([*macros, f"-specs={specs}"]) not in ("", _attempt([*macros]))


def present_baseline(host: Host, environ: Mapping[str, str]) -> frozenset[str]:
    """Return what `baseline` does, with the compiler of this machine."""
    options = {level.option for level in isa.for_arch(host.arch)}
    cc = compiler(host, environ)
    return baseline(host, next((compiler_default(cc, option) for option in options), ""))


def baseline(host: Host, default: str) -> frozenset[str]:
    """Return the names of the levels that the distribution's baseline includes already.

    `default` is what the compiler's `-march` or `-mcpu` is by itself.
    """
    found = [isa.named(word) for word in (host.variant, default)]
    return frozenset(name for level in found if level for name in isa.upto(level))


def selected(selection: tuple[str, ...]) -> frozenset[str]:
    """Return the packages to act on, by all of debhelper's rules (dh_listpackages(1))."""
    return frozenset(run.output("dh_listpackages", *selection).split())


def compat() -> int:
    """Return debhelper's compat level of the source in the working directory."""
    said = json.loads(run.output("dh_assistant", "active-compat-level"))
    return int(said["active-compat-level"])


def identity(machine: Host) -> bytes:
    """Return elf.identity of the host architecture's libraries; b"" when GCC finds no C library."""
    _code, out, _err = run.attempt(machine.tool("gcc"), "-print-file-name=libc.so.6")
    return elf.identity(Path(out.strip()))


def supported(env: Mapping[str, str | None] | None = None) -> frozenset[str]:
    """Return the levels that this machine's loader would use (`ld.so --help`).

    Only the loader is asked: /proc/cpuinfo shows the wrong CPU under emulation.  `env` changes the
    environment, where GLIBC_TUNABLES may mask features of the CPU.
    """
    return _levels(r"^  (\S+) \(supported, searched\)", env)


def searched() -> frozenset[str]:
    """Return all levels that this machine's loader knows, supported by its CPU or not."""
    return _levels(r"^  (\S+)")


def loader() -> str:
    """Return the path of the loader that this program runs under; "" when it names none."""
    found = re.search(r"\[Requesting program interpreter: (.+)\]", _attempt(
        ["readelf", "-l", os.path.realpath(sys.executable)]
    ))
    return found[1] if found else ""


def _levels(row: str, env: Mapping[str, str | None] | None = None) -> frozenset[str]:
    program = loader()
    if not program:
        return frozenset()
    # Before 2.37 a list of legacy subdirectories follows in the same words.
    said = _attempt([program, "--help"], env)
    _, _, listing = said.partition("Subdirectories of glibc-hwcaps")
    return frozenset(re.findall(row, listing.split("\n\n", 1)[0], re.MULTILINE))


def _attempt(argv: list[str], env: Mapping[str, str | None] | None = None) -> str:
    try:
        code, out, _err = run.attempt(*argv, env=env) if env else run.attempt(*argv)
    except CommandError:
        return ""  # There is no such command.
    return out if code == 0 else ""
