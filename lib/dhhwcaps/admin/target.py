# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user names: a program, a library, a script's interpreter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dhhwcaps import elf
from dhhwcaps.admin.disk import Disk
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import HwcapsError, VerificationError

MOST_INTERPRETERS = 4
"""As many scripts in a row as the kernel bears (execve(2))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An ELF file and how we came to it."""

    path: str
    object: SharedObject
    identity: bytes
    setuid: bool = False
    """Whether the loader distrusts the environment."""
    scripts: tuple[str, ...] = ()
    """The scripts whose interpreter it is."""
    words: tuple[str, ...] = ()
    """What the scripts add to the command line."""

    @property
    def static(self) -> bool:
        """Whether no loader has a part in it."""
        return self.object.kind in elf.LIBRARY_KINDS and not (
            self.object.interpreter or self.object.soname or self.object.needed
        )


def locate(name: str, disk: Disk) -> str:
    """Return the absolute path of a program; one without a slash is looked for in PATH.

    Raises HwcapsError when there is none.
    """
    if "/" in name:
        path = os.path.normpath(Path.cwd() / name if disk.own else f"/{name}")
        if disk.exists(path):
            return path
        raise HwcapsError(f"{name!r}: there is no such file" + _below(disk))
    for directory in os.environ.get("PATH", os.defpath).split(":"):
        path = f"{directory}/{name}"
        if directory.startswith("/") and _runs(disk.path(path)):
            return path
    raise HwcapsError(
        f"{name!r}: there is no such program in PATH" + _below(disk),
        "A file is named with a slash (./name), a library by its SONAME (libname.so.1).",
    )


def read(path: str, disk: Disk) -> Target:
    """Return the ELF file at a path; for a script the interpreter that its first line names.

    Raises HwcapsError for what is neither or cannot be read.
    """
    scripts: list[str] = []
    words: list[str] = []
    for _ in range(MOST_INTERPRETERS):
        try:
            line = _first_line(path, disk)
            if line is None:
                return _target(path, disk, tuple(scripts), tuple(words))
            found = _interpreter(path, line, disk)
        except HwcapsError as error:
            raise _of_script(scripts, error) from None
        words = [*found[1:], path, *words[1:]] if words else [*found[1:], path]
        scripts.append(path)
        path = found[0]
    raise HwcapsError(f"{scripts[0]!r}: too many scripts, one the interpreter of the other")


def _of_script(scripts: Sequence[str], error: HwcapsError) -> HwcapsError:
    if not scripts:
        return error
    return HwcapsError(f"{scripts[-1]!r} is a script, its interpreter {error.message}",
                       error.advice)


def _target(path: str, disk: Disk, scripts: tuple[str, ...], words: tuple[str, ...]) -> Target:
    real = disk.path(path)
    identity = disk.identity(path)
    if not identity:
        raise HwcapsError(f"{path!r}: neither a program nor a library (ELF), nor a script")
    try:
        found = elf.read((real,))[0]
    except VerificationError as error:
        raise HwcapsError(f"{path!r}: {error.message.rpartition(': ')[2]}") from None
    if found.kind not in elf.LIBRARY_KINDS:
        kind = found.kind.rstrip(":")
        raise HwcapsError(f"{path!r}: neither a program nor a library, but ELF of type {kind}")
    setuid = bool(real.stat().st_mode & 0o6000)
    return Target(path=path, object=found, identity=identity, setuid=setuid,
                  scripts=scripts, words=words)


def _first_line(path: str, disk: Disk) -> bytes | None:
    real = disk.path(path)
    if not real.is_file():
        raise HwcapsError(f"{path!r}: " + (
            "not a regular file" if real.exists() else "there is no such file" + _below(disk)))
    try:
        with real.open("rb") as file:
            start = file.read(256)
    except OSError as error:
        raise HwcapsError(f"{path!r}: {error.strerror}") from None
    return start[2:].split(b"\n", 1)[0] if start.startswith(b"#!") else None


def _interpreter(path: str, line: bytes, disk: Disk) -> list[str]:
    """Return a script's interpreter and its one argument (execve(2)); env(1) is seen through."""
    words = os.fsdecode(line).strip().split(maxsplit=1)
    if not words or not words[0].startswith("/"):
        raise HwcapsError(f"{path!r} is a script whose first line names no interpreter")
    if PurePosixPath(words[0]).name == "env" and len(words) > 1:
        rest = [word for word in words[1].split() if word != "-S"]
        if rest and not rest[0].startswith("-") and "=" not in rest[0]:
            try:
                return [locate(rest[0], disk), *rest[1:]]
            except HwcapsError as error:
                raise _of_script([path], error) from None
    return words


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _below(disk: Disk) -> str:
    return "" if disk.own else f" below {disk.root}"
