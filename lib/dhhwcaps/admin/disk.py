# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of a system that may lie below another directory than /, as chroot(2) would show them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dhhwcaps import elf
from dhhwcaps.errors import HwcapsError

MOST_LINKS = 40
"""As many as the kernel follows (path_resolution(7))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A file system's root; all paths are strings as a process with that root would use them."""

    root: Path = Path("/")
    _real: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _identities: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def own(self) -> bool:
        """Whether this is the system that we run on."""
        return self.root == Path("/")

    def path(self, name: str) -> Path:
        """Return where a file really lies, links followed inside of the root."""
        return self.root / self.real(name).lstrip("/")

    def real(self, name: str) -> str:
        """Return the name without links and dots; what does not exist is taken as it is."""
        if name not in self._real:
            self._real[name] = self._resolve(name)
        return self._real[name]

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return self.path(name).exists()

    def link(self, name: str) -> str:
        """Return what a symbolic link says; "" for what is none."""
        directory, _, last = name.rpartition("/")
        try:
            return str((self.path(directory) / last).readlink())
        except OSError:
            return ""

    def identity(self, name: str) -> bytes:
        """Return elf.identity, b"" for what is no ELF file; read once."""
        if name not in self._identities:
            self._identities[name] = elf.identity(self.path(name))
        return self._identities[name]

    def _resolve(self, name: str) -> str:
        # A directory's name is resolved once for all the files in it.
        parent, _, last = os.path.normpath(f"/{name}").rstrip("/").rpartition("/")
        if not last:
            return "/"
        directory = self.real(parent) if parent else "/"
        for _ in range(MOST_LINKS):
            here = str(PurePosixPath(directory, last))
            try:
                target = (self.root / here.lstrip("/")).readlink()
            except OSError:
                return here  # no link, or not there
            name = str(PurePosixPath(directory, target))
            parent, _, last = os.path.normpath(name).rpartition("/")
            directory = self.real(parent) if parent else "/"
        raise HwcapsError(f"{name}: too many symbolic links")
