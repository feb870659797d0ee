# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep the pristine source tree, and make and remove copies of it."""

from __future__ import annotations

from pathlib import Path

from dhhwcaps import layout
from dhhwcaps.control import Source
from dhhwcaps.isa import Level
from dhhwcaps.run import Shell


def pack(
    shell: Shell, source: Source, *, late: bool = False, root: Path = Path()
) -> None:
    """Put the source tree into one tar, and forget what an earlier build collected.

    A tar, so that no glob or `find` of the package sees a second tree; pax, since make compares
    times below a second.  `late` notes that dh built the package without our first step; `root` is
    the tree, if it is not the working directory.
    """
    shell("rm", "-rf", layout.STATE)
    remove(shell, layout.COPIES)
    shell("mkdir", "-p", layout.STATE)
    if late:
        shell.write(layout.LATE, "")
    shell(
        "tar", "--create", "--format=pax", f"--file={layout.SOURCE}.part", "--anchored",
        *([f"--directory={root}"] if root.parts else []),
        *(f"--exclude=./{path}" for path in left_out(source)), ".",
        ok=(0, 1),  # 1: a file has changed meanwhile, such as the log of this very build.
    )
    shell("mv", f"{layout.SOURCE}.part", layout.SOURCE)


def unpack(shell: Shell, copy: Path) -> None:
    """Make a copy of the source that was packed."""
    remove(shell, copy)
    shell("mkdir", "-p", copy)
    shell("tar", "--extract", "--preserve-permissions", f"--file={layout.SOURCE}",
          f"--directory={copy}")


def forget(shell: Shell, level: Level) -> None:
    """Remove what a build of the level that was interrupted left (dpkg-buildpackage -nc).

    Its stubs would leave out steps of the next one, its log and notes would pass as the next one's.
    """
    for path in sorted(layout.STATE.glob(f"{level.name}.*")):
        shell("rm", "-rf", path)


def remove(shell: Shell, directory: Path) -> None:
    """Remove a directory, also if the build made parts of it read-only."""
    if directory.is_dir():
        shell("chmod", "--recursive", "u+rwX", directory)
        shell("rm", "-rf", directory)


def directories() -> frozenset[Path]:
    """Return the directories of the tree itself, down to the second level, without our own."""
    found = [path for pattern in ("*", "*/*") for path in Path().glob(pattern)]
    return frozenset(path for path in found if path.is_dir() and path != layout.STATE.parent)


def left_out(source: Source) -> tuple[str, ...]:
    """Return what debhelper makes: none of it is source, and of most a copy must have its own."""
    packages = [f"debian/{package.name}" for package in source.packages]
    return ("debian/.debhelper", "debian/debhelper-build-stamp", "debian/*.debhelper.log",
            "debian/*.substvars", "debian/files", "debian/tmp", *packages)
