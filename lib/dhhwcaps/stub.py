# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make what stays at a module's path: a shared object without code that needs the module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dhhwcaps import layout
from dhhwcaps.libraries import Library
from dhhwcaps.run import Shell

LINK = ("-shared", "-nostdlib")
# RUNPATH, not RPATH, which the module's own dependencies would inherit (ld.so(8)).  Without
# separate code all of it fits one page.  Of an object without code the linker says nothing about
# the stack, which the loader takes for the wish to execute it (glibc: elf/dl-load.c).
STUB = ("-s", "-Wl,--no-as-needed,--enable-new-dtags,--build-id",
        "-Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code")


def make(library: Library, cc: Sequence[str], shell: Shell) -> None:
    """Link the stub of a module with the compiler's command `cc`; `place` puts it there.

    It has the module's SONAME: whoever asks for that by dlopen(3) finds stub and module as before.
    Symbols are found through it since dlsym(3) searches an object's dependencies, too.
    """
    path = library.object.path.relative_to(layout.staging(library.package))
    target = layout.MODULES / library.package / path
    stand_in = layout.STATE / library.soname
    shell("mkdir", "-p", target.parent)
    for command in links(library, cc, stand_in, target):
        shell(*command)
    shell("rm", "-f", stand_in)


def links(
    library: Library, cc: Sequence[str], stand_in: Path, target: Path
) -> tuple[list[str | Path], list[str | Path]]:
    """Return the commands that link something with the module's new SONAME, and then its stub.

    The linker only needs a library of that name; its symbols do not matter.
    """
    own = library.module.soname if library.module else ""
    return (
        [*cc, *LINK, f"-Wl,-soname,{library.soname}", "-o", stand_in, "-x", "c", "/dev/null"],
        [*cc, *LINK, *STUB, *([f"-Wl,-soname,{own}"] if own else []),
         f"-Wl,-rpath,{library.directory}", "-o", target, stand_in],
    )


def place(package: str, shell: Shell) -> None:
    """Put the stubs of a package's modules where the modules were.

    After dh_shlibdeps, which would look for their needs in vain: debian/control has those.
    """
    made = layout.MODULES / package
    for path in sorted(path for path in made.rglob("*") if path.is_file()):
        shell("install", "-m0644", path, layout.staging(package) / path.relative_to(made))
