# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real source packages: fetch them, convert them, build them with sbuild."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from debian.deb822 import Dsc
from support import TOP

from real import chroot, machine

HELPER = "/usr/lib/apt/apt-helper"
"""Downloads a file as apt does, and checks its sum."""
REVISION = "1000"
"""Debian revision of what we build: newer than the archive's."""


@dataclass(frozen=True)
class Source:
    """A source package of the archive, pinned."""

    name: str
    suite: str
    version: str
    sha256: str
    """Of the .dsc, which has the sums of the other files."""
    rules: str = ""
    """Lines that debian/rules needs: for a newer release, or to hand on dpkg's flags."""


ADDON = ("dh-hwcaps", "hwcaps-common")
LOG = "build.log"
SOURCE_PACKAGE = """
Package: {name}-src
Section: devel
Architecture: all
Multi-Arch: foreign
Depends: ${{misc:Depends}}
Description: source of {name}
 This package holds the source.
"""
UNSAFE = "echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/unsafe"
"""Lets dpkg in a throwaway chroot not wait for the disk."""


class SourceError(Exception):
    """A source cannot be had, converted or built; the message is what was said."""


@dataclass(frozen=True)
class Build:
    """What sbuild made of a source."""

    suite: str
    where: Path

    @cached_property
    def log(self) -> str:
        """All that sbuild said."""
        return (self.where / LOG).read_text(errors="replace")

    @cached_property
    def debs(self) -> dict[str, Path]:
        """All packages that dpkg can install, by name."""
        return {path.name.split("_")[0]: path for path in sorted(self.where.glob("*.deb"))
                if path.name.split("_")[0] not in ADDON}

    @cached_property
    def families(self) -> list[str]:
        """The packages that were split."""
        return [name.removesuffix("-generic") for name in self.debs if name.endswith("-generic")]

    @cached_property
    def report(self) -> list[str]:
        """What dh_hwcaps said to the build log."""
        return re.findall(r"^hwcaps: .+", self.log, re.MULTILINE)


def fetch(source: Source) -> Path:
    """Return the .dsc of a source package of the archive, its other files beside it.

    From the archive's pool, which also holds what the index of a release names no more.
    Raises SourceError.
    """
    where = machine.cached("sources") / source.name
    where.mkdir(exist_ok=True)
    dsc = where / f"{source.name}_{source.version.partition(':')[2] or source.version}.dsc"
    _download(source, dsc, source.sha256)
    for item in Dsc(dsc.read_text())["Checksums-Sha256"]:
        _download(source, where / item["name"], item["sha256"])
    return dsc


def unpack(source: Source, where: Path, revision: str = REVISION) -> Path:
    """Unpack a source beside its files, newer than the archive's; return the tree."""
    dsc = fetch(source)
    for path in dsc.parent.iterdir():
        shutil.copy(path, where)
    tree = where / "tree"
    run(["dpkg-source", "--no-check", "-x", dsc.name, tree], where)
    (where / dsc.name).unlink()
    _renumber(tree / "debian/changelog", revision)
    with (tree / "debian/rules").open("a") as rules:
        rules.write(source.rules)
    return tree


def add_source_package(tree: Path, name: str) -> None:
    """Let a tree give `name`-src."""
    control = tree / "debian/control"
    control.write_text(control.read_text().rstrip("\n") + "\n" + SOURCE_PACKAGE.format(name=name))


def pack(tree: Path) -> Path:
    """Make a source package of a tree, beside it; return the .dsc."""
    run(["dpkg-source", "-b", tree], tree.parent)
    return next(tree.parent.glob("*.dsc"))


def convert(source: Source, where: Path, *options: str) -> Path:
    """Unpack a source, split it by `dh_hwcaps convert`, pack it again; return the new .dsc."""
    tree = unpack(source, where)
    run([TOP / "dh_hwcaps", "convert", *options], tree)
    return pack(tree)


def copy(dsc: Path, where: Path) -> Path:
    """Copy a source package to another directory; return the .dsc there."""
    for path in (dsc, *(dsc.with_name(item["name"])
                        for item in Dsc(dsc.read_text())["Checksums-Sha256"])):
        shutil.copy(path, where)
    return where / dsc.name


def sbuild(
    dsc: Path, suite: str, addon: Sequence[Path], *arguments: str,
    present: Sequence[str] = (), **environment: str,
) -> Build:
    """Build a source as the ordinary user; the packages lie beside the .dsc then.

    `arguments` and `environment` are more of them for sbuild, `present` are packages that its
    chroots have from the start. Raises SourceError with the log.
    """
    where = dsc.parent
    for path in addon:
        shutil.copy(path, where)
    machine.give(where)
    code = machine.as_user(
        "env", *(f"{name}={value}" for name, value in environment.items()),
        "sbuild", "--dist", suite, "--chroot-mode=unshare",
        f"--chroot={chroot.tarball(suite, *present)}",
        "--no-run-lintian", "--nolog", f"--chroot-setup-commands={UNSAFE}", *arguments,
        *(f"--extra-package={where / path.name}" for path in addon), dsc.name,
        cwd=where, log=where / LOG,
    )
    build = Build(suite, where)
    if code:
        raise SourceError(build.log)
    return build


def addon(where: Path) -> list[Path]:
    """Build dh-hwcaps itself from this tree; return the packages that it takes to build."""
    tree = where / "dh-hwcaps"
    left_out = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(TOP, tree, symlinks=True, ignore=left_out)
    env = {"DEB_BUILD_OPTIONS": "nocheck", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    run(["dpkg-buildpackage", "-b", "-us", "-uc"], tree, machine.environment() | env)
    return [path for name in ADDON for path in where.glob(f"{name}_*.deb")]


def run(argv: list[str | Path], cwd: Path, env: dict[str, str] | None = None) -> str:
    """Return what a command says; raise SourceError when it fails."""
    done = subprocess.run(argv, cwd=cwd, env=env or machine.environment(), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SourceError(done.stdout)
    return done.stdout


def _download(source: Source, path: Path, sha256: str) -> None:
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
        return
    # https://wiki.debian.org/DebianRepository: lib packages have four letters.
    initial = source.name[:4] if source.name.startswith("lib") else source.name[0]
    pool = f"{machine.mirror().rstrip('/')}/pool/main/{initial}/{source.name}"
    run([HELPER, "download-file", f"{pool}/{quote(path.name)}", path, f"SHA256:{sha256}"],
        path.parent)


def _renumber(changelog: Path, revision: str) -> None:
    # Before the conversion, so that its Breaks and Replaces meet all versions of the archive.
    text, count = re.subn(r"-\w[^-)]*\)", f"-{revision})", changelog.read_text(), count=1)
    assert count
    changelog.write_text(text)
