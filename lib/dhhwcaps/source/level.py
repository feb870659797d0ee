# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A level in a source package of its own: built from foo-src, verified against what is installed.

The generic package comes from another source, as a build dependency.  Its libraries are put where
a build of the whole family has them, so that all further steps find a family like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dhhwcaps import control, elf, families, layout, run, tree
from dhhwcaps.control import Source
from dhhwcaps.errors import HwcapsError
from dhhwcaps.families import Family
from dhhwcaps.run import Shell
from dhhwcaps.source import unpack
from dhhwcaps.source.package import SourcePackage

METADATA = ("shlibs", "symbols")
QUERY = "${db:Status-Status} ${Version} ${source:Version}"
"""Whether a package is installed, its version, and that of the source that it was built from."""


def pack(
    families: Iterable[Family], outer: Source, shell: Shell, environ: Mapping[str, str]
) -> Source:
    """Pack the tree that levels are built from, once; return what its debian/control says.

    `outer` is the source that is built.  Raises HwcapsError when `dh_hwcaps_source` has not
    unpacked the tree, or another version of the generic libraries is installed.
    """
    held = unpack.needed(outer, environ)[0]
    for family in families:
        _check_version(family, held, environ)
    root = Path(held.name)
    path = root / layout.DEBIAN / "control"
    if not path.exists():
        raise HwcapsError(
            f"{path}: no such file, though the level is to be built by the rules beside it",
            "Build-Depends: dh-sequence-hwcaps-source\n(dh_hwcaps_source unpacks the source.)",
        )
    inner = control.parse(path.read_text("utf-8", "surrogateescape"))
    if not layout.SOURCE.exists():
        tree.pack(shell, inner, root=root)
    return inner


def stage(family: Family, shell: Shell, environ: Mapping[str, str]) -> None:
    """Put the installed generic libraries, and what they say to dependants, into the family."""
    target = layout.staging(family.name)
    shell("rm", "-rf", target, layout.staging(family.generic))
    for path in _files(family, environ):
        where = target / path.lstrip("/")
        shell("mkdir", "-p", where.parent)
        shell("cp", "-a", unpack.located(path, environ), where)
    for name in METADATA:
        said = _query(environ, "--control-path", _generic(family), name).strip()
        if said:
            shell("mkdir", "-p", target / "DEBIAN")
            shell("cp", said, target / "DEBIAN" / name)


def version(family: Family, environ: Mapping[str, str]) -> str:
    """Return the version of the installed generic package."""
    return _query(environ, "-W", "-f", QUERY, _generic(family)).split()[1]


def remove(source: Source, shell: Shell) -> None:
    """Remove what dh_clean does not know: the directories and substvars of a family not ours."""
    for family in families.elsewhere(source):
        for name in (family, family + families.GENERIC):
            shell("rm", "-rf", layout.staging(name), layout.DEBIAN / f"{name}.substvars")


def _files(family: Family, environ: Mapping[str, str]) -> list[str]:
    listed = _query(environ, "-L", _generic(family)).splitlines()
    paths = {path: unpack.located(path, environ) for path in listed}
    links = [path for path, where in paths.items() if where.is_symlink() and ".so" in where.name]
    return [*links, *(path for path, where in paths.items() if elf.is_elf(where))]


def _check_version(family: Family, held: SourcePackage, environ: Mapping[str, str]) -> None:
    status, *found = _query(environ, "-W", "-f", QUERY, _generic(family)).split() or [""]
    if status != "installed":
        raise HwcapsError(
            f"{family.generic} is not installed, against which {family.variants[0].package} is"
            " verified", f"Build-Depends: {family.generic}",
        )
    if found[-1] != held.version:
        raise HwcapsError(
            f"{family.generic} {found[0]} is built from {held.source} {found[-1]}, but"
            f" {held.package} holds {held.version}", "Install both in the same version.",
        )


def _generic(family: Family) -> str:
    # In a cross build that of the other architecture may be installed, too.
    return f"{family.generic}:{family.variants[0].level.arch}"


def _query(environ: Mapping[str, str], *words: str) -> str:
    admin = unpack.located("/var/lib/dpkg", environ)
    code, out, _err = run.attempt("dpkg-query", f"--admindir={admin}", *words)
    return out if code == 0 else ""
