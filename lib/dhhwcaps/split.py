# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Move a family's libraries, with what dh_makeshlibs made of them, to the generic package.

Done after dh_makeshlibs: names, -V, t64 Provides, udeb lines and the symbols file are right by
then, since all of them were made for the package that clients are to depend on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dhhwcaps import isa, layout, libraries, shlibs, stub
from dhhwcaps.families import Family
from dhhwcaps.libraries import Library
from dhhwcaps.run import Shell
from dhhwcaps.text import read_text

LDCONFIG = "activate-noawait ldconfig"
COMMENT = "# Triggers added by dh_hwcaps_split"
MOVED = ("shlibs", "symbols")


def move(family: Family, held: Sequence[Library], cc: Sequence[str], shell: Shell) -> None:
    """Split one family whose libraries are `held` in its own directory still.

    `cc` is the compiler's command, which links the stubs of modules.
    """
    source, target = layout.staging(family.name), layout.staging(family.generic)
    for library in held:
        directory = target / library.directory.lstrip("/")
        shell("mkdir", "-p", directory)
        if library.module:
            stub.make(library, cc, shell)
            shell("mv", library.object.path, directory / library.soname)
        else:
            shell("mv", *libraries.names_of(library), directory)
    for directory in sorted({source / lib.directory.lstrip("/") for lib in held}):
        _remove_empty(directory, source, shell)
    _move_metadata(source, target, shell)
    for variant in family.variants:
        for name in MOVED:
            shell("rm", "-f", layout.staging(variant.package) / "DEBIAN" / name)


def ask_for(family: Family, version: str, shell: Shell) -> None:
    """Let clients of the family's libraries need at least that version of it.

    Older ones lack libraries that came from other packages, and what dh_makeshlibs asks for without
    a symbols file is no Debian revision.
    """
    path = layout.staging(family.generic) / "DEBIAN" / "shlibs"
    if path.exists():
        before = read_text(path)
        after = shlibs.raised(before, family.name, version)
        if after != before:
            shell.write(path, after)


def replace_debug_symbols(
    family: Family, names: Iterable[str], version: str, shell: Shell
) -> None:
    """Let the family's -dbgsym package replace older ones of packages that it took the place of.

    Where the libraries did not change, the files of both have the same names (build-ids).
    dh_strip --dbgsym-migration leaves the relations there for dh_gencontrol.
    """
    state = layout.DEBIAN / ".debhelper" / family.name
    path = state / "dbgsym-migration"
    if (state / "dbgsym-root").is_dir():
        before = read_text(path).strip() if path.exists() else ""
        wanted = [f"{name}-dbgsym (<< {version})" for name in names]
        added = [relation for relation in wanted if relation not in before]
        shell.write(path, ", ".join([*filter(None, [before]), *added]) + "\n")


def triggers(family: Family, held: Sequence[Library], triplet: str, shell: Shell) -> None:
    """Let the packages that hold libraries run ldconfig, and the family no more.

    dh_makeshlibs gives no trigger to unversioned SONAMEs, and any to those it saw only.  Without
    a new cache the loader would go on to use the generic copy (ld.so(8)).
    """
    cached = any(lib.directory in libraries.default_directories(triplet) for lib in held)
    _set_trigger(family.name, False, shell)
    for package in family.members:
        _set_trigger(package, cached and holds_libraries(package, family), shell)


def holds_libraries(package: str, family: Family) -> bool:
    """Tell whether there is any library in a member of the family."""
    return package == family.generic or bool(shipped(package))


def shipped(package: str) -> frozenset[str]:
    """Return the libraries of a variant, each as the path of the generic one it stands for."""
    root = layout.staging(package)
    return frozenset(
        "/" + str(path.parent.parent.parent.relative_to(root) / path.name)
        for path in root.glob(f"**/{isa.SUBDIRECTORY}/*/*")
    )


def _remove_empty(directory: Path, root: Path, shell: Shell) -> None:
    while directory != root and directory.is_dir() and not any(directory.iterdir()):
        shell("rmdir", directory)
        directory = directory.parent


def _move_metadata(source: Path, target: Path, shell: Shell) -> None:
    for name in MOVED:
        path = source / "DEBIAN" / name
        if path.exists():
            shell("mkdir", "-p", target / "DEBIAN")
            shell("mv", path, target / "DEBIAN" / name)


def _set_trigger(package: str, wanted: bool, shell: Shell) -> None:
    # Where dh_makeshlibs puts it and dh_installdeb looks (Dh_Lib.pm, autotrigger).
    path = layout.DEBIAN / ".debhelper" / "generated" / package / "triggers"
    before = read_text(path).splitlines() if path.exists() else []
    lines = [line for line in before
             if line not in (COMMENT, LDCONFIG) and "dh_makeshlibs" not in line]
    if wanted:
        lines += [COMMENT, LDCONFIG]
    if not lines:
        shell("rm", "-f", path)
    elif lines != before:
        shell.write(path, "".join(f"{line}\n" for line in lines))
