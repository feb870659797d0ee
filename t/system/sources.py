# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real source packages: fetch them, convert them, build them with sbuild."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import chroot
import machine
from debian.deb822 import Dsc
from support import TOP

CONFIGURATION = """\
Dir::Etc::SourceList "{where}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "{where}/lists";
Dir::Cache "{where}/cache";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
"""
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
    """Lines that debian/rules needs to be built on a newer release."""


ADDON = ("dh-hwcaps", "hwcaps-common")


@dataclass(frozen=True)
class Build:
    """What sbuild made of a converted source."""

    suite: str
    where: Path
    log: str = field(repr=False)

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
    """Return the .dsc of a source package of the archive, its other files beside it."""
    where = machine.cached("sources") / source.name
    if not list(where.glob("*.dsc")):
        where.mkdir(exist_ok=True)
        env = os.environ | {"APT_CONFIG": str(_configured(source.suite))}
        words = ["apt-get", "-q", "--download-only", "--only-source", "source",
                 f"{source.name}={source.version}"]
        subprocess.run(words, cwd=where, env=env, check=True)
    dsc = next(where.glob("*.dsc"))
    _check(dsc, source.sha256)
    for item in Dsc(dsc.read_text())["Checksums-Sha256"]:
        _check(dsc.parent / item["name"], item["sha256"])
    return dsc


def convert(source: Source, where: Path) -> Path:
    """Unpack a source, split it by `dh_hwcaps convert`, pack it again; return the new .dsc."""
    dsc = fetch(source)
    for path in dsc.parent.iterdir():
        shutil.copy(path, where)
    tree = where / "tree"
    _run(["dpkg-source", "--no-check", "-x", dsc.name, tree], where)
    (where / dsc.name).unlink()
    _renumber(tree / "debian/changelog")
    with (tree / "debian/rules").open("a") as rules:
        rules.write(source.rules)
    _run([TOP / "dh_hwcaps", "convert"], tree)
    _run(["dpkg-source", "-b", tree], where)
    return next(where.glob("*.dsc"))


def sbuild(dsc: Path, suite: str, addon: Sequence[Path]) -> Build:
    """Build a source as the ordinary user; the packages lie beside the .dsc then."""
    where = dsc.parent
    for path in addon:
        shutil.copy(path, where)
    machine.give(where)
    done = machine.as_user(
        "sbuild", "--dist", suite, "--chroot-mode=unshare", f"--chroot={chroot.tarball(suite)}",
        "--no-run-lintian", "--nolog",
        *(f"--extra-package={where / path.name}" for path in addon), dsc.name, cwd=where,
    )
    assert done.returncode == 0, done.stdout
    return Build(suite, where, done.stdout)


def addon(where: Path) -> list[Path]:
    """Build dh-hwcaps itself from this tree; return the packages that it takes to build."""
    tree = where / "dh-hwcaps"
    left_out = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(TOP, tree, symlinks=True, ignore=left_out)
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    env |= {"DEB_BUILD_OPTIONS": "nocheck", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    _run(["dpkg-buildpackage", "-b", "-us", "-uc"], tree, env)
    return [path for name in ADDON for path in where.glob(f"{name}_*.deb")]


def _configured(suite: str) -> Path:
    where = machine.cached("apt") / suite
    for name in ("lists/partial", "cache/archives/partial"):
        (where / name).mkdir(parents=True, exist_ok=True)
    (where / "sources.list").write_text(f"deb-src {machine.mirror()} {suite} main\n")
    path = where / "apt.conf"
    path.write_text(CONFIGURATION.format(where=where))
    subprocess.run(["apt-get", "-q", "update"], env=os.environ | {"APT_CONFIG": str(path)},
                   check=True)
    return path


def _check(path: Path, sha256: str) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    assert found == sha256, f"{path} has the SHA-256 {found}, not {sha256}"


def _renumber(changelog: Path) -> None:
    # Before the conversion, so that its Breaks and Replaces meet all versions of the archive.
    text, count = re.subn(r"-\w[^-)]*\)", f"-{REVISION})", changelog.read_text(), count=1)
    assert count
    changelog.write_text(text)


def _run(argv: list[str | Path], cwd: Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(argv, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
