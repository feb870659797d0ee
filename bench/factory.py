# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make a subject's libraries, generic and for each level, and a source package that has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import run
from support import triplet

from bench import generated, ways
from bench.generated import Subject

GENERIC = "generic"
SOURCE, FAMILY = "own", "libown1"
SONAME = "libown0000.so.1"
"""The number is that of the library; all have the same code."""
CONTROL = """\
Source: {source}
Maintainer: dh-hwcaps developers <dh-hwcaps@packages.debian.org>
Build-Depends: debhelper-compat (= 13), dh-sequence-hwcaps
Rules-Requires-Root: no

Package: {family}
Architecture: any
Multi-Arch: same
Pre-Depends: ${{hwcaps:Pre-Depends}}
Depends: ${{misc:Depends}}, ${{shlibs:Depends}}
Recommends: ${{hwcaps:Recommends}}
Description: generated

Package: {family}-generic
Architecture: any
Multi-Arch: same
Depends: ${{misc:Depends}}, ${{shlibs:Depends}}
Breaks: ${{hwcaps:Breaks}}
Replaces: {family} (<< 1~)
Description: generated
"""
VARIANT = """
Package: {family}-{suffix}
Architecture: amd64
Multi-Arch: same
Depends: ${{misc:Depends}}, ${{shlibs:Depends}}, ${{hwcaps:Depends}}
Breaks: ${{hwcaps:Breaks}}
Provides: ${{hwcaps:Provides}}
Description: generated
"""
CHANGELOG = f"""\
{SOURCE} (1) unstable; urgency=medium

  * Generated.

 -- dh-hwcaps developers <dh-hwcaps@packages.debian.org>  Thu, 01 Jan 2026 00:00:00 +0000
"""
RULES = """\
#!/usr/bin/make -f
# Nothing is compiled: what is measured is what dh_hwcaps does around it.
clean build-arch:

install-arch:
	mkdir -p {staging}
	ln {made}/$(DH_HWCAPS_LEVEL)/* {staging}
	dh_hwcaps_collect
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A source tree, and the libraries that its build would make."""

    tree: Path
    libraries: Path
    """Has a directory for generic and each level."""

    @property
    def staging(self) -> Path:
        """Where the family's libraries are installed."""
        return self.tree / "debian" / FAMILY / "usr/lib" / triplet()


def make(subject: Subject, where: Path) -> Made:
    """Make all of a subject below a directory; the generic libraries are installed already.

    Files are linked, not copied.
    """
    made = Made(tree=where / "tree", libraries=where / "made")
    for name in (GENERIC, *(level.name for level in ways.levels())):
        target = made.libraries / name
        target.mkdir(parents=True)
        _library(subject, name, where / "parts", target / SONAME)
        multiply(target, [f"libown{number:04}.so.1" for number in range(subject.count)])
    made.staging.mkdir(parents=True)
    for path in (made.libraries / GENERIC).iterdir():
        (made.staging / path.name).hardlink_to(path)
    _package(made)
    return made


def control() -> str:
    """Return the text of debian/control."""
    head = CONTROL.format(source=SOURCE, family=FAMILY)
    return head + "".join(VARIANT.format(family=FAMILY, suffix=level.suffix)
                          for level in ways.levels())


def linking(name: str) -> Sequence[str]:
    """Return the linker's options for generic or a level, which is marked."""
    marks = [level.name for level in ways.levels() if level.name == name and level.mark]
    return ("-shared", "-soname", SONAME, "--build-id", "--hash-style=gnu",
            *(word for mark in marks for word in ("-z", mark)))


def _library(subject: Subject, name: str, parts: Path, target: Path) -> None:
    parts.mkdir(exist_ok=True)
    flag = f"-march={ways.BASELINE if name == GENERIC else name}"
    (parts / "code.bin").write_bytes(generated.code())
    with (parts / "info.bin").open("wb") as information:
        information.writelines(generated.debug(subject, flag))
    (parts / "abbrev.bin").write_bytes(generated.abbreviations())
    with (parts / "library.s").open("w") as file:
        file.writelines(f"{line}\n" for line in generated.assembler(subject, name))
    run.output("as", "library.s", "-o", "library.o", cwd=parts)
    run.output("ld", *linking(name), "library.o", "-o", target, cwd=parts)
    for path in parts.iterdir():
        path.unlink()


def multiply(directory: Path, names: Sequence[str]) -> None:
    """Make libraries like the first of them, which is there; their SONAMEs are equally long."""
    content = (directory / names[0]).read_bytes() if names[1:] else b""
    for name in names[1:]:
        (directory / name).write_bytes(content.replace(names[0].encode(), name.encode()))


def _package(made: Made) -> None:
    debian = made.tree / "debian"
    (debian / "control").write_text(control())
    (debian / "changelog").write_text(CHANGELOG)
    staging = made.staging.relative_to(made.tree)
    (debian / "rules").write_text(RULES.format(staging=staging, made=made.libraries))
    (debian / "rules").chmod(0o755)
