# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Binary packages as values that can be compared."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tarfile import TarInfo

from support import Deb


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What a user gets, without the content of files."""

    name: str
    fields: Mapping[str, str]
    files: Mapping[str, str]
    """Path → mode, and what a link leads to; no directories."""
    shlibs: str = ""
    symbols: str = ""


def read(paths: Iterable[Path]) -> dict[str, Package]:
    """Return the packages in these .deb and .udeb files, by name."""
    made = [_package(Deb(path)) for path in sorted(paths)]
    return {package.name: package for package in made}


def _package(deb: Deb) -> Package:
    return Package(
        name=deb.fields["Package"],
        fields=dict(deb.fields),
        files={path: _shape(member) for path, member in deb.members.items()},
        shlibs=deb.metadata("shlibs"),
        symbols=deb.metadata("symbols"),
    )


def _shape(member: TarInfo) -> str:
    if member.issym():
        return f"-> {member.linkname}"
    kind = "link to " + member.linkname if member.islnk() else ""
    owner = "" if (member.uid, member.gid) == (0, 0) else f" {member.uid}:{member.gid}"
    return f"{stat.filemode(member.mode | stat.S_IFREG)}{owner}{kind}"
