# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Find links to generic libraries in packages that may be installed without them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from dhhwcaps import control, layout, libraries, relations, split, substvars
from dhhwcaps.control import Source
from dhhwcaps.errors import ControlError
from dhhwcaps.families import Family


def check(source: Source, family: Family, packages: Collection[str]) -> None:
    """Raise ControlError for a package that has such a link and does not depend on generic.

    A Python module that opens `lib/libfoo.so` beside itself is one (python3-xgboost).  Where all
    variants need the generic package anyway, no link dangles.
    """
    shipped = {v.package: split.shipped(v.package) for v in family.variants}
    if not relations.alone(family, shipped, substvars.loadable(family.generic)):
        return
    for package in source.packages:
        fields = (package.relation("Depends"), package.relation("Pre-Depends"))
        needed = [name for field in fields for name in control.names(field)]
        if package.name in set(packages) - set(family.members):
            for link in _dangling(family.generic, package.name, needed):
                raise ControlError(
                    f"debian/control: {package.name}: Depends lacks {family.generic}, where {link}"
                    " leads",
                    f"Depends: {relations.exact(family.generic)}, {package.relation('Depends')}\n"
                    "Where only a library for newer CPUs is installed, the link would dangle.",
                )


def _dangling(generic: str, package: str, needed: Collection[str]) -> Iterator[str]:
    # A udeb has a copy of its own, and a flavour may hold the library in generic's place.
    there = [layout.staging(name) for name in (package, *needed)]
    for path in _links(layout.staging(package)):
        beside = libraries.installed_in(path, there[0])
        target = os.path.normpath(Path(beside, path.readlink())).lstrip("/")
        if os.path.lexists(layout.staging(generic) / target) and not any(
            os.path.lexists(directory / target) for directory in there
        ):
            yield str(path.relative_to(there[0]))


def _links(package: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(package):
        paths = (Path(directory, name) for name in sorted([*names, *files]))
        yield from (path for path in paths if path.is_symlink())
