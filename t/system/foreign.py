# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Other architectures: their CPUs as QEMU has them, and source packages to be cross-built."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numfoo
from corpus.pins import PINS
from real import cases, sources
from real.chroot import Chroot
from support import TOP, copy_source

HERE = Path(__file__).resolve().parent
SUITE = "bookworm"

@dataclass(frozen=True, kw_only=True)
class Cpu:
    """A CPU that QEMU emulates, and what the loader takes there."""

    model: str
    """As in QEMU_CPU."""
    level: str
    """The best level; empty for the generic library."""
    more: int = 0
    """Bits that AT_HWCAP is to have besides: QEMU cannot say that it has all of a level."""


@dataclass(frozen=True, kw_only=True)
class Arch:
    """An architecture of Debian."""

    name: str
    qemu: str
    triplet: str
    loader: str
    cpus: tuple[Cpu, ...]
    """Lowest level first."""

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that CPUs have, lowest first."""
        return tuple(cpu.level for cpu in self.cpus if cpu.level)

    def upto(self, cpu: Cpu) -> tuple[str, ...]:
        """The levels whose code a CPU can run, lowest first."""
        return self.levels[:self.levels.index(cpu.level) + 1] if cpu.level else ()


# AT_HWCAP of s390x, as glibc's dl-hwcaps-subdirs.c asks for it: 12 VXD, 13 VXE, 14 GS; 15 VXE2,
# 16 PDE; 19 PDE2.  QEMU runs most of these levels' instructions, but does not claim to.
ARCHS = (
    Arch(
        name="ppc64el", qemu="ppc64le", triplet="powerpc64le-linux-gnu",
        loader="/lib64/ld64.so.2", cpus=(
            Cpu(model="power8", level=""), Cpu(model="power9", level="power9"),
            Cpu(model="power10", level="power10"),
        ),
    ),
    Arch(
        name="s390x", qemu="s390x", triplet="s390x-linux-gnu", loader="/lib/ld64.so.1", cpus=(
            Cpu(model="max,vx=off", level=""), Cpu(model="max", level="z13"),
            Cpu(model="max", level="z14", more=0x7000),
            Cpu(model="max", level="z15", more=0x1F000),
            Cpu(model="max", level="z16", more=0x9F000),
        ),
    ),
    Arch(
        name="arm64", qemu="aarch64", triplet="aarch64-linux-gnu",
        loader="/lib/ld-linux-aarch64.so.1", cpus=(Cpu(model="max", level=""),),
    ),
)
LEVELS = tuple(level for arch in ARCHS for level in arch.levels)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A source package that can be cross-built."""

    name: str
    unpack: Callable[[Path], Path]
    """Makes the source tree in a directory."""
    sonames: tuple[str, ...]
    packages: tuple[str, ...] = ()
    """What has the program."""
    command: str = "true"
    """Uses the libraries; /tmp/input is there."""
    named: tuple[str, ...] = ()
    """The packages to convert, where convert is to be told."""
    directory: str = ""
    """Where the libraries are, below the usual directory."""
    stubs: tuple[str, ...] = ()
    """Of modules: what is opened in the libraries' place, below the usual directory."""

    def opened(self, arch: Arch) -> tuple[str, ...]:
        """Return what a program asks the loader for."""
        return tuple(f"/usr/lib/{arch.triplet}/{path}" for path in self.stubs) or self.sonames


def _numfoo(where: Path) -> Path:
    tree = where / "tree"
    numfoo.copy(tree)
    return tree


def _plugins(where: Path) -> Path:
    return copy_source(where, "plugins", "1.0")


def _archive(name: str) -> Callable[[Path], Path]:
    found = [*cases.CASES, *(pin.case for pin in PINS)]
    source = next(case.source for case in found if case.source.name == name)
    return lambda where: sources.unpack(source, where)


SUBJECTS = (
    Subject(name="numfoo", unpack=_numfoo, packages=("numfoo",), command="numfoo 1",
            sonames=("libnumkernel.so.1", "libnummath.so.1", "libnumfoo.so.1")),
    Subject(name="lz4", unpack=_archive("lz4"), packages=("lz4",), sonames=("liblz4.so.1",),
            command="lz4 -q -c /tmp/input | lz4 -q -d -c | cmp - /tmp/input"),
    # Nothing uses it: its constructors call libm's cos(), which QEMU 7.2 cannot run as power8
    # (mffscrni, an older instruction there).
    Subject(name="libmodplug", unpack=_archive("libmodplug"), packages=("libmodplug1",),
            sonames=("libmodplug.so.1",)),
    Subject(name="plugins", unpack=_plugins, packages=("foo",), named=("foo-plugins",),
            command="foo /usr/lib/*/foo quiet | grep -q 'plugin9.*threw plugin 9'",
            sonames=("foo-plugins.foo.plugin1.so",), directory="/hwcaps/foo-plugins",
            stubs=("foo/plugin1.so",)),
)


def source(subject: Subject, where: Path) -> Path:
    """Make a source package that is split, with all levels of these architectures."""
    tree = subject.unpack(where)
    # apt needs liblz4-1.
    options = (f"--levels={','.join(LEVELS)}", "--force")
    sources.run([TOP / "dh_hwcaps", "convert", *options, *subject.named], tree)
    return sources.pack(tree)


def loaded(system: Chroot, arch: Arch, cpu: Cpu, names: Iterable[str]) -> dict[str, str]:
    """Return which file the architecture's own loader takes for each library on a CPU."""
    arguments = ("--preload", ":".join(names), "--list")
    if cpu.more:
        root, program = system.root, system.path(arch.loader).resolve()
        said = subprocess.check_output(
            [HERE / "with-hwcap", f"{cpu.more:#x}", f"qemu-{arch.qemu}-static", "-cpu", cpu.model,
             "-L", root, program, *arguments, root / "usr/bin/true"], text=True,
        )
    else:
        said = system.run(arch.loader, *arguments, "/usr/bin/true", env={"QEMU_CPU": cpu.model})
    return dict(re.findall(r"^\t(\S+) => (\S+)", said, re.MULTILINE))


def use(system: Chroot, subject: Subject, cpu: Cpu) -> None:
    """Run what uses a subject's libraries on a CPU, without `more`."""
    # Not as process 1, whose crash QEMU waits for in vain.
    system.shell(f"{subject.command} && true", env={"QEMU_CPU": cpu.model})
