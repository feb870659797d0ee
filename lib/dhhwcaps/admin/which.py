# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps which`: for each library the copy that is or would be loaded, and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dhhwcaps import elf, libraries
from dhhwcaps.admin import cpu, ldcache, reason, stubs, target
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.search import Found, Loader, Object
from dhhwcaps.admin.target import Target
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import HwcapsError, VerificationError
from dhhwcaps.text import inert

PRELOAD = "/etc/ld.so.preload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A library and the copy of it that is loaded."""

    library: str
    path: str
    level: str
    reason: str
    copies: tuple[str, ...] = ()
    """The levels of this CPU for which there is a copy, the best first; none that is passed over
    because the library is opened by path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `hwcaps which` has found out."""

    target: str
    cpu: str
    libraries: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    code: int = 0
    """The exit code: 1 when a library is not found, that of a COMMAND that was run."""


def program(name: str, disk: Disk, suppose: str, environ: Mapping[str, str]) -> Answer:
    """Return what would be loaded for a program or library; nothing of it is executed.

    Raises HwcapsError for what is none.
    """
    if _is_soname(name, disk):
        return _soname(name, disk, suppose, environ)
    found = target.read(target.locate(name, disk), disk)
    notes = [f"{inert(script)} is a script: these are the libraries of {inert(found.path)}"
             for script in found.scripts[:1]]
    loader, machine, more = surroundings(found, disk, suppose, environ)
    if found.static:
        notes.append("statically linked: no library is looked for, no variant is used")
        return Answer(target=found.path, cpu=machine.best, libraries=(), notes=tuple(notes))
    rows = explained(closure(found, loader, _preloaded(found, disk, environ)), loader, machine)
    return Answer(
        target=found.path, cpu=machine.best, libraries=rows, notes=(*notes, *more),
        code=int(any(not row.path for row in rows)),
    )


def surroundings(
    found: Target, disk: Disk, suppose: str, environ: Mapping[str, str]
) -> tuple[Loader, Cpu, list[str]]:
    """Return the loader that a program gets, the CPU as it sees it, and what is to be said of it.

    Raises HwcapsError for a program of another C library.
    """
    directory = _directory(found, disk)
    notes = []
    native = found.identity == elf.identity(Path(sys.executable))
    arch = cpu.arch() if native else ""
    machine = cpu.read(arch, suppose) if native or suppose else Cpu(arch="")
    if not native and not suppose:
        notes.append("for another machine than this one, whose loader cannot be asked for levels: "
                     "--cpu LEVEL supposes one")
    cache = ldcache.read(disk)
    if cache.problem:
        notes.append(f"{inert(cache.problem)}: only the default directories are searched")
    trusted = disk.own and not found.setuid
    triplet = PurePosixPath(directory).name
    loader = Loader(
        disk=disk, cache=cache, identity=found.identity, triplet=triplet, levels=machine.levels,
        library_path=_library_path(environ) if trusted else (),
        directories=tuple(dict.fromkeys((directory, *libraries.default_directories(triplet)))),
    )
    return loader, machine, notes


def closure(found: Target, loader: Loader, preloaded: Sequence[str] = ()) -> tuple[Found, ...]:
    """Return the libraries that are loaded with an ELF file, in the loader's order."""
    start = Object(path=found.path, object=found.object)
    known = {PurePosixPath(found.object.interpreter).name, found.object.soname, ""}
    wanted = [(name, start) for name in (*preloaded, *found.object.needed)]
    loaded: list[Found] = []
    while wanted:
        fresh: list[tuple[Found, Object]] = []
        for name, needing in wanted:
            # What carries the name of something loaded is not looked for again.
            if name not in known:
                known.add(name)
                fresh.append((loader.find(name, needing), needing))
        loaded += [result for result, _ in fresh]
        there = [(result, needing) for result, needing in fresh if result.path]
        read = _read([result.path for result, _ in there], loader.disk)
        known |= {item.soname for item in read}
        wanted = [
            (name, Object(path=result.path, object=item, parent=needing))
            for (result, needing), item in zip(there, read, strict=True) for name in item.needed
        ]
    return tuple(loaded)


def _read(paths: Sequence[str], disk: Disk) -> tuple[SharedObject, ...]:
    try:
        return elf.read([disk.path(path) for path in paths])
    except VerificationError as error:
        raise HwcapsError(f"{error.message}, so the program would not start",
                          "Reinstall its package; hwcaps verify checks all families.") from None


def explained(found: Iterable[Found], loader: Loader, machine: Cpu) -> tuple[Row, ...]:
    """Return a row for each library, the loader itself left out."""
    some = [item for item in found if not item.name.startswith(("ld-linux", "ld64.so"))]
    modules = stubs.opened(some, loader)
    return tuple(
        Row(library=item.name.rpartition("/")[2], path=canonical(item.path, loader.disk),
            level=item.level, copies=_copies(item, loader, machine),
            reason=f"{reason.STUB} {modules[item.path]}" if item.path in modules
            else reason.explain(item, loader, machine))
        for item in some
    )


def _copies(item: Found, loader: Loader, machine: Cpu) -> tuple[str, ...]:
    there = reason.copies(item, loader, machine) if item.how != "path" else {}
    return tuple(level for level in machine.levels if level in there)


def canonical(path: str, disk: Disk) -> str:
    """Return a file's name as its package has it: links of directories followed, not its own."""
    directory, _, name = path.rpartition("/")
    return f"{disk.real(directory).rstrip('/')}/{name}" if path else ""


def _soname(name: str, disk: Disk, suppose: str, environ: Mapping[str, str]) -> Answer:
    own = elf.identity(Path(sys.executable))
    paths = [e.path for e in ldcache.read(disk).entries.get(name, ())]
    if disk.own and not suppose:
        paths.sort(key=lambda path: disk.identity(path) != own)
    some = next((path for path in paths if disk.identity(path)), "") or _libc(disk, own)
    loader, machine, notes = surroundings(target.read(some, disk), disk, suppose, environ)
    rows = explained([loader.find(name)], loader, machine)
    return Answer(target=name, cpu=machine.best, libraries=rows, notes=tuple(notes),
                  code=int(not rows[0].path))


def _is_soname(name: str, disk: Disk) -> bool:
    return "/" not in name and ".so" in name and not (disk.own and Path(name).is_file())


def _directory(found: Target, disk: Disk) -> str:
    """Return the directory of the loader, which is also that of the C library."""
    interpreter = found.object.interpreter
    name = PurePosixPath(interpreter).name
    if interpreter and not name.startswith(("ld-linux", "ld.so", "ld64.so")):
        raise HwcapsError(
            f"{found.path!r} asks for the loader {interpreter!r}, which is not glibc's",
            "Only glibc's loader knows levels.",
        )
    if interpreter and disk.exists(interpreter):
        return str(PurePosixPath(disk.real(interpreter)).parent)
    return str(PurePosixPath(_libc(disk, found.identity)).parent)


def _libc(disk: Disk, identity: bytes) -> str:
    around = sorted(disk.path("/usr/lib").glob("*/libc.so.6"))
    names = [f"/usr/lib/{path.parent.name}/{path.name}" for path in around]
    for name in names:
        if disk.identity(name) == identity:
            return name
    raise HwcapsError(
        "there is no C library for its architecture" + ("" if disk.own else f" below {disk.root}"),
        "So no loader would load it here.",
    )


def _library_path(environ: Mapping[str, str]) -> tuple[str, ...]:
    value = environ.get("LD_LIBRARY_PATH", "").replace(";", ":")
    return tuple(str(Path.cwd() / part) for part in value.split(":")) if value else ()


def _preloaded(found: Target, disk: Disk, environ: Mapping[str, str]) -> list[str]:
    words = environ.get("LD_PRELOAD", "") if disk.own and not found.setuid else ""
    with suppress(OSError):  # There is hardly ever such a file.
        words += " " + os.fsdecode(disk.path(PRELOAD).read_bytes())
    return words.replace(":", " ").split()
