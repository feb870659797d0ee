# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps rebuild`: build an installed -src package for this machine's CPU alone."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from debian.changelog import Changelog

from dhhwcaps import host, isa, run
from dhhwcaps.boundary import Parser
from dhhwcaps.environment import LANGUAGES
from dhhwcaps.errors import CommandError, UsageError
from dhhwcaps.run import Shell
from dhhwcaps.source import package, unpack
from dhhwcaps.source.package import SourcePackage
from dhhwcaps.text import read_text

SUFFIX = "+native"
"""Sorts behind the archive's version and its rebuilds (+b1), before its next one."""
SYSTEM_FLAGS = "/etc/dpkg/buildflags.conf"


def main(argv: Sequence[str]) -> None:
    """Unpack a source in the working directory, and build or pack it.  Raises HwcapsError."""
    given = _parser().parse_args(argv)
    item = installed(given.package, os.environ)
    shell = Shell(verbose=given.verbose, no_act=given.no_act)
    tree = Path(item.top)
    if tree.exists() or tree.is_symlink():
        raise UsageError(f"{tree} is there already", "Remove it, or work in another directory.")
    flags = given.flags or _native(host.read(os.environ).arch)
    unpack.extract(item, Path(), shell, os.environ)
    if not given.no_act:
        _number(tree / "debian", item, flags)
    if given.source:
        _pack(item, flags, shell)
    else:
        _build(item, flags, shell)


def _build(item: SourcePackage, flags: str, shell: Shell) -> None:
    words = ("dpkg-buildpackage", "--build=any", "--no-sign")
    tree = Path(item.top)
    changes = environment(flags, item.source, os.environ)
    run.say("\t" + run.line(words, cwd=tree, env=changes))
    if not shell.no_act and run.attached(*words, env=changes, cwd=tree):
        raise CommandError(
            f"{item.source} {item.version} could not be built: see above",
            f"If build dependencies are missing: apt-get build-dep ./{tree}. To start again, remove"
            f" {tree}.",
        )


def _pack(item: SourcePackage, flags: str, shell: Shell) -> None:
    shell("dpkg-source", "--build", item.top)
    run.say("This builds the source package:\n\t" + run.line(elsewhere(item, flags)))


def installed(name: str, environ: Mapping[str, str]) -> SourcePackage:
    """Return what an installed package holds; raise UsageError when it holds no source."""
    path = unpack.located(package.fragment(name), environ)
    if not path.is_file():
        raise UsageError(
            f"{name} is not installed, or holds no source of dh-hwcaps: there is no {path}",
            f"apt-get install {name}",
        )
    return package.read(name, read_text(path))


def environment(
    flags: str, source: str, environ: Mapping[str, str]
) -> dict[str, str | None]:
    """Return what a build with these compiler flags and without levels adds to the environment."""
    def more(name: str, words: str) -> str:
        return f"{environ.get(name, '')} {words}".strip()

    made: dict[str, str | None] = {
        f"DEB_{language}_APPEND": more(f"DEB_{language}_APPEND", flags) for language in LANGUAGES
    }
    return made | {"DEB_BUILD_PROFILES": more("DEB_BUILD_PROFILES", _profile(source))}


def elsewhere(item: SourcePackage, flags: str) -> tuple[str, ...]:
    """Return the command by which sbuild(1) builds the packed source with these flags.

    It empties the environment, so dpkg-buildflags(1) must find them in a file of the chroot.
    """
    # A percent sign means something to sbuild, and what is left of it to printf(1).
    lines = [f"APPEND {name} {flags}\\n".replace("%", "%%%%") for name in LANGUAGES]
    setup = f"printf {shlex.quote(''.join(lines))} >>{SYSTEM_FLAGS}"
    name = f"{item.source}_{_numbered(item).split(':', 1)[-1]}.dsc"
    return ("sbuild", "--no-arch-all", f"--profiles={_profile(item.source)}",
            f"--chroot-setup-commands={setup}", name)


def _profile(source: str) -> str:
    return f"pkg.{source}.nohwcaps"


def _numbered(item: SourcePackage) -> str:
    return f"{item.version}{SUFFIX}1"


def _native(arch: str) -> str:
    flags = isa.native(arch)
    if not flags:
        raise UsageError(
            f"{arch}: GCC has no option for the CPU that it runs on", "Name one with --flags."
        )
    return flags


def _number(debian: Path, item: SourcePackage, flags: str) -> None:
    with (debian / "changelog").open(encoding="utf-8") as file:
        changes = Changelog(file)
    changes.new_block(
        package=item.source, version=_numbered(item), urgency="medium",
        distributions="UNRELEASED", author="dh_hwcaps rebuild <root@localhost>",
        date=format_datetime(datetime.now().astimezone()),
        changes=["", f"  * Build for the CPU of this machine: {flags}.", ""],
    )
    (debian / "changelog").write_text(str(changes), encoding="utf-8")
    # The patches are applied; in the format 3.0 (quilt) dpkg-source would have to guess it, and
    # 3.0 (native) takes no version with a revision.
    (debian / "source").mkdir(exist_ok=True)
    (debian / "source/format").write_text("1.0\n")


def _parser() -> Parser:
    made = Parser(
        prog="dh_hwcaps rebuild", allow_abbrev=False,
        description="Build the source that an installed package holds for this machine's CPU,"
        " below the current directory. The packages lie there then.",
    )
    made.add_argument("package", metavar="PACKAGE", help="foo-src")
    made.add_argument("--flags", help="compiler flags (-march=native)")
    made.add_argument("--source", action="store_true",
                      help="make a source package, and show how sbuild builds it")
    made.add_argument("--no-act", action="store_true", help="show what would be done, do nothing")
    made.add_argument("-v", "--verbose", action="store_true", help="show what is done")
    return made
