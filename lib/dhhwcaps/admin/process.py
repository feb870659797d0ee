# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps which PID`: what a running process has loaded (proc(5))."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from dhhwcaps import elf
from dhhwcaps.admin import cpu, reason, target, which
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.search import Found, Loader, level_of
from dhhwcaps.admin.which import Answer, Row
from dhhwcaps.errors import HwcapsError

MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ ..x. \S+ \S+ \d+ +(/.*)")
DELETED = " (deleted)"
PROC = Path("/proc")


def process(pid: str, environ: Mapping[str, str], proc: Path = PROC) -> Answer:
    """Return the libraries that a process has mapped.

    Raises HwcapsError when there is no such process, or its maps may not be read.
    """
    place = proc / pid
    paths = mapped(_read(place / "maps", pid).splitlines())
    if not paths:
        raise HwcapsError(f"process {pid} has no program: a part of the kernel, or a zombie")
    disk, prefix = _disk(place)
    paths = [path.removeprefix(prefix) for path in paths]
    executable = _executable(place, paths).removeprefix(prefix)
    variables = _environment(place) or environ
    start = next((p for p in (executable, *paths) if disk.identity(p)), "")
    if not start:
        raise HwcapsError(f"process {pid}: its program {executable!r} is not there any more")
    found = target.read(start, disk)
    loader, machine, notes = which.surroundings(found, disk, "", variables)
    if machine.levels:
        machine = cpu.read(tunables=variables.get(cpu.TUNABLES, ""))
    names = _sonames(paths, loader)
    others = (path for path in paths if path != executable)
    rows = [_row(path, names.get(path, ""), loader, machine) for path in others]
    if found.static:
        notes.append("statically linked: no library is looked for, no variant is used")
    return Answer(target=f"{pid} ({executable})", cpu=machine.best, notes=tuple(notes),
                  libraries=tuple(row for row in rows if row))


def mapped(lines: Iterable[str]) -> list[str]:
    """Return the files whose code is mapped, in the order of their addresses."""
    found = (MAPPING.fullmatch(line) for line in lines)
    names = (match[1].replace("\\012", "\n") for match in found if match)
    return list(dict.fromkeys(name for name in names if not name.startswith("/memfd:")))


def _sonames(paths: Iterable[str], loader: Loader) -> dict[str, str]:
    """Return the names by which the files were looked for, where they have one."""
    whole = [path for path in paths if loader.fits(path)]
    objects = elf.read([loader.disk.path(path) for path in whole])
    return {path: item.soname for path, item in zip(whole, objects, strict=True)}


def _row(path: str, soname: str, loader: Loader, machine: cpu.Cpu) -> Row | None:
    there = path.removesuffix(DELETED)
    name = soname or PurePosixPath(there).name
    if name.startswith("ld-linux"):
        return None
    if there != path and not loader.fits(path):
        return Row(library=name, path=there, level=level_of(there),
                   reason="replaced or removed since the process started: restart it")
    if not loader.fits(path):
        return None  # Data, or code that is no library.
    item = Found(name=name, path=path, level=level_of(path), how="cache")
    best = reason.copies(item, loader, machine)
    row = Row(library=name, path=which.canonical(path, loader.disk), level=item.level,
              reason=reason.explain(item, loader, machine))
    unused = [level for level in machine.levels
              if level in best and machine.rank(level) < machine.rank(item.level)]
    if unused:
        return replace(row, reason=f"{unused[0]} came after the start, or it was opened by path")
    return row


def _executable(place: Path, paths: list[str]) -> str:
    try:
        return str((place / "exe").readlink()).removesuffix(DELETED)
    except OSError:
        return paths[0]


def _disk(place: Path) -> tuple[Disk, str]:
    """Return what the process sees as its root, and how its paths begin when we see them.

    A container's root is another than ours and still "/"; that of a chroot has a name.
    """
    root = place / "root"
    try:
        if root.samefile("/"):
            return Disk(), ""
        return Disk(root=root), str(root.readlink()).rstrip("/")
    except OSError:
        return Disk(), ""


def _environment(place: Path) -> dict[str, str]:
    try:
        text = os.fsdecode((place / "environ").read_bytes())
    except OSError:
        return {}
    pairs = (item.partition("=") for item in text.split("\0"))
    return {name: value for name, _, value in pairs if name}


def _read(path: Path, pid: str) -> str:
    try:
        return os.fsdecode(path.read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        raise HwcapsError(f"there is no process {pid}") from None
    except PermissionError:
        raise HwcapsError(
            f"process {pid} is not yours to look into", "Run it as that process's user, or as root."
        ) from None
