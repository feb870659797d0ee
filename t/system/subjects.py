# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The source packages whose life is tried, in all versions that it takes; built once per suite."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numfoo
from real import chroot, machine, sources
from real.chroot import Chroot
from real.loading import LIBRARIES
from real.sources import Source
from support import TOP, Deb

HERE = Path(__file__).resolve().parent
ROLES = ("family", "generic", "avx2", "avx512")
LEVELS = {"x86-64-v3": "avx2", "x86-64-v4": "avx512"}
VERSIONS = ("old", "backport", "split", "next", "dropped", "unsplit")
"""`old` was never split; `split` and `next` are, `backport` is the former's; `dropped` has no
avx512 any more, and `unsplit` is not split any more."""
SIGN = "lifecycle-version="
PROBE = "/usr/local/bin/probe"
"""Loads libraries, and prints where it found them."""
TRANSITIONAL = """
Package: {family}-generic
Architecture: any
Multi-Arch: same
Section: oldlibs
Pre-Depends: {family} (= ${{binary:Version}})
Depends: ${{misc:Depends}}
Description: transitional package
 This package is empty and may be removed.
"""
BZIP2 = Source("bzip2", "trixie", "1.0.8-6",
               "cd3bfd77254a6b5ef1be144bdc90a0dd374bc8206afd98ba4abf828741b79820")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A source package."""

    name: str
    families: tuple[str, ...]
    sonames: dict[str, str]
    """SONAME → family."""
    program: str
    """Package that needs the libraries."""
    command: tuple[str, ...]
    """What runs it."""
    numbers: dict[str, str]
    """Version → its number."""
    code: tuple[str, ...]
    """A source file of each library."""
    unpack: Callable[[Path, bool], Path]
    """Makes the source tree in a directory, split or not."""
    plugins: tuple[str, ...] = ()

    def package(self, family: str, role: str) -> str:
        """Return the name of a family's member."""
        return family if role == "family" else f"{family}-{role}"

    def members(self, *roles: str) -> list[str]:
        """Return all families' packages of these roles, of all when none is given."""
        return [self.package(family, role) for role in roles or ROLES for family in self.families]


def _numfoo(where: Path, split: bool) -> Path:
    tree = where / "tree"
    numfoo.copy(tree)
    if not split:
        numfoo.unsplit(tree)
    return tree


def _bzip2(where: Path, split: bool) -> Path:
    tree = sources.unpack(BZIP2, where, "100")
    if split:
        sources.run([TOP / "dh_hwcaps", "convert", "--force"], tree)
    return tree


NUMFOO = Subject(
    name="numfoo", families=numfoo.LIBRARIES, program="numfoo", command=("numfoo", "1"),
    sonames=dict(zip(("libnumkernel.so.1", "libnummath.so.1", "libnumfoo.so.1"),
                     numfoo.LIBRARIES, strict=True)),
    numbers=dict(zip(VERSIONS, ("1.0", "1.1~bpo12+1", "1.1", "1.2", "1.3", "1.4"), strict=True)),
    code=("src/numkernel.c", "src/nummath.c", "src/numfoo.c"), unpack=_numfoo,
    plugins=tuple(f"{LIBRARIES}/numfoo/{name}.so" for name in numfoo.PLUGINS),
)
ESSENTIAL = Subject(
    name="bzip2", families=("libbz2-1.0",), program="bzip2", command=("bzip2", "--help"),
    sonames={"libbz2.so.1.0": "libbz2-1.0"},
    numbers={name: f"1.0.8-{number}" for name, number in
             zip(VERSIONS, ("100", "101~bpo12+1", "101", "102", "103", "104"), strict=True)},
    code=("bzlib.c",), unpack=_bzip2,
)
SUBJECTS = (NUMFOO, ESSENTIAL)


@dataclass(frozen=True)
class Packages:
    """A subject's packages as a suite builds them."""

    subject: Subject
    where: Path

    def of(self, version: str) -> list[Path]:
        """Return the packages of a version, without debug symbols."""
        return sorted(path for path in (self.where / version).glob("*.deb")
                      if "-dbgsym_" not in path.name)

    @property
    def support(self) -> list[Path]:
        """Return the packages that refuse to be installed on a lesser CPU, where they exist."""
        return sorted((self.where / "support").glob("*.deb"))

    def live(self, version: str) -> dict[str, str]:
        """Return the packages that a full installation of a version has, with their numbers."""
        found = {}
        for path in self.of(version):
            fields = Deb(path).fields
            role = next((role for role in ROLES if fields["Package"].endswith(f"-{role}")), "")
            if role not in ("avx2", "avx512") or "Provides" in fields:
                found[fields["Package"]] = fields["Version"]
        return {name: number for name, number in found.items()
                if name in self.subject.members()}


def packages(
    subject: Subject, suite: str, addon: list[Path], arch: str = "amd64",
    versions: Sequence[str] = VERSIONS,
) -> Packages:
    """Return a subject's packages; built when this tree's tool or recipe has changed."""
    where = machine.cached("subjects") / f"{suite}-{subject.name}-{arch}"
    with machine.alone(where):
        stamp = where / "stamp"
        if not stamp.exists() or stamp.read_text() != fingerprint():
            shutil.rmtree(where, ignore_errors=True)
            where.mkdir()
            stamp.write_text(fingerprint())
        missing = [version for version in versions if not (where / version).exists()]
        if missing:
            with chroot.throwaway(suite, arch=arch) as system:
                _build(subject, system, addon, where, missing)
    return Packages(subject, where)


def fingerprint() -> str:
    """Return a sum over all that the packages depend on, but for the suite."""
    files = [*TOP.glob("lib/**/*.p[ym]"), *TOP.glob("lib/dhhwcaps/*.c"), *TOP.glob("example/**/*"),
             *(HERE / name for name in ("numfoo.py", "subjects.py"))]
    total = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        total.update(path.read_bytes())
    return total.hexdigest()


def _build(
    subject: Subject, system: Chroot, addon: list[Path], where: Path, versions: list[str]
) -> None:
    system.publish(addon)
    system.install("dh-sequence-hwcaps")
    _fetch_support(system, where / "support")
    compile_probe(system)
    shutil.copy(system.path(PROBE), where)
    for version in versions:
        place = f"/build/{version}"
        system.path(place).mkdir(parents=True)
        place = f"{place}/{tree(subject, version, system.path(place)).name}"
        system.run(*chroot.APT, "--no-install-recommends", "--arch-only", "build-dep", place)
        _log, debs = numfoo.build(system, place, kind="-B")
        part = where / f"{version}.part"
        part.mkdir(exist_ok=True)
        for path in debs.values():
            shutil.copy(path, part)
        part.rename(where / version)


def _fetch_support(system: Chroot, where: Path) -> None:
    where.mkdir(exist_ok=True)
    for name in ("isa-support", *(f"{level}-support" for level in LEVELS)):
        system.attempt("sh", "-ec", f"cd /tmp && apt-get -q download {name}")
    for path in system.path("/tmp").glob("*-support_*.deb"):
        shutil.copy(path, where)


def tree(subject: Subject, version: str, where: Path) -> Path:
    """Return the source tree of a subject's version; its libraries say which that is."""
    number = subject.numbers[version]
    path = subject.unpack(where, version not in ("old", "unsplit"))
    numfoo.version(path, number)
    if subject is NUMFOO:
        numfoo.furnish(path, number)
    if version == "dropped":
        numfoo.drop(path, ["-avx512"])
    if version == "unsplit":
        _take_back(path, subject, number)
    for name in subject.code:
        with (path / name).open("a") as code:
            code.write(f'\n__attribute__((used)) static const char sign[] = "{SIGN}{number}";\n')
    return path


def _take_back(path: Path, subject: Subject, number: str) -> None:
    # What a maintainer writes who gives up the split: see dh-hwcaps(7).
    control = path / "debian/control"
    text = control.read_text()
    for family in subject.families:
        older = f"(<< {number}~)"
        levels = ", ".join(f"{family}-{suffix} {older}" for suffix in LEVELS.values())
        lines = (f"Breaks: {family}-generic:${{Arch}} {older}, {levels}\n"
                 f"Replaces: {family}-generic {older}\n")
        text, count = re.subn(rf"^Package: {re.escape(family)}\n", rf"\g<0>{lines}", text,
                              flags=re.MULTILINE)
        assert count == 1
        text += TRANSITIONAL.format(family=family)
    control.write_text(text)


def compile_probe(system: Chroot) -> None:
    """Install the program that loads libraries."""
    shutil.copy(HERE / "probe.c", system.path("/tmp/probe.c"))
    system.run("cc", "-O2", "-Wall", "-o", PROBE, "/tmp/probe.c")


def signed(path: Path) -> str:
    """Return the version that a library says it is of; empty when it says none."""
    found = re.search(SIGN.encode() + rb"([^\0]+)", path.read_bytes())
    return found[1].decode() if found else ""


