# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write a family's substvars where dh_gencontrol looks for them."""

from __future__ import annotations

from debian.substvars import Substvars

from dhhwcaps import layout, libraries, modules, relations, split
from dhhwcaps.control import Source
from dhhwcaps.families import GENERIC, Family
from dhhwcaps.run import Shell
from dhhwcaps.text import read_text

SHLIBS = "shlibs:Depends"


def write(
    source: Source, family: Family, arch: str, shell: Shell, version: str = relations.VERSION
) -> None:
    """Set `${hwcaps:*}` of all packages of a family, also those that come out empty.

    An unset substvar would take the whole field with it (deb-substvars(5)).  `version` is that of
    the generic package.
    """
    shipped = {v.package: split.shipped(v.package) for v in family.variants}
    complete = loadable(family.generic)
    made = relations.substvars(source, family, shipped, complete, arch)
    for package, fields in made.items():
        path = layout.DEBIAN / f"{package}.substvars"
        with_ours = Substvars()
        with_ours.read_substvars(read_text(path).split("\n") if path.exists() else ())
        for field, values in fields.items():
            text = ", ".join(values).replace(relations.VERSION, version)
            with_ours[f"hwcaps:{field}"] = text
        # dh_shlibdeps sets none where there is no ELF file, as in a family that was emptied;
        # dpkg-gencontrol warns of what is used and not set, and the other way round.
        if _uses(source, package, SHLIBS):
            with_ours.setdefault(SHLIBS, "")
        if package != family.name:
            for name in [n for n in with_ours if n.startswith("shlibs:")]:
                with_ours[name] = relations.without_family(with_ours[name], family)
        shell.write(path, with_ours.dump())


def _uses(source: Source, package: str, name: str) -> bool:
    stanza = source.package(package)
    return stanza is not None and any(f"${{{name}}}" in text for _field, text in stanza.relations)


def loadable(package: str) -> frozenset[str]:
    """Return what the loader finds in a generic package, in the terms of `split.shipped`."""
    objects = libraries.read([package]).get(package, ())
    root = layout.staging(package)
    return frozenset(
        path for item in objects if item.kind == "DYN"
        and (path := modules.loaded_as(item, package.removesuffix(GENERIC), root))
    )
