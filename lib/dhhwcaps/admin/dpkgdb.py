# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What dpkg knows about the installed packages (dpkg-query(1))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dhhwcaps import run
from dhhwcaps.admin.disk import Disk
from dhhwcaps.errors import HwcapsError

DATABASE = "/var/lib/dpkg"
UNIT, RECORD = "\x1f", "\x1e"
FIELDS = ("binary:Package", "Package", "Architecture", "Version", "db:Status-Status",
          "Installed-Size", "Provides", "Pre-Depends", "Depends", "Recommends")
ABSENT = ("not-installed", "config-files")
AT_ONCE = 1000
"""Package names per command, far below the kernel's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An installed package."""

    key: str
    """The name by which dpkg tells it from others, with an architecture where it must."""
    name: str
    arch: str
    version: str
    state: str = "installed"
    size: int = 0
    """Bytes on disk, as the package says."""
    provides: str = ""
    depends: str = ""
    """Pre-Depends and Depends."""
    recommends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """All installed packages, and what the machine's own architecture is."""

    packages: tuple[Package, ...]
    arch: str
    pending: bool
    """Whether ldconfig is to run: packages triggered it and libc-bin has not answered yet."""


def read(disk: Disk) -> Database:
    """Return what the system's dpkg database says.

    Raises HwcapsError when there is none or dpkg-query cannot read it.
    """
    if not disk.exists(f"{DATABASE}/status"):
        raise HwcapsError(
            f"{disk.root / DATABASE[1:] / 'status'}: there is no dpkg database",
            "hwcaps status and verify need a Debian system; hwcaps which works without.",
        )
    packages = parse(_query(disk, FIELDS))
    return Database(
        packages=tuple(p for p in packages if p.state not in ABSENT),
        arch=next((p.arch for p in packages if p.name == "dpkg"), "") or _native(packages),
        pending=_pending(disk, packages),
    )


def files(disk: Disk, keys: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the paths that each of those packages installed."""
    found: dict[str, tuple[str, ...]] = {}
    for at in range(0, len(keys), AT_ONCE):
        text = _query(disk, ("binary:Package", "db-fsys:Files"), keys[at : at + AT_ONCE])
        for row in _rows(text, 2):
            found[row[0]] = tuple(line[1:] for line in row[1].splitlines() if line[1:2] == "/")
    return found


def parse(text: str) -> tuple[Package, ...]:
    """Return the packages that dpkg-query printed with our separators."""
    return tuple(
        Package(
            key=key, name=name, arch=arch, version=version, state=state,
            size=int(size) * 1024 if size.isdecimal() else 0, provides=provides,
            depends=f"{pre}, {depends}".strip(", "), recommends=recommends,
        )
        for key, name, arch, version, state, size, provides, pre, depends, recommends
        in _rows(text, len(FIELDS))
    )


def names(relation: str) -> tuple[str, ...]:
    """Return the packages that a relation field names, in its order."""
    parts = re.split(r"[,|]", relation)
    return tuple(part.split("(")[0].split(":")[0].strip() for part in parts if part.strip())


def _rows(text: str, width: int) -> Iterable[list[str]]:
    rows = (record.split(UNIT) for record in text.split(RECORD))
    return (row for row in rows if len(row) == width)


def _query(disk: Disk, fields: Sequence[str], keys: Sequence[str] = ()) -> str:
    form = UNIT.join(f"${{{name}}}" for name in fields) + RECORD
    database = f"--admindir={disk.path(DATABASE)}"
    # Exit code 1: one of the packages is not there any more.
    ok = (0, 1) if keys else (0,)
    code, out, err = run.attempt("dpkg-query", database, "-W", "-f", form, "--", *keys)
    if code not in ok:
        raise HwcapsError(f"{disk.root / DATABASE[1:]}: dpkg-query cannot read the dpkg database",
                          err.strip())
    return out


def _native(packages: Iterable[Package]) -> str:
    arches = [p.arch for p in packages if p.name == "libc6" and p.arch != "all"]
    return arches[0] if arches else ""


def _pending(disk: Disk, packages: Iterable[Package]) -> bool:
    waiting = ("triggers-pending", "triggers-awaited")
    if any(p.name == "libc-bin" and p.state in waiting for p in packages):
        return True
    # What dpkg has not yet told to libc-bin (dpkg: doc/spec/triggers.txt).
    try:
        text = disk.path(f"{DATABASE}/triggers/Unincorp").read_text(errors="replace")
    except OSError:
        return False
    return any(line.split()[:1] == ["ldconfig"] for line in text.splitlines())
