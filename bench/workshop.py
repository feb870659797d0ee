# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""A chroot with all that a source package needs to be built, and the package, plain and split."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.pins import Pin
from dhhwcaps import layout
from real import chroot, machine, sources
from real.cases import Case
from real.chroot import Chroot
from real.sources import Source
from support import TOP

from bench import measure, surroundings
from bench.measure import Cost
from bench.ways import Way

PRESENT = ("debhelper", "python3-debian", "python3-plumbum")
HERE = "/srv/bench"
TREE = f"{HERE}/build/tree"
AUTHOR = {"DEBFULLNAME": "dh-hwcaps developers", "DEBEMAIL": "dh-hwcaps@packages.debian.org"}
TOOLS = ("gcc", "binutils", "debhelper", "dpkg-dev", "libc6", "python3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A system in which one source package can be built again and again."""

    system: Chroot
    log: Path

    def build(self, way: Way, options: Sequence[str] = ("-b",)) -> Cost:
        """Build the package from its source; the packages lie beside the tree then.

        Only dpkg-buildpackage counts, and what leads into the chroot.  Raises BenchError.
        """
        where = self.system.path(TREE)
        shutil.rmtree(where.parent, ignore_errors=True)
        shutil.copytree(self.system.path(f"{HERE}/{source(way)}"), where, symlinks=True)
        argv = self.system.entering(
            "sh", "-ec", f'cd {TREE}; exec "$@"', "sh", "dpkg-buildpackage", "-us", "-uc",
            *options, env=environment(way, surroundings.cores()),
        )
        return measure.run(argv, self.log, env=chroot.ENVIRONMENT)

    def report(self) -> dict[str, object]:
        """Return what dh_hwcaps reports of the last build; {} where it was a plain one."""
        path = self.system.path(TREE) / layout.REPORT
        found: dict[str, object] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def keep(self, name: str) -> str:
        """Unpack the packages of the last build; return where, as seen from inside."""
        where = f"{HERE}/{name}"
        self.system.shell(f"rm -rf {where}; mkdir {where}; for deb in {HERE}/build/*.deb;"
                          f" do dpkg-deb -x $deb {where}; done")
        return where

    def versions(self) -> str:
        """Return the versions of what builds the packages."""
        said = self.system.run("dpkg-query", "-W", *TOOLS)
        return surroundings.versions(TOOLS, said)


def pin(package: Source) -> Pin:
    """Return a package that is only built, or used by a driver of ours."""
    return Pin(case=Case(source=package, packages=(), command="", sonames=(), client=("", "", "")))


def source(way: Way) -> str:
    """Return the name of the directory with the source that a way starts from."""
    return "split" if way.split else "plain"


def environment(way: Way, jobs: int) -> dict[str, str]:
    """Return what a build's environment has besides the chroot's own: no tests, so many jobs."""
    return {"DEB_BUILD_OPTIONS": f"nocheck parallel={jobs}", **way.env}


@contextmanager
def opened(pin: Pin, addon: Sequence[Path], log: Path) -> Iterator[Workshop]:
    """Open a workshop for one package of the archive; `addon` are the packages of dh-hwcaps.

    Raises SourceError or ChrootError when the source cannot be had, converted, or built here.
    """
    with machine.workspace("bench") as where, system(pin.source.suite, addon) as made:
        tree = sources.unpack(pin.source, where)
        place(made, tree, "plain")
        sources.run([TOP / "dh_hwcaps", "convert", *pin.options], tree,
                    machine.environment() | AUTHOR)
        place(made, tree, "split")
        for name in ("plain", "split"):
            made.run(*chroot.APT, "--no-install-recommends", "build-dep", f"{HERE}/{name}")
        yield Workshop(system=made, log=log)


@contextmanager
def system(suite: str, addon: Sequence[Path]) -> Iterator[Chroot]:
    """Make a chroot of that release into which dh-hwcaps can be installed."""
    with chroot.throwaway(suite, *PRESENT) as made:
        made.publish(addon)
        yield made


def place(made: Chroot, tree: Path, name: str) -> None:
    """Copy a source tree into a chroot."""
    target = made.path(f"{HERE}/{name}")
    shutil.copytree(tree, target, symlinks=True)
    made.run("chown", "-R", "root:", f"{HERE}/{name}")


def described(versions: Mapping[str, str]) -> str:
    """Return versions by package as one text, those once that are the same everywhere."""
    return "; ".join(dict.fromkeys(versions.values()))
