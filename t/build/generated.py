# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A system with any number of families, made without dpkg: a root directory to look at."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import support

SUFFIXES = {"avx2": "x86-64-v3", "avx512": "x86-64-v4"}
VERSION = "1.0-1"


@dataclass(frozen=True)
class Generated:
    """A root directory with families libgen0000, libgen0001, … and a program that needs all."""

    root: Path
    count: int

    @property
    def libraries(self) -> Path:
        """Where the libraries are."""
        return self.root / "usr/lib" / support.triplet()

    @property
    def names(self) -> list[str]:
        """The families."""
        return [f"libgen{n:04}" for n in range(self.count)]

    def stanza(self, package: str, **fields: str) -> str:
        """What dpkg's status file says of an installed package."""
        given = {"Status": "install ok installed", "Version": VERSION,
                 "Architecture": support.architecture(), "Multi-Arch": "same",
                 "Installed-Size": "100", "Maintainer": "none <none@example.org>",
                 "Description": "generated"} | fields
        rows = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in given.items())
        return f"Package: {package}\n{rows}\n"

    def ldconfig(self) -> None:
        """Do what the trigger of the packages does."""
        gain_root = [] if os.getuid() == 0 else ["unshare", "--map-root-user"]
        argv = [*gain_root, "/usr/sbin/ldconfig", "-r", self.root]
        subprocess.run(argv, check=True, capture_output=True)


def make(where: Path, count: int) -> Generated:
    """Fill a directory; the libraries are of this machine's architecture."""
    made = Generated(where, count)
    database = where / "var/lib/dpkg"
    for directory in (database / "info", database / "updates", where / "etc", where / "usr/bin"):
        directory.mkdir(parents=True)
    (database / "info/format").write_text("1\n")  # names of lists carry the architecture
    (where / "lib").symlink_to("usr/lib")
    (where / "etc/ld.so.conf").write_text(f"/usr/lib/{support.triplet()}\n")
    _libraries(made)
    (database / "status").write_text(
        made.stanza("dpkg") + "".join(_family(made, name) for name in made.names)
    )
    made.ldconfig()
    return made


def _libraries(made: Generated) -> None:
    base = made.root / "template"
    templates = {"": _compile(base, "")}
    templates |= {level: _compile(base, level) for level in SUFFIXES.values()}
    for level, content in templates.items():
        directory = made.libraries / (f"glibc-hwcaps/{level}" if level else "")
        directory.mkdir(parents=True, exist_ok=True)
        for name in made.names:
            path = directory / f"{name}.so.1"
            path.write_bytes(content.replace(b"libgen0000", name.encode()))
    libraries = sorted(made.libraries.glob("*.so.1"))
    source = made.root / "main.c"
    source.write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "-o", made.root / "usr/bin/prog", source, "-Wl,--no-as-needed",
                    *libraries], check=True)


def _compile(base: Path, level: str) -> bytes:
    source = base.with_suffix(".c")
    source.write_text("int gen(void) { return 1; }\n")
    mark = [f"-Wl,-z,{level}"] if level else []
    output = base.with_suffix(".so")
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libgen0000.so.1", *mark, "-o", output,
                    source], check=True)
    return output.read_bytes()


def _family(made: Generated, name: str) -> str:
    arch = support.architecture()
    info = made.root / "var/lib/dpkg/info"
    lib = f"/usr/lib/{support.triplet()}"
    (info / f"{name}:{arch}.list").write_text("/.\n")
    (info / f"{name}-generic:{arch}.list").write_text(f"/.\n{lib}/{name}.so.1\n")
    members = [f"{name}-generic (= {VERSION})"]
    text = made.stanza(f"{name}-generic")
    for suffix, level in SUFFIXES.items():
        (info / f"{name}-{suffix}:{arch}.list").write_text(
            f"/.\n{lib}/glibc-hwcaps/{level}/{name}.so.1\n")
        text += made.stanza(f"{name}-{suffix}", Provides=f"{name}-hwcaps (= {VERSION})")
        members.append(f"{name}-{suffix} (= {VERSION})")
    return text + made.stanza(name, Pre_Depends=" | ".join(members),
                              Recommends=", ".join(members[1:]))
