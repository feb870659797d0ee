# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep the pristine source for packages that hold it, and put it into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from dhhwcaps import build, layout, run, tree
from dhhwcaps.control import Source
from dhhwcaps.environment import elsewhere
from dhhwcaps.run import Shell
from dhhwcaps.source.package import SourcePackage, holders, makefile
from dhhwcaps.text import read_text

VCS = (".git", ".svn", ".hg", ".bzr", "_darcs", "CVS")
"""Files too: .git is one in worktrees and submodules."""
MODE = "u+rw,go=rX,a-st"
"""Whatever the builder's umask was; deb packages are world-readable."""


def wanted(source: Source, selected: Collection[str]) -> tuple[SourcePackage, ...]:
    """Return the packages that are to hold the source, of those `selected` by debhelper.

    Raises ControlError.
    """
    names = [name for name in holders(source) if name in selected]
    version = changelog("Version") if names else ""
    return tuple(SourcePackage(package=name, source=source.name, version=version)
                 for name in names)


def keep(
    packages: Iterable[SourcePackage], source: Source, shell: Shell, environ: Mapping[str, str]
) -> None:
    """Make the tars for these packages of the tree that was packed.

    Rules may have built in a prerequisite or in other targets than dh's, so debian/rules cleans
    the tree first, in a copy, as it does for levels (Policy 4.9: clean undoes build).
    """
    tree.unpack(shell, layout.CLEAN)
    changes = elsewhere(environ, Path.cwd(), layout.CLEAN.absolute())
    root = build.gain_root(source, environ)
    shell(*root, "debian/rules", "clean", cwd=layout.CLEAN, env=changes)
    for package in packages:
        tar = layout.packed(package.package)
        shell("mkdir", "-p", tar.parent)
        shell(*_tar(Path(f"{tar}.part"), package, source, epoch(environ)))
        shell("mv", f"{tar}.part", tar)
    tree.remove(shell, layout.CLEAN)


def place(packages: Iterable[SourcePackage], shell: Shell) -> None:
    """Put the tar and the makefile fragment into these packages."""
    for package in packages:
        tar = layout.packed(package.package)
        root = layout.staging(package.package)
        own = layout.DEBIAN / f"{package.package}.mk"
        text = makefile(package, read_text(own) if own.exists() else "")
        shell("install", "-D", "-m0644", tar, root / package.tar.lstrip("/"))
        shell.write(root / package.fragment.lstrip("/"), text)


def epoch(environ: Mapping[str, str]) -> str:
    """Return the time that no file of a package is younger than (dpkg-buildpackage(1))."""
    return environ.get("SOURCE_DATE_EPOCH") or changelog("Timestamp")


def changelog(field: str) -> str:
    """Return a field of the top entry of debian/changelog."""
    return run.output("dpkg-parsechangelog", "-S", field).strip()


def _tar(path: Path, package: SourcePackage, source: Source, epoch: str) -> tuple[str, ...]:
    # gnu, since pax headers hold what differs between builds: access times, process numbers.
    return (
        "tar", "--create", "--format=gnu", f"--file={path}", f"--directory={layout.CLEAN}",
        "--sort=name",
        f"--mtime=@{epoch}", "--clamp-mtime", "--owner=0", "--group=0", "--numeric-owner",
        f"--mode={MODE}", "--hard-dereference", f"--transform=flags=r;s|^\\.|{package.top}|",
        "--no-wildcards", "--no-anchored", *(f"--exclude={name}" for name in VCS),
        "--wildcards", "--anchored", "--exclude=./.pc",
        *(f"--exclude=./{name}" for name in tree.left_out(source)), ".",
    )
