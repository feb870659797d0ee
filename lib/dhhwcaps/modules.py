# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plugins and extension modules that a family holds besides libraries.

Programs open them by their path, for which the loader searches no level (glibc: elf/dl-load.c,
_dl_map_object: a name with a slash).  So a stub stays there, an empty shared object that needs the
module by a name of its own from a directory of its own; from here on the module is a library.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path, PurePosixPath

from dhhwcaps import elf, layout, libraries
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import VerificationError
from dhhwcaps.libraries import Library, Packaged
from dhhwcaps.symbols import symbols

PARENT = "hwcaps"
PYTHON = "usr/lib/python3/dist-packages/"
"""Where dh_python3(1) puts modules for all versions of Python."""
ANY = "**/*"
"""What may be a module, where only another source's debian/control tells what is."""
ASKING = frozenset({"dladdr", "dladdr1", "dlinfo"})
"""Functions by which code learns where it lies (dladdr(3), dlinfo(3))."""
FOREIGN = "is for another machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A family's modules."""

    held: tuple[Library, ...] = ()
    """Those that become libraries."""
    left: Mapping[Path, str]
    """Those that stay as they are, and why."""


def directory(family: str, triplet: str) -> str:
    """Return where the family's modules go; only its stubs name it."""
    return f"/usr/lib/{triplet}/{PARENT}/{family}"


def library(module: SharedObject, family: str, triplet: str, root: Path) -> Library:
    """Return the module below a package's directory `root` as the library that it becomes.

    Its name is unlike any other in a process, whatever SONAME it has: the loader would take one
    of the same name for this (glibc: elf/dl-load.c, _dl_map_object).
    """
    path = str(module.path.relative_to(root))
    for above in (f"usr/lib/{triplet}/", PYTHON, "usr/lib/"):
        path = path.removeprefix(above)
    renamed = replace(module, soname=f"{family}/{path}".replace("/", "."))
    return Library(
        package=family, directory=directory(family, triplet), object=renamed, module=module
    )


def matching(
    objects: Iterable[SharedObject], patterns: Iterable[str], root: Path
) -> tuple[SharedObject, ...]:
    """Return the shared objects below `root` that patterns like usr/lib/foo/**/*.so match."""
    # Path.glob raises for patterns such as a**.
    names = {Path(root, name) for pattern in patterns
             for name in glob(pattern.lstrip("/"), root_dir=root, recursive=True)}  # noqa: PTH207
    return tuple(item for item in objects
                 if item.path in names and item.kind == "DYN" and not item.has_interp)


def find(
    family: str, patterns: Collection[str], packaged: Packaged, triplet: str,
    readelf: str = "readelf", identity: bytes = b"",
) -> Found:
    """Return the modules in the family's own package directory.

    `packaged` are the ELF files of all packages of the source, `identity` is elf.identity of those
    that programs can load.  Raises VerificationError for a pattern that matches none, and for two
    modules that would get the same name.
    """
    root = layout.staging(family)
    objects = packaged.get(family, ())
    for pattern in patterns:
        if not matching(objects, [pattern], root):
            raise VerificationError(
                f"{family}: no plugin or module in debian/{family} matches {pattern}",
                f"X-Hwcaps-Modules of {family} in debian/control has patterns of paths, such as"
                " usr/lib/python3/dist-packages/**/*.so.",
            )
    modules = matching(objects, patterns, root)
    needed = {name for items in packaged.values() for item in items for name in item.needed}
    left = {m.path: why for m in modules for why in _obstacles(m, needed, readelf)}
    if identity:
        left |= {m.path: FOREIGN for m in modules if elf.identity(m.path) != identity}
    held = [library(m, family, triplet, root) for m in modules if m.path not in left]
    _check_names(held)
    return Found(held=tuple(held), left=left)


def moved(
    objects: Iterable[SharedObject], family: str, triplet: str, root: Path
) -> tuple[Library, ...]:
    """Return the modules that another source's build has moved already, as it named them."""
    where = directory(family, triplet)
    return tuple(
        Library(package=family, directory=where, object=replace(item, soname=item.path.name))
        for item in objects if libraries.installed_in(item.path, root) == where
    )


def loaded_as(item: SharedObject, family: str, root: Path) -> str:
    """Return where the loader finds a library or moved module of the generic package in `root`.

    "" for what it does not find by name.
    """
    where = libraries.installed_in(item.path, root)
    moved = where.endswith(f"/{PARENT}/{family}")
    name = item.path.name if moved else item.soname
    return f"{where}/{name}" if name else ""


def behind(item: SharedObject) -> str:
    """Return the name of the module that a stub stands for; "" for what is no stub."""
    if len(item.needed) != 1 or len(item.runpath) != 1:
        return ""
    where, name = PurePosixPath(item.runpath[0]), item.needed[0]
    ours = where.parent.name == PARENT and name.startswith(f"{where.name}.")
    return name if ours else ""


def _obstacles(
    module: SharedObject, needed: Collection[str], readelf: str
) -> Iterator[str]:
    asked = sorted({wanted.name for wanted in symbols(module.path, readelf).undefined} & ASKING)
    if asked:
        yield f"asks where it lies ({asked[0]})"
    if module.soname in needed or module.path.name in needed:
        # Their linker would not look behind the stub for symbols.
        yield "programs or libraries link to it"
    if any("ORIGIN" in entry for entry in module.runpath):
        yield "its RUNPATH begins with $ORIGIN"


def _check_names(held: Iterable[Library]) -> None:
    seen: dict[str, Path] = {}
    for item in held:
        path = seen.setdefault(item.soname, item.object.path)
        if path != item.object.path:
            raise VerificationError(
                f"{item.package}: {path} and {item.object.path} would both be {item.soname}",
                "Match only one of them by X-Hwcaps-Modules.",
            )
