# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Find and read shared libraries, through binutils' readelf."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import isa, run
from dhhwcaps.errors import HwcapsError, VerificationError

MAGIC = b"\x7fELF"

AT_ONCE = 200
"""Files per readelf call: few processes, and an argv far below the kernel's limit."""

LIBRARY_KINDS = ("DYN", "EXEC")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedObject:
    """What one ELF file says about itself to the loader.

    `soname` is "" for what no loader finds by name: programs, plugins, objects, core files and
    files of detached debug information.
    """

    path: Path
    soname: str = ""
    elf_class: str = ""
    """ELF32 or ELF64."""
    machine: str = ""
    kind: str = ""
    """ELF's type of file: DYN (libraries and PIE programs), EXEC, REL, CORE."""
    needed: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    """Directories of RUNPATH and RPATH; glibc looks for a glibc-hwcaps directory in each."""
    rpath: tuple[str, ...] = ()
    """Those of RPATH where there is no RUNPATH, which would hide it (ld.so(8))."""
    has_interp: bool = False
    interpreter: str = ""
    """The loader that a program asks for."""
    marks: frozenset[str] = frozenset()
    """Levels that the loader insists on before it loads the file."""


def is_elf(path: Path) -> bool:
    """Tell whether this is a regular file, not a link, that starts like ELF.

    Raises HwcapsError when it cannot be read.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise _unreadable(error) from None


def identity(path: Path) -> bytes:
    """Return what two ELF files must share to be loaded together; b"" for anything else.

    Class, byte order and machine (glibc: elf/dl-load.c, open_verify).  A file that cannot be read
    or is not there is as little use to the loader as one of another machine.
    """
    try:
        with path.open("rb") as file:
            start = file.read(20)
    except OSError:
        return b""
    whole = start.startswith(MAGIC) and len(start) == 20
    return start[4:6] + start[18:20] if whole else b""


def find(directory: Path) -> tuple[Path, ...]:
    """Return the ELF files below a directory in the order of their names, links not followed.

    Raises HwcapsError for a directory or file that cannot be read.
    """
    return tuple(sorted(path for path in _files(directory) if is_elf(path)))


def read(paths: Sequence[Path], readelf: str = "readelf") -> tuple[SharedObject, ...]:
    """Return what the files' headers, dynamic sections and notes say, in the order of `paths`.

    Raises VerificationError for a library or program that is truncated or otherwise broken.
    Objects, core files and detached debug information are not judged.
    """
    chunks = (paths[at : at + AT_ONCE] for at in range(0, len(paths), AT_ONCE))
    return tuple(found for chunk in chunks for found in _read_chunk(chunk, readelf))


def parse(path: Path, text: str) -> SharedObject:
    """Return what `readelf -W -h -l -d -n` printed about one file (binutils: readelf.c)."""
    soname = _bracketed("Library soname", text)
    runpaths = _bracketed("Library r(?:un)?path", text)
    hidden = bool(_bracketed("Library runpath", text))
    interpreter = re.search(r"\[Requesting program interpreter: (.+)\]", text)
    return SharedObject(
        path=path,
        soname=soname[0] if soname else "",
        elf_class=_header("Class", text),
        machine=_header("Machine", text),
        kind=_header("Type", text).partition(" ")[0],
        needed=tuple(_bracketed("Shared library", text)),
        runpath=_parts(runpaths),
        rpath=() if hidden else _parts(runpaths),
        has_interp=re.search(r"^  INTERP ", text, re.MULTILINE) is not None,
        interpreter=interpreter[1] if interpreter else "",
        marks=isa.marks(text),
    )


def _files(directory: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise _unreadable(error)

    for parent, _directories, names in os.walk(directory, onerror=stop):
        yield from (Path(parent, name) for name in names)


def _unreadable(error: OSError) -> HwcapsError:
    return HwcapsError(f"{error.filename}: {error.strerror}")


def _read_chunk(paths: Sequence[Path], readelf: str) -> list[SharedObject]:
    if len(paths) == 1:  # Of which readelf prints no "File:" line.
        return [_read_one(paths[0], readelf)]
    _code, out, err = run.attempt(readelf, "-W", "-h", "-l", "-d", "-n", "--", *paths)
    texts = re.split(r"^File: .*\n", out, flags=re.MULTILINE)[1:]
    if "Error:" in err or len(texts) != len(paths):
        # One at a time: only so is it certain which file readelf complains about.
        return [_read_one(path, readelf) for path in paths]
    return [parse(path, text) for path, text in zip(paths, texts, strict=True)]


def _read_one(path: Path, readelf: str) -> SharedObject:
    code, out, err = run.attempt(readelf, "-W", "-h", "-l", "-d", "-n", "--", path)
    found = parse(path, out)
    complaints = [line for line in err.splitlines() if "Error:" in line]
    if (code or complaints) and not _beside_the_point(found, readelf):
        raise broken(path, "\n".join(complaints) or err)
    return found


def _beside_the_point(found: SharedObject, readelf: str) -> bool:
    if found.kind and found.kind not in LIBRARY_KINDS:
        return True
    # Detached debug information keeps the headers of contents that it no longer has.
    _code, out, _err = run.attempt(readelf, "-W", "-S", "--", found.path)
    return re.search(r"\] \.dynamic +NOBITS ", out) is not None


def broken(path: Path, complaint: str) -> VerificationError:
    """Return the error for an ELF file that readelf cannot make sense of, with its own words."""
    said = complaint.strip() or "readelf printed nothing"
    return VerificationError(
        f"{path}: not a whole ELF file", f"{said}\nIs the disk full, or was the link interrupted?"
    )


def _parts(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for value in values for part in value.split(":") if part)


def _header(name: str, text: str) -> str:
    match = re.search(rf"^  {name}: +(.+)$", text, re.MULTILINE)
    return match[1] if match else ""


def _bracketed(name: str, text: str) -> list[str]:
    # A name may hold anything, line ends too.
    return re.findall(rf"^ 0x[0-9a-f]+ \([A-Z]+\) +{name}: \[(.*?)\]$", text,
                      re.MULTILINE | re.DOTALL)
