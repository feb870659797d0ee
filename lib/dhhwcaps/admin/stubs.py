# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Stubs that stand where a family's plugins and extension modules are opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dhhwcaps import elf, modules
from dhhwcaps.admin.families import Family
from dhhwcaps.admin.search import Found, Loader
from dhhwcaps.errors import HwcapsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """A stub, and what it stands for."""

    path: str
    module: str
    """The name by which the loader looks for the module."""
    directory: str
    """Where it looks."""

    def found(self, loader: Loader) -> Found:
        """Return the copy of the module that the loader takes."""
        where = loader.open_in(self.module, (self.directory,), "RUNPATH")
        return where or Found(name=self.module)


def of(family: Family, loader: Loader) -> tuple[Stub, ...]:
    """Return the stubs of a family that are installed."""
    # Also where no variant is installed, or there is none for the architecture.
    moved = f"/{modules.PARENT}/{family.name}/"
    if not any(moved in path for path in (*family.paths, *(c.path for c in family.copies))):
        return ()
    return read((path for path in family.rest if ".so" in path), loader)


def read(paths: Iterable[str], loader: Loader) -> tuple[Stub, ...]:
    """Return those of the files that are stubs; what cannot be read is none."""
    whole = [path for path in paths if loader.fits(path)]
    try:
        objects = elf.read([*map(loader.disk.path, whole)])
    except HwcapsError:
        return () if len(whole) < 2 else tuple(
            stub for path in whole for stub in read([path], loader))
    return tuple(
        Stub(path=path, module=name, directory=item.runpath[0])
        for path, item in zip(whole, objects, strict=True) if (name := modules.behind(item))
    )


def opened(found: Iterable[Found], loader: Loader) -> Mapping[str, str]:
    """Return which libraries that were opened by path are stubs: path → module."""
    paths = dict.fromkeys(item.path for item in found if item.how == "path" and item.path)
    return {stub.path: stub.module for stub in read(paths, loader)}
