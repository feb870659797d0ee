# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which shared libraries of a source's packages ld.so finds by name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dhhwcaps import elf, layout
from dhhwcaps.elf import SharedObject

Packaged = Mapping[str, tuple[SharedObject, ...]]
"""Package → what ELF files its directory holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A shared library that some package installs where the loader searches."""

    package: str
    directory: str
    """Absolute, as installed."""
    object: SharedObject
    module: SharedObject | None = None
    """The plugin or extension module as the build made it, if it is one; see `modules`."""

    @property
    def soname(self) -> str:
        """The name by which the loader looks for it."""
        return self.object.soname

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two builds of one library the same library, whatever its file is called."""
        return (self.directory, self.object.elf_class, self.soname)


def read(packages: Iterable[str], root: Path = layout.DEBIAN, readelf: str = "readelf") -> Packaged:
    """Return the ELF files in the packages' directories below `root`."""
    return {
        name: elf.read(elf.find(root / name), readelf)
        for name in packages if (root / name).is_dir()
    }


def default_directories(triplet: str) -> tuple[str, ...]:
    """Return the directories that ldconfig reads and every program's libraries come from.

    ld.so(8), and libc6's /etc/ld.so.conf.d for the multiarch ones.
    """
    return (f"/usr/lib/{triplet}", f"/lib/{triplet}", "/usr/lib", "/lib")


def search_path(packaged: Packaged, triplet: str, root: Path = layout.DEBIAN) -> frozenset[str]:
    """Return the directories in which the loader looks for these packages' libraries.

    The default ones and those that a RUNPATH names.
    """
    found = set(default_directories(triplet))
    for package, objects in packaged.items():
        for item in objects:
            origin = installed_in(item.path, root / package)
            found |= {expand(entry, origin, triplet) for entry in item.runpath}
    return frozenset(found)


def installed_in(path: Path, root: Path) -> str:
    """Return the absolute directory that a file of a package's directory is installed in."""
    return str(PurePosixPath("/") / path.parent.relative_to(root))


def public(
    package: str, objects: Iterable[SharedObject], searched: frozenset[str],
    root: Path = layout.DEBIAN,
) -> tuple[Library, ...]:
    """Return a package's libraries that the loader finds by name, each SONAME once a directory."""
    chosen: dict[tuple[str, str, str], Library] = {}
    for item in objects:
        directory = installed_in(item.path, root / package)
        if not item.soname or item.kind != "DYN" or directory not in searched:
            continue
        library = Library(package=package, directory=directory, object=item)
        if library.key not in chosen or _is_the_one_loaded(item):
            chosen[library.key] = library
    return tuple(chosen[key] for key in sorted(chosen))


def names_of(library: Library) -> tuple[Path, ...]:
    """Return the library's file and all links beside it that lead to it."""
    beside = sorted(library.object.path.parent.iterdir())
    return tuple(
        path for path in beside
        if path == library.object.path
        or (path.is_symlink() and path.exists() and path.samefile(library.object.path))
    )


def _is_the_one_loaded(item: SharedObject) -> bool:
    name = item.path.parent / item.soname
    return name.exists() and name.samefile(item.path)


def expand(entry: str, origin: str, triplet: str) -> str:
    """Return the directory that a RUNPATH entry of a library in `origin` names.

    ld.so(8), "Dynamic string tokens".
    """
    for token, value in (("ORIGIN", origin), ("LIB", f"lib/{triplet}")):
        entry = entry.replace(f"${token}", value).replace(f"${{{token}}}", value)
    return os.path.normpath(str(PurePosixPath(entry)))
