# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the packages of a converted source with those of the plain one; pure.

Every function returns sentences, one for each difference that a conversion should not make.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dhhwcaps.families import GENERIC
from dhhwcaps.isa import LEVELS

from corpus.contents import Package

Packages = Mapping[str, Package]

VERSION = "VERSION"
SUFFIXES = (GENERIC, *(f"-{suffix}" for level in LEVELS for suffix in level.suffixes))
RELATIONS = ("Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances", "Provides",
             "Conflicts", "Breaks", "Replaces")
VARYING = ("Version", "Installed-Size", "Build-Ids", "Source")
"""Fields that follow from the version or from the code."""
SHARED = ("Architecture", "Multi-Arch", "Section", "Priority", "Maintainer", "Homepage")
"""Fields that a family's packages take over."""


def everything(plain: Packages, converted: Packages, families: Sequence[str]) -> list[str]:
    """Return all differences, by package."""
    found = names(plain, converted, families)
    for name in sorted(plain.keys() & converted.keys()):
        if name in families:
            found += family(plain[name], converted, name)
        else:
            found += other(plain[name], converted[name], families)
    return found


def names(plain: Packages, converted: Packages, families: Sequence[str]) -> list[str]:
    """Compare which packages there are."""
    found = [f"{name}: not built any more" for name in sorted(plain.keys() - converted.keys())]
    new = (name for name in sorted(converted.keys() - plain.keys())
           if belongs(name, families) is None)
    return found + [f"{name}: new, and of no family" for name in new]


def belongs(package: str, families: Sequence[str]) -> str | None:
    """Return the family of which this is a member, or a member's debug symbols."""
    base = package.removesuffix("-dbgsym")
    return next((name for name in families if base in {name, *(name + s for s in SUFFIXES)}), None)


def other(plain: Package, converted: Package, families: Sequence[str]) -> list[str]:
    """Compare a package that is not split: it may only gain the -generic packages of families."""
    found = _files(plain.name, _places(plain), _places(converted))
    for name in sorted((plain.fields.keys() | converted.fields.keys()) - set(VARYING)):
        if name in RELATIONS:
            gained = {f"{one}{GENERIC} (= {VERSION})" for one in families}
            found += _relations(name, plain, converted, gained)
        elif plain.fields.get(name) != converted.fields.get(name):
            found.append(f"{plain.name}: another {name}")
    return found + _metadata(plain, converted)


def family(plain: Package, converted: Packages, name: str) -> list[str]:
    """Compare a package with what it was split into."""
    rest, generic = converted[name], converted[name + GENERIC]
    twice = rest.files.keys() & generic.files.keys()
    own = (f"usr/share/doc/{generic.name}", "usr/share/lintian/overrides/")
    split = {path: shape for path, shape in (_places(rest) | _places(generic)).items()
             if not path.startswith(own)}
    whole = {path: shape for path, shape in _places(plain).items() if not path.startswith(own)}
    found = [f"{name}: {path} is also in {generic.name}" for path in sorted(twice)]
    found += _files(name, whole, split)
    for field in SHARED:
        found += [f"{one.name}: another {field}" for one in (rest, generic)
                  if one.fields.get(field) != plain.fields.get(field)]
    for field in RELATIONS:
        lost = _parts(plain, field) - _parts(rest, field) - _parts(generic, field)
        found += [f"{name}: {field} has lost {one}" for one in sorted(lost)]
    found += _metadata(plain, generic)
    members = [one for one in converted.values()
               if one.name != generic.name and belongs(one.name, [name]) == name]
    return found + [f"{one.name}: has shlibs or symbols" for one in members
                    if one.shlibs or one.symbols]


def _files(name: str, plain: Mapping[str, str], converted: Mapping[str, str]) -> list[str]:
    found = []
    for path in sorted(plain.keys() | converted.keys()):
        before, after = plain.get(path), converted.get(path)
        if before != after:
            found.append(f"{name}: {path}: {before or 'absent'}, converted {after or 'absent'}")
    return found


def _places(package: Package) -> dict[str, str]:
    # The name of a file of debug symbols is made of its content.
    build_id = re.compile(r"(\.build-id)/../[0-9a-f]+")
    return {build_id.sub(r"\1/*", path): shape for path, shape in package.files.items()}


def _relations(
    field: str, plain: Package, converted: Package, gained: set[str]
) -> list[str]:
    before, after = _parts(plain, field), _parts(converted, field)
    found = [f"{plain.name}: {field} has lost {one}" for one in sorted(before - after)]
    return found + [f"{plain.name}: {field} has gained {one}"
                    for one in sorted(after - before - gained)]


def _parts(package: Package, field: str) -> set[str]:
    text = " ".join(package.fields.get(field, "").split())
    return {neutral(part.strip(), package) for part in text.split(",") if part.strip()}


def _metadata(plain: Package, converted: Package) -> list[str]:
    pairs = {"shlibs": (plain.shlibs, converted.shlibs),
             "symbols": (plain.symbols, converted.symbols)}
    return [f"{converted.name}: other {kind} than {plain.name} had" for kind, (a, b) in
            pairs.items() if neutral(a, plain) != neutral(b, converted)]


def neutral(text: str, package: Package) -> str:
    """Return a text without the package's own version."""
    return text.replace(package.fields["Version"], VERSION)
