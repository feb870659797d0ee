# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control as values; as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from debian.deb822 import Deb822
from debian.debian_support import Version

from dhhwcaps.errors import ControlError

SOURCE_FIELD = "X-Hwcaps-Source"
"""Whether a package holds the source, where its name does not say so (dh-hwcaps(7))."""
MODULES_FIELD = "X-Hwcaps-Modules"
"""Which plugins and extension modules of a family are dispatched, too (dh-hwcaps(7))."""
NAME = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@+._-]*")
"""What dpkg takes for a name, which becomes that of files (its parsehelp.c; Policy 5.6.1 is
narrower), and the @WORDS@ of templates."""
PRE_DEPENDS = "${hwcaps:Pre-Depends}"
"""In a family and in what stands for it, to come after what holds the libraries."""
BUILD_FIELDS = ("build-depends", "build-depends-arch", "build-depends-indep")
RELATIONS = ("Pre-Depends", "Depends", "Recommends", "Breaks", "Replaces", "Provides", "Conflicts")


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryPackage:
    """A binary package's stanza."""

    name: str
    architectures: tuple[str, ...]
    relations: tuple[tuple[str, str], ...] = ()
    """(field, text on one line) of each relation field that the stanza has."""
    source: str = ""
    """X-Hwcaps-Source."""
    modules: tuple[str, ...] = ()
    """X-Hwcaps-Modules: patterns of paths below the package's directory."""
    section: str = ""
    """The stanza's own Section."""
    multi_arch: str = ""
    """Multi-Arch."""

    @property
    def development(self) -> bool:
        """Whether it holds what programs are compiled with."""
        return development(self.name, self.section)

    def relation(self, name: str) -> str:
        """Return a relation field's text, empty if the stanza has none."""
        return dict(self.relations).get(name, "")

    def stands_for(self, family: str) -> bool:
        """Tell whether it is there for its name only since it was merged into the family.

        `dh_hwcaps convert --merge` writes it so that what holds the libraries comes first.  Another
        family of the source may need this one as well, but also what its own libraries need, and
        recommends its variants.
        """
        depends = re.split(r"\s*,\s*", self.relation("Depends"))
        return (
            PRE_DEPENDS in self.relation("Pre-Depends")
            and f"{family} (= ${{binary:Version}})" in depends
            and "${shlibs:Depends}" not in depends
            and "${hwcaps:Recommends}" not in self.relation("Recommends")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something in debian/control that cannot be meant as it stands."""

    rule: str
    """What kind of mistake it is, in a word that stays (dh_hwcaps(1), RULES OF CHECK)."""
    package: str
    """The package in whose stanza it is."""
    field: str = ""
    """The field that is wrong or lacking, if it is one field."""
    message: str
    advice: str = ""

    def error(self) -> ControlError:
        """Return it as what stops a build."""
        return ControlError(f"debian/control: {self.message}", self.advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The whole of debian/control as far as we care."""

    name: str
    packages: tuple[BinaryPackage, ...]
    build_depends: tuple[str, ...] = field(default=())
    """Names of packages in all Build-Depends fields, versions and alternatives aside."""
    build_depends_arch: tuple[str, ...] = field(default=())
    """Those of Build-Depends-Arch, which are not there when all-architecture packages are built."""
    build_relations: str = ""
    """All of those fields, as one."""
    requires_root: str = "binary-targets"
    """Rules-Requires-Root; its default (Policy 5.6.31.2)."""

    def package(self, name: str) -> BinaryPackage | None:
        """Return the stanza of that package."""
        return next((p for p in self.packages if p.name == name), None)


def read() -> Source:
    """Return what the working directory's debian/control says; raise ControlError without one."""
    path = Path("debian/control")
    if not path.exists():
        raise ControlError(
            f"{path}: no such file", "Run this in the top directory of a Debian source package."
        )
    return parse(path.read_text("utf-8", "surrogateescape"))


def parse(text: str) -> Source:
    """Return what debian/control says (Policy 5.2).

    Raises ControlError when it is not UTF-8, there is no source stanza, or a stanza lacks its name
    or has one that dpkg would not take, or a field in X-Hwcaps- that does not exist.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:  # read with surrogateescape
        line = text.count("\n", 0, error.start) + 1
        raise ControlError(
            f"debian/control: line {line} is not UTF-8, as it must be (Policy 5.1)"
        ) from None
    stanzas = list(Deb822.iter_paragraphs(text.splitlines(), use_apt_pkg=False))
    if not stanzas or "Source" not in stanzas[0]:
        raise ControlError("debian/control does not begin with a Source stanza")
    for number, stanza in enumerate(stanzas[1:], 1):
        if "Package" not in stanza:
            raise ControlError(f"debian/control: binary stanza {number} has no Package field")
    for name in (stanzas[0]["Source"], *(stanza["Package"] for stanza in stanzas[1:])):
        if not NAME.fullmatch(name):
            raise ControlError(f"debian/control: {name!r} is no name of a package (Policy 5.6.1)")
    fields = [_uncommented(str(value)) for key, value in stanzas[0].items()
              if str(key).lower() in BUILD_FIELDS]
    return Source(
        name=stanzas[0]["Source"],
        packages=tuple(_package(stanza) for stanza in stanzas[1:]),
        requires_root=stanzas[0].get("Rules-Requires-Root", "binary-targets"),
        build_depends=tuple(name for value in fields for name in names(value)),
        build_relations=", ".join(text for value in fields if (text := value.strip(", \n"))),
        build_depends_arch=names(stanzas[0].get("Build-Depends-Arch", "")),
    )


def names(relation: str) -> tuple[str, ...]:
    """Return the package names in a relation field, alternatives included, substvars not."""
    words = re.split(r"[,|]", _uncommented(relation))
    found = (re.match(r"\s*([a-z0-9][a-z0-9+.-]+)", word) for word in words)
    return tuple(match[1] for match in found if match)


def development(name: str, section: str = "") -> bool:
    """Tell whether a package is a -dev package, by its name (Policy 8.4) or its section."""
    by_name = re.search(r"-dev(el)?($|-)", name)
    return bool(by_name) or section.rpartition("/")[2] == "libdevel"


def is_version(text: str) -> bool:
    """Tell whether this is a version as Policy 5.6.12 has them."""
    try:
        Version(text)
    except ValueError:
        return False
    return True


def same_library(one: str, other: str) -> bool:
    """Tell whether two names differ only by the SONAME's version or the t64 suffix."""
    stems = {re.sub(r"[\d.-]*(t64)?$", "", name) for name in (one, other)}
    return len(stems) == 1


def _uncommented(relation: str) -> str:
    return re.sub(r"#[^\n]*", "", relation)


def _check_fields(stanza: Deb822) -> None:
    known = (SOURCE_FIELD, MODULES_FIELD)
    for name in map(str, stanza):
        if name.lower().startswith("x-hwcaps-") and name.lower() not in map(str.lower, known):
            raise ControlError(
                f"debian/control: {stanza['Package']}: there is no field {name}",
                f"Fields of dh_hwcaps are {' and '.join(known)}.",
            )


def _package(stanza: Deb822) -> BinaryPackage:
    _check_fields(stanza)
    return BinaryPackage(
        name=stanza["Package"],
        architectures=tuple(stanza.get("Architecture", "").split()),
        relations=tuple((key, " ".join(stanza[key].split())) for key in RELATIONS if key in stanza),
        source=stanza.get(SOURCE_FIELD, ""),
        modules=tuple(stanza.get(MODULES_FIELD, "").split()),
        multi_arch=stanza.get("Multi-Arch", ""),
        section=stanza.get("Section", ""),
    )
