# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ask the real loader what it takes from a scratch root, and measure what that gains."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import elf, isa
from package import DemoError, say

NONE = "generic"
"""As the loader's mask: the name of no level, so all of them are left out."""
RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The libraries of a scratch root."""

    path: Path
    loader: str
    directories: tuple[Path, ...]
    """Those that hold libraries, as for --library-path."""
    sonames: tuple[str, ...]
    """Libraries that exist at some level."""
    levels: tuple[str, ...]
    """Levels that some library exists at, lowest first; the loader's word for none comes first."""

    @classmethod
    def read(cls, path: Path) -> Root:
        """Return what the scratch root holds."""
        found = [item for item in elf.read(elf.find(path)) if item.soname]
        variants = [item for item in found if item.path.parent.parent.name == isa.SUBDIRECTORY]
        below = {item.path.parent.name for item in variants}
        plain = [item for item in found if item not in variants]
        return cls(
            path=path,
            loader=interpreter(Path(sys.executable).resolve()),
            directories=tuple(dict.fromkeys(item.path.parent for item in plain)),
            sonames=tuple(sorted({item.soname for item in variants} or
                                 {item.soname for item in plain})),
            levels=(NONE, *(level.name for level in isa.LEVELS if level.name in below)),
        )

    def command(self, level: str, *rest: str | Path) -> list[str]:
        """Return the loader's command line with no level above `level` allowed."""
        row = isa.named(level)
        allowed = ":".join(isa.upto(row)) if row else level
        return [self.loader, "--glibc-hwcaps-mask", allowed, "--library-path",
                ":".join(map(str, self.directories)), *map(str, rest)]


def interpreter(program: Path) -> str:
    """Return the path of the loader that a program asks for (PT_INTERP)."""
    text = subprocess.check_output(["readelf", "-lW", program], text=True)
    match = re.search(r"\[Requesting program interpreter: (.+)\]", text)
    if not match:
        raise DemoError(f"{program} asks for no loader")
    return match[1]


def show_choices(root: Root) -> None:
    """Print for each level and library which file the loader takes."""
    supported = _supported(root)
    for level in root.levels:
        able = level == NONE or level in supported
        say(level if able else f"{level} (which this machine has not)")
        for soname in root.sonames:
            say(f"  {soname:<26} {_choice(root, level, soname)}")


def show_speeds(root: Root, program: Path) -> None:
    """Run the program with the libraries of each level; print what it says and the ratio."""
    supported = _supported(root)
    first = 0.0
    for level in root.levels:
        if level != NONE and level not in supported:
            say(f"{level:<10} not run: this machine has not this level")
            continue
        seconds, said = min(_run(root, level, program) for _ in range(RUNS))
        first = first or seconds
        say(f"{level:<10} {seconds:5.2f} s  {first / seconds:5.2f}x   {said}")


def _choice(root: Root, level: str, soname: str) -> str:
    listing = subprocess.run(
        root.command(level, "--preload", soname, "--list", Path(sys.executable).resolve()),
        text=True, capture_output=True, check=False,
    )
    match = re.search(rf"^\s*(?:{re.escape(soname)} => )?(/\S*/{re.escape(soname)}) \(",
                      listing.stdout, re.MULTILINE)
    if not match:
        return f"not loaded: {listing.stderr.strip() or 'the loader names no file'}"
    return match[1].removeprefix(str(root.path))


def _supported(root: Root) -> frozenset[str]:
    listing = subprocess.run([root.loader, "--help"], text=True, capture_output=True, check=False)
    return frozenset(re.findall(r"^  (\S+) \(supported", listing.stdout, re.MULTILINE))


def _run(root: Root, level: str, program: Path) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(
        root.command(level, program), text=True, capture_output=True, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise DemoError(f"{program.name} at {level}: {done.stderr.strip() or done.returncode}")
    return seconds, "; ".join(done.stdout.split("\n")).strip("; ")
