# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which packages hold a source, what is in them, and under which names; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from debian.debian_support import Version

from dhhwcaps.control import NAME, SOURCE_FIELD, BinaryPackage, Source, is_version
from dhhwcaps.errors import ControlError

SUFFIX = "-src"
DIRECTORY = "/usr/src"
SEQUENCE = "dh-sequence-hwcaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePackage:
    """A binary package that holds a source tree as a tar."""

    package: str
    source: str
    version: str
    """Of the source package, whole."""

    @property
    def name(self) -> str:
        """The package without -src: its directory's name, and that of a tree unpacked from it."""
        return directory(self.package)

    @property
    def top(self) -> str:
        """The directory that all members of the tar are in."""
        return f"{self.source}-{Version(self.version).upstream_version}"

    @property
    def tar(self) -> str:
        """Where the tar is installed."""
        return f"{DIRECTORY}/{self.name}/{self.top}.tar"

    @property
    def fragment(self) -> str:
        """Where the makefile fragment is installed."""
        return fragment(self.package)


def directory(package: str) -> str:
    """Return the name of the directory below /usr/src that such a package has."""
    return package.removesuffix(SUFFIX)


def fragment(package: str) -> str:
    """Return where such a package has its makefile fragment."""
    return f"{DIRECTORY}/{directory(package)}/{directory(package)}.mk"


def holders(source: Source) -> tuple[str, ...]:
    """Return the names of the packages that are to hold this source.

    They are FOO-src and FOO-1.2-src of the source FOO, where X-Hwcaps-Source does not say
    otherwise, and others that have the field.  Raises ControlError.
    """
    found = [package for package in source.packages if _holds_source(package, source)]
    for package in found:
        _check(package, source)
    return tuple(package.name for package in found)


def _holds_source(package: BinaryPackage, source: Source) -> bool:
    if package.source not in ("", "yes", "no"):
        raise ControlError(
            f"debian/control: {package.name}: {SOURCE_FIELD}: {package.source}",
            f"{SOURCE_FIELD} is yes or no.",
        )
    named = re.fullmatch(rf"{re.escape(source.name)}(-\d[\w.+~]*)?{SUFFIX}", package.name)
    return package.source == "yes" or (bool(named) and package.source != "no")


def _check(package: BinaryPackage, source: Source) -> None:
    if package.architectures != ("all",):
        raise ControlError(
            f"debian/control: {package.name}: Architecture: {' '.join(package.architectures)},"
            " but a source is the same on all architectures",
            f"Architecture: all\n({SOURCE_FIELD}: no, if it is not to hold the source.)",
        )
    if SEQUENCE in source.build_depends_arch:
        raise ControlError(
            f"debian/control: {SEQUENCE} is in Build-Depends-Arch, so that {package.name}, which"
            " is Architecture: all, would stay empty",
            f"Move {SEQUENCE} to Build-Depends.",
        )


def makefile(package: SourcePackage, own: str = "") -> str:
    """Return the makefile fragment; `own` is what the maintainer adds to it."""
    values = {"PACKAGE": package.package, "SOURCE": package.source, "VERSION": package.version,
              "TAR": package.tar}
    lines = [f"{_prefix(package.package)}{name} := {value}\n" for name, value in values.items()]
    head = f"# For packages that are built from {package.package}: see dh-hwcaps(7).\n"
    return head + "".join(lines) + own


def read(package: str, text: str) -> SourcePackage:
    """Return what the makefile fragment of an installed package says.

    Raises ControlError for one that dh_hwcaps has not written.
    """
    found = re.findall(rf"^{_prefix(package)}(\w+) := (\S+)$", text, re.MULTILINE)
    values: Mapping[str, str] = dict(reversed(found))  # The first counts: ours stand first.
    made = [values.get(name, "") for name in ("PACKAGE", "SOURCE", "VERSION")]
    if not all(map(NAME.fullmatch, made[:2])) or not is_version(made[2]):
        raise ControlError(
            f"{fragment(package)} does not say what {package} holds",
            f"It must be made by dh_hwcaps_install: {_prefix(package)}VERSION := …",
        )
    return SourcePackage(package=made[0], source=made[1], version=made[2])


def _prefix(package: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", package.upper()) + "_"
