# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Find the sources that a package is built from, unpack them, and remove them again."""

from __future__ import annotations

import errno
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dhhwcaps import layout, run, tree
from dhhwcaps.control import Source
from dhhwcaps.errors import HwcapsError, VerificationError
from dhhwcaps.run import Shell
from dhhwcaps.source import archive, package, patches, window
from dhhwcaps.source.archive import MARK
from dhhwcaps.source.package import SourcePackage
from dhhwcaps.text import read_text

ROOT = "DH_HWCAPS_SOURCE_ROOT"
"""The directory in which -src packages are unpacked, if they are not installed."""
NOTHING = "nothing yet\n"
"""The mark of a directory that only stands in for a tree."""


def installed(source: Source, environ: Mapping[str, str]) -> tuple[SourcePackage, ...]:
    """Return those of the build dependencies that hold a source and are there.

    Raises ControlError.
    """
    found = []
    for name in dict.fromkeys(source.build_depends):
        path = located(package.fragment(name), environ)
        if path.is_file():
            found.append(package.read(name, read_text(path)))
    return tuple(found)


def needed(source: Source, environ: Mapping[str, str]) -> tuple[SourcePackage, ...]:
    """Return the sources to build from, each in a version that Build-Depends allows.

    Raises ControlError when there is none.
    """
    found = installed(source, environ)
    if not found:
        names = [name for name in source.build_depends if name.endswith(package.SUFFIX)]
        looked = [str(located(package.fragment(name), environ)) for name in names]
        raise HwcapsError(
            "no build dependency gives a source to build from",
            "\n".join(f"{path}: no such file" for path in looked) + "\nBuild-Depends:"
            f" {names[0]} must be made with dh-hwcaps, and installed." if names else
            "Build-Depends: foo-src, or another package that is made with dh-hwcaps, is missing in"
            " debian/control.",
        )
    for item in found:
        window.check(source.build_relations, item.package, item.version)
    return found


def located(path: str, environ: Mapping[str, str]) -> Path:
    """Return where a file of an installed package is."""
    return Path(environ.get(ROOT, "/")) / path.lstrip("/")


def unpack(item: SourcePackage, shell: Shell, environ: Mapping[str, str]) -> None:
    """Make the patched tree of a source, in the directory of its name, unless it is there.

    Nothing is there before all is: the tree is made elsewhere.  Raises HwcapsError.
    """
    target, part = Path(item.name), layout.PARTS / item.name
    if is_ours(target) and read_text(target / MARK) == NOTHING:
        tree.remove(shell, target)  # A clean was interrupted.
    elif is_ours(target):
        _check_version(target, item)
        return
    if target.exists() or target.is_symlink():
        raise HwcapsError(
            f"{target}: is in the way of the source that {item.package} holds",
            f"Is it left from an earlier build? Then remove it. No file of this package may have"
            f" that name: debian/rules clean removes {target} with all that is in it.",
        )
    tree.remove(shell, part)
    shell("mkdir", "-p", part)
    extract(item, part, shell, environ)
    made = part / item.top
    patches.apply(item, made, shell)
    shell.write(made / MARK, f"{item.package} {item.version}\n")
    shell("mv", made, target)


def extract(
    item: SourcePackage, where: Path, shell: Shell, environ: Mapping[str, str]
) -> None:
    """Unpack a source's tree into a directory that holds nothing of its name; see archive.check.

    What is written are the very members that were checked: two programs can read a tar in two
    ways.  Raises VerificationError.
    """
    path = located(item.tar, environ)
    with path.open("rb") as file, _refused(path), tarfile.open(fileobj=file, mode="r:") as tar:
        members = [_ours(member) for member in tar]
        archive.check(members, str(path), item.top)
        file.seek(tar.offset)
        # POSIX: two blocks of zeros.  tarfile stops in silence at what it cannot read.
        if not members or not re.fullmatch(rb"\0{1024,}", file.read()):
            raise tarfile.ReadError("it does not end behind its last member")
        tar.extraction_filter = lambda member, _path: member  # Python 3.14 has one by default.
        shell.act(run.line(["tar", "-xf", path, "-C", where]),
                  lambda: tar.extractall(where, members, numeric_owner=True))  # noqa: S202


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except tarfile.TarError as error:
        raise _no_tar(path, str(error)) from error
    except RecursionError as error:
        raise _no_tar(path, "it is nested too deeply") from error
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, OSError) and (error.filename or error.errno != errno.EINVAL):
            raise
        raise _no_tar(path, "it says what no file can have: a size, a time, a name") from error


def _no_tar(path: Path, why: str) -> VerificationError:
    return VerificationError(f"{path}: {why}", "It is no tar, or not a whole one.")


def _ours(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid, member.gid = os.geteuid(), os.getegid()
    member.mode = 0o755 if member.mode & 0o100 or member.isdir() else 0o644
    return member


def is_ours(target: Path) -> bool:
    """Tell whether that directory was unpacked by us."""
    return not target.is_symlink() and (target / MARK).is_file()


def stand_in(source: Source, shell: Shell, environ: Mapping[str, str]) -> None:
    """Make the directory that each source would be unpacked in, with our mark in it."""
    there = [item.name for item in installed(source, environ)]
    named = [package.directory(name) for name in source.build_depends
             if name.endswith(package.SUFFIX)]
    for name in {*there, *named}:
        target = Path(name)
        if not (target.exists() or target.is_symlink()):
            shell.write(target / MARK, NOTHING)


def remove(shell: Shell) -> None:
    """Remove all that was unpacked, and nothing else."""
    for mark in sorted(Path().glob(f"*/{MARK}")):
        if is_ours(mark.parent):
            tree.remove(shell, mark.parent)


def _check_version(target: Path, item: SourcePackage) -> None:
    there = read_text(target / MARK).split()
    if there != [item.package, item.version]:
        raise HwcapsError(
            f"{target}: was unpacked from {' '.join(there)}, but {item.package} is {item.version}",
            "debian/rules clean removes it.",
        )
