# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Convert a source and build it: plain, converted with its tests, converted in another path."""

from __future__ import annotations

import difflib
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from debian.deb822 import Deb822, Dsc
from real import machine, sources
from real.sources import Build
from support import TOP

from corpus.buildlog import PRINT_REPORT, TIMES
from corpus.pins import SUITE, Pin

PARALLEL = "parallel=2"
OTHER_PATH = "--build-path=/build/another-path-that-is-longer/source"
PRESENT = ("debhelper", "python3-debian", "python3-plumbum")
"""What nearly all builds install."""
SAID = "said"
TIMED = "/usr/local/bin/timed"
MAKE_TIMED = (
    f"printf '#!/bin/sh\\n\"$@\"; code=$?; echo; echo \"{TIMES}\"; times; exit $code\\n' >{TIMED}"
    f" && chmod 755 {TIMED}"
)
"""Makes the command that runs dpkg-buildpackage and tells how much of the CPU it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of a source."""

    dsc: Path
    said: str
    difference: str


def workshop(pin: Pin) -> Path:
    """Return the directory where a package's sources and builds are kept."""
    return machine.cached("corpus") / pin.name


def key(pin: Pin, addon: Sequence[Path] = ()) -> str:
    """Return what a build depends on: the source, and for converted ones dh-hwcaps itself."""
    words = [pin.source.sha256, *pin.options, *filter(None, [pin.source.rules])]
    found = sha256(" ".join(words).encode())
    for path in sorted(addon):
        found.update(path.read_bytes())
    return found.hexdigest()


def convert(pin: Pin, addon: Sequence[Path]) -> Conversion:
    """Convert the source, as its maintainer would for an upload; raise SourceError."""
    where = workshop(pin) / "converted"
    _once(where, key(pin, addon), lambda: _convert(pin, where))
    return Conversion(
        dsc=next(where.glob("*.dsc")),
        said=(where / SAID).read_text(),
        difference=(where / "difference").read_text(),
    )


def plain(pin: Pin, name: str = "plain", *arguments: str, tests: bool = False) -> Build:
    """Build the source as the archive has it; the build is kept under that name.

    What its rules need besides is in both builds, so that the conversion is all that differs.
    """
    where = workshop(pin) / name

    def make() -> None:
        if pin.source.rules:
            tree = sources.unpack(pin.source, where)
            dsc = sources.pack(tree)
            shutil.rmtree(tree)
        else:
            dsc = _copy(sources.fetch(pin.source), where)
        _sbuild(dsc, (), *arguments, tests=tests)

    _once(where, key(pin), make)
    return Build(SUITE, where)


def converted(
    pin: Pin, addon: Sequence[Path], name: str, *arguments: str, tests: bool = False
) -> Build:
    """Build the converted source; the build is kept under that name."""
    where = workshop(pin) / name

    def make() -> None:
        dsc = convert(pin, addon).dsc
        _sbuild(_copy(dsc, where), addon, *arguments, tests=tests)

    _once(where, key(pin, addon), make)
    return Build(SUITE, where)


def differing(one: Build, other: Build) -> list[str]:
    """Return the packages, udebs too, that two builds made differently or only one made."""
    first, second = (
        {path.name.split("_")[0]: sha256(path.read_bytes()).digest() for path in packages(build)}
        for build in (one, other)
    )
    return sorted(name for name in first | second if first.get(name) != second.get(name))


def packages(build: Build) -> list[Path]:
    """Return the package files, udebs too, without those of dh-hwcaps."""
    return [*build.debs.values(), *sorted(build.where.glob("*.udeb"))]


def _copy(dsc: Path, where: Path) -> Path:
    for name in (dsc.name, *(item["name"] for item in Dsc(dsc.read_text())["Files"])):
        shutil.copy(dsc.parent / name, where)
    return where / dsc.name


def _sbuild(dsc: Path, addon: Sequence[Path], *arguments: str, tests: bool) -> None:
    configuration = dsc.parent / "sbuild.conf"
    chroots = f"{tempfile.gettempdir()}/tmp.sbuild.XXXXXXXXXX"
    configuration.write_text(
        f"$build_env_cmnd = '{TIMED}';\n$unshare_tmpdir_template = '{chroots}';\n1;\n"
    )
    sources.sbuild(
        dsc, SUITE, addon, "--arch-all", "--no-apt-upgrade", "--no-apt-distupgrade",
        f"--chroot-setup-commands={MAKE_TIMED}",
        f"--finished-build-commands={PRINT_REPORT}", *arguments, present=PRESENT,
        DEB_BUILD_OPTIONS=PARALLEL if tests else f"{PARALLEL} nocheck",
        SBUILD_CONFIG=str(configuration),
    )


def _convert(pin: Pin, where: Path) -> None:
    tree = sources.unpack(pin.source, where)
    before = _debian(tree)
    maintainer = Deb822((tree / "debian/control").read_text())["Maintainer"]
    name, _, address = maintainer.rpartition("<")
    author = {"DEBFULLNAME": name.strip(), "DEBEMAIL": address.rstrip("> ")}
    environment = machine.environment() | author
    said = sources.run([TOP / "dh_hwcaps", "convert", *pin.options], tree, environment)
    # What convert writes must be what check wants; fails for errors only.
    sources.run([TOP / "dh_hwcaps", "check"], tree, environment)
    changelog = tree / "debian/changelog"
    changelog.write_text(changelog.read_text().replace(" UNRELEASED;", " unstable;", 1))
    dsc = sources.pack(tree)
    after = _debian(tree)
    shutil.rmtree(tree)
    (dsc.parent / SAID).write_text(said)
    (dsc.parent / "difference").write_text("".join(
        line for name in sorted(before | after)
        for line in difflib.unified_diff(before.get(name, []), after.get(name, []), name, name)
    ))


def _debian(tree: Path) -> dict[str, list[str]]:
    return {
        str(path.relative_to(tree)): path.read_text(errors="replace").splitlines(keepends=True)
        for path in (tree / "debian").rglob("*") if path.is_file()
    }


def _once(where: Path, wanted: str, make: Callable[[], None]) -> None:
    stamp = where / "key"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    make()
    stamp.write_text(wanted)


def changed(difference: str) -> dict[str, str]:
    """Return how many lines a unified diff adds and removes, "+2 -1" by file."""
    found = {}
    for part in re.split(r"^--- ", difference, flags=re.MULTILINE)[1:]:
        name, *lines = part.splitlines()
        body = lines[1:]
        added, removed = (sum(line.startswith(sign) for line in body) for sign in "+-")
        found[name.strip()] = f"+{added} -{removed}"
    return found
