# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the system tests need of this machine: tools, an ordinary user, caches, the archive."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from support import TOP

USER = "hwcaps-builder"
"""Runs sbuild; made when missing, since a user namespace of root's proves nothing."""
SUITES = ("bookworm", "trixie", "sid")
HERE = Path(__file__).resolve().parent
OURS = ("PACKAGE", "SUITE", "SCENARIO", "BENCH", "ONLY", "ROUNDS")
"""Variables of the Makefile that a person sets."""
SAID = "$(LABEL)|$(COMPONENT)|$(REPO_URI)"


def prepare() -> None:
    """Install tools and make the user, where they are missing."""
    text = (HERE / "requirements-apt.txt").read_text()
    wanted = [line for line in text.splitlines() if line and not line.startswith("#")]
    subprocess.run([TOP / "t/install", *wanted], check=True)
    if USER not in {entry.pw_name for entry in pwd.getpwall()}:
        subprocess.run(["useradd", "--create-home", USER], check=True)


def home() -> Path:
    """Return the user's home directory."""
    return Path(pwd.getpwnam(USER).pw_dir)


def cached(name: str) -> Path:
    """Return a directory that outlives the tests and that the user may read."""
    path = home() / ".cache/dh-hwcaps" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def workspace(name: str) -> Iterator[Path]:
    """A directory that everybody may enter, for as long as it is needed; below TMPDIR if set."""
    where = os.environ.get("TMPDIR", "/var/tmp")
    path = Path(tempfile.mkdtemp(prefix=f"dh-hwcaps-{name}.", dir=where))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes of the tests from making the same file or directory."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def give(path: Path) -> None:
    """Make a directory and all in it the user's."""
    subprocess.run(["chown", "-R", f"{USER}:", path], check=True)


def as_user(*argv: str | Path, cwd: Path, log: Path) -> int:
    """Run a command as the user; what it says goes to a file. Return its exit code."""
    words = ["runuser", "-u", USER, "--", "env", f"HOME={home()}", "LC_ALL=C.UTF-8", *argv]
    with log.open("w") as sink:
        return subprocess.run(
            words, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=sink,
            stderr=subprocess.STDOUT,
        ).returncode


def environment() -> dict[str, str]:
    """Return the environment without what make hands down: `make PACKAGE=…` names ours, not theirs.

    Autotools have a variable PACKAGE in every makefile.
    """
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS")) and name not in OURS}


@cache
def mirror() -> str:
    """Return the archive that this machine uses, from its own sources."""
    said = subprocess.check_output(
        ["apt-get", "indextargets", "--format", SAID, "Created-By: Packages"], text=True
    )
    rows = [line.split("|", 2) for line in said.splitlines()]
    found = [uri for label, component, uri in rows if (label, component) == ("Debian", "main")]
    assert found, "no source of Debian's packages is known to apt-get indextargets"
    return found[0]


def supported() -> tuple[str, ...]:
    """Return the levels that this machine's loader would use, best first."""
    said = subprocess.run(
        ["/lib64/ld-linux-x86-64.so.2", "--help"], text=True, stdout=subprocess.PIPE
    ).stdout
    return tuple(re.findall(r"^  (x86-64-v\d) \(supported", said, re.MULTILINE))
