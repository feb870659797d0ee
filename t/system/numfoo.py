# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The example source package in several versions, and its builds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from real.chroot import Chroot
from support import TOP

LIBRARIES = ("libnumkernel1", "libnummath1", "libnumfoo1")
SPLIT = ("-generic", "-avx2", "-avx512")


def build(
    system: Chroot, tree: str, jobs: int = 2, within: Sequence[str] = ()
) -> tuple[str, dict[str, Path]]:
    """Build a source tree inside a chroot; return the log, and the packages by file name."""
    env = {"DEB_BUILD_OPTIONS": f"parallel={jobs}"}
    command = ["sh", "-ec", 'cd "$0" && exec dpkg-buildpackage -b -us -uc', tree]
    log = system.run(*command, env=env, within=within)
    return log, {path.name: path for path in system.path(tree).parent.glob("*.deb")}


def copy(system: Chroot, tree: str) -> Path:
    """Put the example's source into a chroot."""
    path = system.path(tree)
    shutil.copytree(TOP / "example", path, ignore=shutil.ignore_patterns(".debhelper", "*.o"))
    return path


def version(tree: Path, number: str) -> None:
    """Set the version of a source tree."""
    changelog = tree / "debian/changelog"
    changelog.write_text(re.sub(r"\(.*?\)", f"({number})", changelog.read_text(), count=1))


def drop(tree: Path, suffixes: Iterable[str]) -> None:
    """Remove packages of these suffixes from a source tree, with all that refers to them."""
    control = tree / "debian/control"
    stanzas = control.read_text().split("\n\n")
    endings = tuple(f"{suffix}\n" for suffix in suffixes)
    control.write_text("\n\n".join(
        stanza for stanza in stanzas
        if not (stanza.partition("\n")[0] + "\n").endswith(endings)
    ))


def unsplit(tree: Path) -> None:
    """Make of a source tree what it was before it used dh-hwcaps."""
    drop(tree, SPLIT)
    control = tree / "debian/control"
    text = re.sub(r"^(Pre-Depends|Recommends): \$\{hwcaps:.*\n", "", control.read_text(),
                  flags=re.MULTILINE)
    text = re.sub(r",\s*(dh-sequence-hwcaps|\S+-generic \(= \$\{binary:Version\}\))", "", text)
    assert "${hwcaps:" not in text
    control.write_text(text)


def only(debs: Mapping[str, Path]) -> list[Path]:
    """Return the packages but those of debug symbols."""
    return [path for name, path in debs.items() if "-dbgsym" not in name]
