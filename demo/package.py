# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build a source package with the commands of a checkout, and look into what comes out."""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

OURS = "hwcaps: "
"""How the lines of dh_hwcaps begin in a build log."""


class DemoError(Exception):
    """The demonstration cannot go on; the message says why."""


def say(text: str) -> None:
    """Print a line at once, in step with what other programs print."""
    print(text, flush=True)


def tools(checkout: Path, work: Path) -> dict[str, str]:
    """Return an environment in which the checkout's commands and dh sequence are found.

    The commands are those that the Makefile would install.
    """
    make = ["make", "-s", "--no-print-directory", "-C", checkout, "commands"]
    names = subprocess.check_output(make, text=True).split()
    bin_ = work / "bin"
    bin_.mkdir()
    for name in names:
        (bin_ / name).symlink_to(checkout / "dh_hwcaps")
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("DEB_", "DH_", "MAKE", "MFLAGS", "PACKAGE"))}
    return {
        **kept, "PATH": f"{bin_}:{os.environ['PATH']}", "PERL5LIB": str(checkout / "lib"),
        "PYTHONDONTWRITEBYTECODE": "1", "DEB_BUILD_OPTIONS": f"parallel={os.cpu_count() or 1}",
        "DEBEMAIL": "dh-hwcaps@packages.debian.org", "DEBFULLNAME": "dh-hwcaps developers",
    }


def stream(argv: Sequence[str | Path], directory: Path, env: Mapping[str, str]) -> None:
    """Run a command for all to see."""
    if subprocess.run(argv, cwd=directory, env=dict(env), check=False).returncode:
        raise DemoError(f"{' '.join(map(str, argv))} failed")


def build(source: Path, env: Mapping[str, str], log: Path) -> None:
    """Build the binary packages; print the lines of dh_hwcaps, keep all lines in `log`.

    -d: dh-sequence-hwcaps is this checkout, not a package.
    """
    argv = ["dpkg-buildpackage", "-b", "-us", "-uc", "-d"]
    last: deque[str] = deque(maxlen=40)
    with log.open("w") as kept, subprocess.Popen(
        argv, cwd=source, env=dict(env), text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            kept.write(line)
            last.append(line)
            if line.startswith(OURS) or line.startswith("   dh_hwcaps"):
                say(line.rstrip())
    if process.returncode:
        raise DemoError(f"the build failed; the end of {log}:\n{''.join(last)}")


def list_files(work: Path) -> None:
    """Print the files of each package, documentation aside."""
    for deb in _debs(work):
        listing = subprocess.check_output(["dpkg-deb", "--contents", deb], text=True)
        say(deb.name.partition("_")[0])
        # Mode, owner, size, date, time, then the name and perhaps the target of a link.
        for line in listing.splitlines():
            match = re.fullmatch(r"([-l]\S+)\s+\S+\s+(\d+) \S+ \S+ \.(/.*)", line)
            if match and "/usr/share/doc/" not in match[3]:
                say(f"  {match[2]:>9}  {match[3]}")


def extract(work: Path, root: Path) -> None:
    """Unpack all packages into a scratch root."""
    for deb in _debs(work):
        subprocess.run(["dpkg-deb", "--extract", deb, root], check=True)


def _debs(work: Path) -> list[Path]:
    return sorted(deb for deb in work.glob("*.deb") if "-dbgsym_" not in deb.name)
