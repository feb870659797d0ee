# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide which packages `convert --merge` makes one family; pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dhhwcaps import control, isa
from dhhwcaps.convert import changes, conversion
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert.candidates import UNTOLD, Packaging, Verdict, impossible, judge
from dhhwcaps.convert.closure import Need
from dhhwcaps.convert.conversion import Request
from dhhwcaps.errors import ControlError, UsageError
from dhhwcaps.families import GENERIC

SAME = ("Architecture", "Multi-Arch", "Build-Profiles")
"""Fields in which packages must agree to be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The packages that become one."""

    family: str
    members: tuple[str, ...]
    """The packages that hold the libraries until now, in the order of debian/control."""
    version: str
    """The first version in which they are one."""
    skipped: tuple[Verdict, ...] = ()

    @property
    def existed(self) -> bool:
        """Whether there are older versions of the family, which lack the others' libraries."""
        return self.family in self.members

    @property
    def others(self) -> tuple[str, ...]:
        """The packages that become transitional."""
        return tuple(name for name in self.members if name != self.family)

    @property
    def base(self) -> str:
        """The package whose stanza the family's is made from."""
        return self.family if self.existed else self.members[0]

    @property
    def least(self) -> str:
        """The relation that only the family with all its libraries fulfils, also in a backport."""
        return f"{self.family} (>= {self.version}~)"


def find(
    packaging: Packaging, request: Request, family: str, needed: Mapping[str, Need]
) -> Merge | None:
    """Return which of the requested packages to merge, None when they are merged already.

    Raises UsageError for a name that cannot be meant, ControlError for packages that cannot be one.
    """
    _check_name(family)
    if family + GENERIC in packaging.stanzas:
        _check_already(packaging, request.packages, family)
        return None
    verdicts = (
        [conversion.named(packaging, name, request, needed)
         for name in dict.fromkeys([*request.packages, *_existing(packaging, family)])]
        if request.packages else [judge(packaging, name, needed) for name in packaging.stanzas]
    )
    taken = {v.package for v in verdicts if v.taken or (v.forcible and request.force)}
    members = tuple(name for name in packaging.stanzas if name in taken)
    merge = Merge(
        family=family, members=members,
        version=changes.next_version(packaging.files["changelog"]),
        skipped=tuple(v for v in verdicts if v.package not in taken),
    )
    _check(packaging, merge)
    return merge


def concerns(item: str, names: tuple[str, ...]) -> bool:
    """Tell whether a relation, or an alternative in it, is on one of the packages."""
    return any(re.split(r"[\s(\[<:]", word.strip(), maxsplit=1)[0] in names
               for word in item.split("|"))


def _existing(packaging: Packaging, family: str) -> list[str]:
    return [family] if family in packaging.stanzas else []


def _check_name(family: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", family):
        raise UsageError(f"--merge: {family!r} is no name of a package", "See Policy 5.6.7.")
    if family.endswith(GENERIC) or isa.split(family)[1]:
        raise UsageError(
            f"--merge: {family} is named like a member of a family",
            "Give the name that other packages are to depend on.",
        )


def _check_already(packaging: Packaging, packages: Iterable[str], family: str) -> None:
    # Those that a former run merged depend on the family already.
    source = control.parse(packaging.files["control"])
    for name in packages:
        package = source.package(name)
        if name != family and not (package and package.stands_for(family)):
            raise ControlError(
                f"{family} is split already, so {name} cannot be merged into it",
                f"Restore debian/control as it was before {family} was split.",
            )


def _check(packaging: Packaging, merge: Merge) -> None:
    if not merge.others or len(merge.members) + (not merge.existed) < 2:
        raise ControlError(f"nothing to merge into {merge.family}: there is no other package with"
                           " public shared libraries among those to be merged")
    if merge.family in packaging.stanzas and not merge.existed:
        reason = impossible(packaging, merge.family) or UNTOLD
        raise ControlError(f"{merge.family} is a package of another kind: {reason}",
                           "Name it too if it is a library package, or merge into a new name.")
    for name in SAME:
        found = {package: _words(packaging.stanzas[package], name) for package in merge.members}
        if len(set(found.values())) > 1:
            said = ", ".join(f"{package}: {' '.join(words) or 'none'}"
                             for package, words in found.items())
            raise ControlError(f"packages of different {name} cannot be merged ({said})",
                               "Name those to be merged: dh_hwcaps convert --merge=… PACKAGE…")
    if re.search(r"^\t.*\bd-shlibmove\b", packaging.files.get("rules", ""), re.MULTILINE):
        raise ControlError(
            "debian/rules runs d-shlibmove, which names packages after SONAMEs, each its own",
            "Replace it by debian/PACKAGE.install files, then convert again.",
        )
    for package in merge.members:
        _check_split(packaging, package)
        _check_conflicts(packaging, merge, package)


def _words(stanza: str, name: str) -> tuple[str, ...]:
    return tuple(sorted(edit.value(stanza, name).split()))


def _check_split(packaging: Packaging, package: str) -> None:
    if package + GENERIC in packaging.stanzas:
        raise ControlError(
            f"{package} is split already, so it cannot be merged",
            "Restore debian/control as it was before the package was split.",
        )


def _check_conflicts(packaging: Packaging, merge: Merge, package: str) -> None:
    others = tuple(name for name in merge.members if name != package)
    for name in ("Conflicts", "Breaks"):
        for item in listed.items(packaging.stanzas[package], name):
            if concerns(item, others) and "<" not in item:
                raise ControlError(
                    f"debian/control: {package}: {name}: {item}: packages that exclude each other"
                    " cannot be one",
                    "Leave one of them out.",
                )
