# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build the sample packages of t/packages and look into what comes out."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from debian.debfile import DebFile

TOP = Path(__file__).resolve().parents[1]
PACKAGES = TOP / "t/packages"
STEPS = (
    "", "_prepare", "_build", "_install", "_split", "_substvars", "_collect",
    "_before_autoreconf", "_before_test", "_after_test", "_source", "_source_before_clean",
    "_source_after_clean", "_source_shlibs", "_source_substvars", "_source_check",
    "_source_version",
)
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
INSTALLED = "AUTOPKGTEST_TMP" in os.environ
"""Whether to test the installed dh-hwcaps instead of this tree's."""
BUILD_TIMEOUT = 300
LOG = "build.log"
LEVELS = ("x86-64-v3", "x86-64-v4")


class BuildError(Exception):
    """dpkg-buildpackage failed; the message is the whole log."""


@dataclass(frozen=True)
class Deb:
    """A binary package as a user gets it."""

    path: Path

    @cached_property
    def _file(self) -> DebFile:
        return DebFile(str(self.path))

    @property
    def fields(self) -> Mapping[str, str]:
        """The control fields."""
        return self._file.debcontrol()

    def relation(self, name: str) -> list[str]:
        """The comma-separated parts of a relation field, sorted; none when it is absent."""
        text = " ".join(self.fields.get(name, "").split())
        return sorted(part.strip() for part in text.split(",") if part.strip())

    def metadata(self, name: str) -> str:
        """The text of a control file such as `shlibs`; empty when it is absent."""
        if not self._file.control.has_file(name):
            return ""
        return self._file.control.get_content(name, encoding="utf-8")

    @cached_property
    def members(self) -> dict[str, tarfile.TarInfo]:
        """Everything but directories, by path without the leading slash."""
        archive = self._file.data.tgz()
        return {m.name.removeprefix("./"): m for m in archive.getmembers() if not m.isdir()}

    def unpacked(self) -> Path:
        """A directory with the package's files."""
        where = self.path.with_suffix(".unpacked")
        if not where.exists():
            subprocess.run(["dpkg-deb", "-R", self.path, where], check=True)
        return where

    def library(self, name: str) -> Path:
        """A file below usr/lib/<triplet>, unpacked."""
        return self.unpacked() / "usr/lib" / triplet() / name

    @property
    def libraries(self) -> list[str]:
        """Paths of files and links named like shared libraries, below usr/lib/<triplet>."""
        inside = f"usr/lib/{triplet()}/"
        names = (name for name in self.members if re.search(r"\.so(\.|$)", name))
        return sorted(name.removeprefix(inside) for name in names)


@dataclass(frozen=True)
class Built:
    """What a successful dpkg-buildpackage left behind."""

    tree: Path
    log: str = field(repr=False)

    @cached_property
    def debs(self) -> dict[str, Deb]:
        """All packages by name, -dbgsym and udebs included."""
        found = (*self.tree.parent.glob("*.deb"), *self.tree.parent.glob("*.udeb"))
        return {path.name.split("_")[0]: Deb(path) for path in found}

    def root(self) -> Path:
        """A directory into which all packages but debug symbols and udebs are unpacked."""
        root = self.tree.parent / "root"
        if not root.exists():
            for name, deb in self.debs.items():
                if deb.path.suffix == ".deb" and not name.endswith("-dbgsym"):
                    subprocess.run(["dpkg-deb", "-x", deb.path, root], check=True)
        return root

    def install(self, root: Path, *names: str) -> Path:
        """Install packages into a directory, whatever they depend on; return it."""
        for name in ("info", "updates"):
            (root / "var/lib/dpkg" / name).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        argv = ["fakeroot", "dpkg", f"--root={root}", "--force-depends", "--force-not-root",
                "--force-bad-path", "--install", *(self.debs[name].path for name in names)]
        subprocess.run(argv, check=True, capture_output=True)
        return root

    def run(self, program: str, level: str = "") -> str:
        """What the program prints when the loader may use this level only; "" for none."""
        return self._load([], program, level).stdout.strip()

    def loaded(self, program: str, level: str = "") -> dict[str, str]:
        """SONAME → path below usr/lib/<triplet> of our libraries that the program would use."""
        listing = self._load(["--list"], program, level).stdout
        rows = re.findall(r"^\s*(\S+) => (\S+) \(", listing, re.MULTILINE)
        ours = f"{self._libraries()}/"
        return {soname: p.removeprefix(ours) for soname, p in rows if p.startswith(ours)}

    def _load(self, options: list[str], program: str, level: str) -> subprocess.CompletedProcess:
        libraries = self._libraries()
        path = ":".join([str(libraries), *map(str, sorted(libraries.glob("foo*/")))])
        argv = [
            interpreter(), "--library-path", path, "--glibc-hwcaps-mask", level or "none",
            *options, self.root() / "usr/bin" / program,
        ]
        return subprocess.run(argv, check=True, capture_output=True, text=True)

    def _libraries(self) -> Path:
        return self.root() / "usr/lib" / triplet()


def make_tree(where: Path, *layers: str) -> Path:
    """Copy t/packages/common and the layers above it to `where`; return the source tree."""
    tree = where / "foo-1.0"
    for layer in ("common", *layers):
        shutil.copytree(PACKAGES / layer, tree, dirs_exist_ok=True)
    return tree


def copy_source(where: Path, name: str, version: str) -> Path:
    """Copy a source package that is complete in t/packages to `where`; return its tree."""
    return shutil.copytree(PACKAGES / name, where / f"{name}-{version}", symlinks=True)


def edit(path: Path, old: str, new: str) -> None:
    """Replace `old`, which must be there, everywhere in a file."""
    text = path.read_text()
    assert old in text, f"{path.name} does not contain {old!r}"
    path.write_text(text.replace(old, new))


def append(path: Path, text: str) -> None:
    """Add lines at the end of a file, which need not exist."""
    before = path.read_text() if path.exists() else ""
    path.write_text(before + text)


def drop_stanza(tree: Path, package: str) -> None:
    """Remove a binary package from debian/control."""
    control = tree / "debian/control"
    stanzas = control.read_text().split("\n\n")
    kept = [stanza for stanza in stanzas if not stanza.startswith(f"Package: {package}\n")]
    assert len(kept) == len(stanzas) - 1
    control.write_text("\n\n".join(kept))


def rules(tree: Path, text: str) -> None:
    """Write debian/rules: dh, and these lines."""
    (tree / "debian/rules").write_text(f"#!/usr/bin/make -f\n\n%:\n\tdh $@\n\n{text}")


def build(
    tree: Path,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    user: int | None = None,
    umask: int = -1,
) -> Built:
    """Run dpkg-buildpackage in the tree; raise BuildError with the log when it fails."""
    process = start(tree, *arguments, env=env, user=user, umask=umask)
    try:
        code = process.wait(BUILD_TIMEOUT)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    text = (tree.parent / LOG).read_text(errors="replace")
    if code:
        raise BuildError(text)
    return Built(tree, text)


def start(
    tree: Path, *arguments: str, env: Mapping[str, str] | None = None, user: int | None = None,
    umask: int = -1,
) -> subprocess.Popen:
    """Start dpkg-buildpackage in the tree, in a session of its own."""
    kind = () if {"-A", "-B"} & set(arguments) else ("-b",)
    argv = ["dpkg-buildpackage", *kind, "-d", "-us", "-uc", *arguments]
    with (tree.parent / LOG).open("wb") as sink:
        return subprocess.Popen(
            argv, cwd=tree, env=environment(tree, env or {}), user=user, group=user,
            extra_groups=None if user is None else [], stdin=subprocess.DEVNULL, stdout=sink,
            stderr=sink, start_new_session=True, umask=umask,
        )


def command(tree: Path, *argv: str) -> str:
    """Run a command of ours in a source tree; return what it prints."""
    done = attempt(tree, *argv)
    assert done.returncode == 0, done.stdout
    return done.stdout


def attempt(
    tree: Path, *argv: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of ours in a source tree, whatever becomes of it."""
    return subprocess.run(argv, cwd=tree, env=environment(tree, env or {}),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)


def environment(tree: Path, changes: Mapping[str, str]) -> dict[str, str]:
    """The environment of a build: like a buildd's, with our commands."""
    where = tree.parent
    home = where / "home"
    home.mkdir(exist_ok=True)
    home.chmod(0o777)  # whoever builds
    made = {
        "PATH": SYSTEM_PATH, "HOME": str(home), "PWD": str(tree), "LC_ALL": "C.UTF-8",
        "DEB_BUILD_OPTIONS": "parallel=2",
    }
    if not INSTALLED:
        project = where if (where / "lib").exists() else TOP
        made["PATH"] = f"{commands(where, project)}:{SYSTEM_PATH}"
        made["PERL5LIB"] = str(project / "lib")
    return made | changes


def commands(where: Path, project: Path = TOP) -> Path:
    commands = where / "bin"
    if not commands.exists():
        commands.mkdir()
        for step in STEPS:
            (commands / f"dh_hwcaps{step}").symlink_to(project / "dh_hwcaps")
    return commands


def hand_over(where: Path, user: int) -> None:
    """Give a directory to a user, with a copy of this project that he may read."""
    if not INSTALLED:
        shutil.copytree(TOP / "lib", where / "lib", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(TOP / "dh_hwcaps", where)
    for path in (where, *where.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def errors(log: str) -> str:
    """What our steps complained about: each `error:` line with the indented ones below it."""
    found = re.findall(r"^dh_hwcaps\w*: error: .*(?:\n[ \t]+.*)*", log, re.MULTILINE)
    return "\n".join(found)


def architecture() -> str:
    """The architecture that packages are built for."""
    return _said("dpkg-architecture", "-qDEB_HOST_ARCH")


def triplet() -> str:
    """The directory of libraries, as in /usr/lib/<triplet>."""
    return _said("dpkg-architecture", "-qDEB_HOST_MULTIARCH")


def interpreter() -> str:
    """The path of this system's ld.so."""
    headers = _said("readelf", "-l", "/bin/sh")
    return re.findall(r"program interpreter: (.+)\]", headers)[0]


def supported() -> list[str]:
    """The levels of LEVELS that this machine can run, by the loader's own words."""
    said = _said(interpreter(), "--help")
    return [level for level in LEVELS if f"{level} (supported, searched)" in said]


def exported(library: Path) -> set[str]:
    """The names that a shared library defines for others."""
    rows = _said("nm", "-D", "--defined-only", str(library)).splitlines()
    return {row.split()[-1].split("@")[0] for row in rows}


def uses_avx(library: Path, function: str) -> bool:
    """Whether an exported function has AVX instructions; also in stripped libraries."""
    start, size = next(
        (int(row.split()[0], 16), int(row.split()[1], 16))
        for row in _said("nm", "-DS", "--defined-only", str(library)).splitlines()
        if row.split()[-1].split("@")[0] == function
    )
    code = _said(
        "objdump", "-d", "--no-show-raw-insn", f"--start-address={start}",
        f"--stop-address={start + size}", str(library),
    )
    return bool(re.search(r":\s+v\w+\s.*%[xyz]mm", code))


def _said(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
