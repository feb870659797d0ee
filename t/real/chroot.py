# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Throwaway chroots of a release, in layers, and repositories of a few packages in them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from real import machine

ENTER = """
mount -t proc proc "$0/proc"
exec chroot "$0" "$@"
"""
NATIVE = ("amd64", "i386")
AS_ARCH = Path(__file__).with_name("as-arch")
"""Lets programs of other architectures run."""
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}
APT = ("apt-get", "-q", "-y")
REPOSITORY = "/srv/repository"
PREFERENCES = 'Package: *\nPin: origin ""\nPin-Priority: 1001\n'
"""What lies in a local repository wins, also over newer versions of the archive."""


class ChrootError(Exception):
    """A command failed in a chroot; the message is what it said."""


@dataclass(frozen=True)
class Chroot:
    """A system that may be changed at will."""

    suite: str
    root: Path
    layers: tuple[Path, ...] = ()
    """The directories that it consists of, its own changes first."""
    arch: str = "amd64"

    def run(
        self, *argv: str, env: Mapping[str, str] | None = None, within: Sequence[str] = ()
    ) -> str:
        """Return what a command says; `within` is a command that runs it in an own world."""
        done = self.attempt(*argv, env=env, within=within)
        if done.returncode:
            raise ChrootError(f"{' '.join(argv)}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout

    def attempt(
        self, *argv: str, env: Mapping[str, str] | None = None, within: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever becomes of it."""
        words = [*within, *_emulator(self.arch), *self.entering(*argv, env=env)]
        return subprocess.run(
            words, env=ENVIRONMENT, text=True, errors="replace", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )

    def entering(self, *argv: str, env: Mapping[str, str] | None = None) -> list[str]:
        """Return a command that runs this one in the chroot."""
        space = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", ENTER]
        # By env(1), since it is not meant for the programs that lead into the chroot.
        words = ["env", *(f"{name}={value}" for name, value in (env or {}).items()), *argv]
        return [*space, str(self.root), *words]

    def shell(self, script: str, env: Mapping[str, str] | None = None) -> str:
        """Return what a shell script says."""
        return self.run("sh", "-ec", script, env=env)

    def install(self, *packages: str) -> str:
        """Install packages by apt-get, without those only recommended."""
        return self.run(*APT, "--no-install-recommends", "install", *packages)

    def path(self, inside: str) -> Path:
        """Return a file's path outside; links in it must be relative."""
        return self.root / inside.lstrip("/")

    def publish(self, debs: Iterable[Path]) -> None:
        """Make these the packages of the local repository, which wins over the archive."""
        where = self.path(REPOSITORY)
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        for deb in debs:
            shutil.copy(deb, where)
        index = subprocess.check_output(["dpkg-scanpackages", "--multiversion", "."], cwd=where,
                                        stderr=subprocess.DEVNULL)
        (where / "Packages").write_bytes(index)
        apt = self.path("/etc/apt")
        (apt / "sources.list.d/local.list").write_text(
            f"deb [trusted=yes] file:{REPOSITORY} ./\n"
        )
        (apt / "preferences.d/local").write_text(PREFERENCES)
        self.run(*APT, "update")

    def versions(self) -> dict[str, str]:
        """Return all installed packages with their versions."""
        said = self.run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\\n")
        rows = [line.split() for line in said.splitlines()]
        return {row[1]: row[2] for row in rows if row[0] == "installed"}


def tarball(suite: str, *packages: str, arch: str = "amd64") -> Path:
    """Return a tarball of a minimal system for building, with packages; made when missing."""
    path = machine.cached("chroots") / f"{'-'.join([suite, *packages])}-{arch}.tar"
    with machine.alone(path):
        if not path.exists():
            _bootstrap(suite, packages, path, arch)
    return path


def _emulator(arch: str) -> list[str]:
    return [] if arch in NATIVE else [str(AS_ARCH), arch]


def _bootstrap(suite: str, packages: Iterable[str], path: Path, arch: str) -> None:
    made = path.with_suffix(".part.tar")
    # apt-utils: bookworm's sbuild puts its own apt solver into chroots that have none.
    # Valid-Until: a frozen mirror does as well.
    subprocess.run(
        [*_emulator(arch), "mmdebstrap", "--quiet", "--variant=buildd", "--mode=root",
         f"--include={','.join(['apt-utils,ca-certificates,fakeroot', *packages])}",
         f"--architectures={arch}", '--aptopt=Acquire::Check-Valid-Until "false"', suite, made,
         machine.mirror()],
        check=True,
    )
    made.rename(path)


def _unpacked(packed: Path) -> Path:
    # The tarball's content, for others to lie on.
    path = packed.with_suffix("")
    with machine.alone(path):
        if not path.exists() or path.stat().st_mtime < packed.stat().st_mtime:
            made = path.with_suffix(".part")
            for left in (path, made):
                shutil.rmtree(left, ignore_errors=True)
            made.mkdir()
            subprocess.run(["tar", "-C", made, "--numeric-owner", "-xpf", packed], check=True)
            os.utime(made)
            made.rename(path)
    return path


@contextmanager
def fresh(suite: str, *packages: str, arch: str = "amd64") -> Iterator[Chroot]:
    """A chroot of that release, with packages, that nothing is to be installed in."""
    below = (_unpacked(tarball(suite, *packages, arch=arch)),)
    with _layered(Chroot(suite, Path(), below, arch)) as made:
        yield made


@contextmanager
def throwaway(
    suite: str, *packages: str, archive: bool = True, arch: str = "amd64"
) -> Iterator[Chroot]:
    """A fresh chroot of that release, with packages; it may know none but what is published."""
    with fresh(suite, *packages, arch=arch) as made:
        root = made.root
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        (root / "etc/dpkg/dpkg.cfg.d/unsafe").write_text("force-unsafe-io\n")
        (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (root / "usr/sbin/policy-rc.d").chmod(0o755)
        if not archive:
            (root / "etc/apt/sources.list").write_text("")
        made.run(*APT, "update")
        yield made


@contextmanager
def copy(system: Chroot) -> Iterator[Chroot]:
    """A chroot that begins as another one is, which may not change as long as this exists."""
    with _layered(system) as made:
        yield made


@contextmanager
def _layered(system: Chroot) -> Iterator[Chroot]:
    # Changes go to memory: quick, and an overlay may lie on whatever file system /var/tmp has.
    with machine.workspace(system.suite) as where, mounted("tmpfs", "tmpfs", where):
        where.chmod(0o755)
        root, own, work = (where / name for name in ("root", "own", "work"))
        for path in (root, own, work):
            path.mkdir()
        options = f"lowerdir={':'.join(map(str, system.layers))},upperdir={own},workdir={work}"
        with mounted("overlay", "overlay", root, "-o", options):
            yield replace(system, root=root, layers=(own, *system.layers))


@contextmanager
def mounted(kind: str, what: str | Path, where: Path, *options: str) -> Iterator[None]:
    """Mount a file system for as long as it is needed; `what` is as mount(8) wants it."""
    subprocess.run(["mount", "-t", kind, *options, what, where], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", where], check=True)
