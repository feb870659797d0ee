# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What lintian says of a converted source that it does not say of the plain one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from real import chroot
from real.chroot import Chroot

from corpus.compare import belongs

Tags = set[tuple[str, str]]
"""Tag and package."""
DATED = {"out-of-date-standards-version", "ancient-standards-version",
         "newer-standards-version", "update-debian-copyright"}
"""These depend on the date of the changelog's newest entry, which is that of the conversion."""


def added(plain: Path, converted: Path, suite: str, families: Sequence[str]) -> list[str]:
    """Return the new tags, "tag: package"; the directories hold sources and packages."""
    with chroot.throwaway(suite, "lintian") as system:
        before, after = (
            by_family(tags(_said(system, path, name)), families)
            for name, path in (("plain", plain), ("converted", converted))
        )
    return sorted(f"{tag}: {package}" for tag, package in after - before
                  if tag not in DATED)


def tags(said: str) -> Tags:
    """Return the tags in what lintian said; "source" stands behind the name of a source."""
    rows = re.findall(r"^[EWIPX]: (\S+(?: source| changes)?): (\S+)", said, re.MULTILINE)
    return {(tag, package) for package, tag in rows}


def by_family(found: Tags, families: Iterable[str]) -> Tags:
    """Return the tags with each package's family in its stead."""
    known = tuple(families)
    return {(tag, belongs(package, known) or package) for tag, package in found}


def _said(system: Chroot, where: Path, name: str) -> str:
    target = system.path(f"/srv/{name}")
    target.mkdir(parents=True)
    for path in where.iterdir():
        if path.is_file():
            shutil.copy(path, target)
    words = ["lintian", "--allow-root", "--tag-display-limit=0", "-EvI", "--pedantic",
             "--fail-on=none"]
    listed = [f"/srv/{name}/{path.name}" for path in sorted(target.iterdir())
              if path.suffix in (".changes", ".dsc")]
    return system.run(*words, *listed)
