# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in for the machine in unit tests."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dhhwcaps import control, isa, plan, run
from dhhwcaps.elf import SharedObject
from dhhwcaps.families import Family, Variant
from dhhwcaps.isa import Level
from dhhwcaps.libraries import Library

TRIPLET = "x86_64-linux-gnu"
LIB = f"/usr/lib/{TRIPLET}"

HWCAPS = "Depends: ${hwcaps:Depends}"
MODULES = "X-Hwcaps-Modules: usr/lib/a/*.so"
EVERYWHERE = (
    "foo", "libfoo-dev", "libfoo1", "libfoo1-generic", "libfoo1-avx512 amd64",
    "libfoo1-avx2 amd64", "libfoo1-power10 ppc64el", "libfoo1-z15 s390x",
)


class Commands:
    """Stands in for `run.attempt`: notes each command, answers some, moves files in Python."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str, str]] = {}
        self.ran: list[str] = []

    def say(self, command: str, out: str = "", err: str = "", code: int = 0) -> None:
        """Set the answer to all commands that begin with those words."""
        self.answers[command] = (code, out, err)

    def __call__(
        self, *argv: str | Path, cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> tuple[int, str, str]:
        line = run.line(argv, cwd=cwd)
        self.ran.append(line)
        for start, answer in self.answers.items():
            if f"{line} ".startswith(f"{start} "):
                return answer
        program, *words = map(str, argv)
        known = ("mkdir", "mv", "rm", "rmdir", "chmod", "cp")
        assert program in known, f"unexpected command: {line}"
        names = [Path(word) for word in words if not word.startswith(("-", "u+"))]
        getattr(self, f"_{program}")(names)
        return 0, "", ""

    def _mkdir(self, names: list[Path]) -> None:
        for name in names:
            name.mkdir(parents=True, exist_ok=True)

    def _mv(self, names: list[Path]) -> None:
        for name in names[:-1]:
            shutil.move(name, names[-1])

    def _cp(self, names: list[Path]) -> None:
        shutil.copy(*names, follow_symlinks=False)

    def _rm(self, names: list[Path]) -> None:
        for name in names:
            if name.is_dir():
                shutil.rmtree(name)
            else:
                name.unlink(missing_ok=True)

    def _rmdir(self, names: list[Path]) -> None:
        for name in names:
            name.rmdir()

    def _chmod(self, _names: list[Path]) -> None:
        pass


def level(name: str) -> Level:
    """Return a level that exists."""
    found = isa.named(name)
    assert found, name
    return found


def family(name: str, *suffixes: str) -> Family:
    """Return a family with variants of those suffixes."""
    variants = tuple(Variant(package=f"{name}-{s}", level=level(s)) for s in suffixes)
    return Family(name=name, variants=variants)


def shared_object(path: Path | str, soname: str = "libfoo.so.1", **rest: object) -> SharedObject:
    """Return what an ELF file says; by default it is a 64-bit library."""
    values = {"elf_class": "ELF64", "kind": "DYN", "soname": soname, **rest}
    return SharedObject(path=Path(path), **values)


def library(
    package: str = "libfoo1", file: str = "libfoo.so.1.0", directory: str = LIB, **rest: object
) -> Library:
    """Return a library in debian/PACKAGE."""
    path = Path("debian", package, directory.lstrip("/"), file)
    return Library(package=package, directory=directory, object=shared_object(path, **rest))


def stanzas(*texts: str) -> control.Source:
    """Return debian/control with those binary stanzas: `NAME [ARCH]`, then fields, if any."""
    made = ["Source: foo\nBuild-Depends: debhelper-compat (= 13)"]
    for text in texts:
        head, _, fields = text.partition("\n")
        name, _, arch = head.partition(" ")
        made.append(f"Package: {name}\nArchitecture: {arch or 'any'}\n{fields}")
    return control.parse("\n\n".join(made))


def planned(source: control.Source, arch: str = "amd64", **rest: frozenset[str]) -> plan.Plan:
    """Return the plan when debhelper acts on all packages."""
    values = {"selected": frozenset(p.name for p in source.packages), "baseline": frozenset()}
    return plan.make(source, arch=arch, **{**values, **rest})


def write(path: Path | str, text: str = "") -> Path:
    """Write a file, making its directory."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
