# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Apply a package's own patches to a source that it was given.

They are in debian/foo-src.patches/, with a series file as quilt has it.  Not in debian/patches:
there dpkg-source (format 3.0 (quilt)) would apply them to the tree without that source.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import layout
from dhhwcaps.errors import CommandError, ControlError, HwcapsError
from dhhwcaps.run import Shell
from dhhwcaps.source.package import SourcePackage
from dhhwcaps.text import read_text

OPTIONS = ("--batch", "--forward", "--fuzz=0", "--no-backup-if-mismatch", "--version-control=never",
           "--remove-empty-files")
"""As dpkg-source has them (Dpkg::Source::Patch): what does not fit is to be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A line of a series file."""

    path: Path
    options: tuple[str, ...]
    """`-p1`, and `-R` for a patch that is to be taken back."""


def series(package: str) -> tuple[Patch, ...]:
    """Return the patches for what that package holds, none where debian/ has none.

    Raises ControlError.
    """
    directory = layout.DEBIAN / f"{package}.patches"
    if not directory.is_dir():
        return ()
    path = directory / "series"
    if not path.is_file():
        raise ControlError(f"{path}: no such file", "It lists the patches in their order.")
    lines = [line.split(" #")[0].strip() for line in read_text(path).splitlines()]
    patches = [_patch(directory, line) for line in lines if line and not line.startswith("#")]
    for patch in patches:
        if not patch.path.is_file():
            raise ControlError(f"{patch.path}: no such file", f"{path} lists it.")
    return tuple(patches)


def _patch(directory: Path, line: str) -> Patch:
    name, *options = shlex.split(line)
    strip = [option for option in options if option.startswith("-p")] or ["-p1"]
    return Patch(path=directory / name,
                 options=(*strip, *(option for option in options if option == "-R")))


def apply(package: SourcePackage, tree: Path, shell: Shell) -> None:
    """Apply the package's patches to a tree.  Raises HwcapsError for one that does not fit."""
    for patch in series(package.package):
        try:
            shell("patch", *OPTIONS, *patch.options, f"--input={patch.path.absolute()}", cwd=tree)
        except CommandError as error:
            raise HwcapsError(
                f"{patch.path} does not apply to {package.package} {package.version}",
                f"{error.advice}\nRefresh it against {package.tar}, or remove it from"
                f" {patch.path.parent}/series.",
            ) from error
