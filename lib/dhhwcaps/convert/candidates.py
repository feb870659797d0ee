# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide which packages of a source hold public shared libraries; pure: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dhhwcaps import isa
from dhhwcaps.control import Source, development, names, same_library
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert import rulesfile
from dhhwcaps.convert.closure import Need
from dhhwcaps.families import GENERIC

NAME = re.compile(r"lib.*\d.*")
OTHERS = re.compile(
    r".*-(dev|devel|dbg|dbgsym|doc|bin|tools|utils|data|common|examples|tests|udeb|perl|java|jni|cil"
    r"|ocaml|ruby|src|source)([\d.]*|-.*)|(python3?|gir1\.2|ruby|php|r|golang|libghc|librust)-.*"
)
"""Names of packages that accompany a library (Policy 8, developers' habit)."""
BIARCH = re.compile(r"lib(n32|x32|32|64)[a-z].*|.*-(lib32|lib64|i386|x32|amd64|mips\w*|powerpc)")
SECTIONS = ("libs", "oldlibs")
ELSEWHERE = (
    "libdevel", "debug", "doc", "oldlibs", "debian-installer", "introspection", "metapackages",
)
PUBLIC = re.compile(
    r"(debian/tmp/)?/?(usr/)?lib(/[^/\s]+)?/[^/\s]*[.*]so([.*?\[{][^/\s]*)?"
    r"|\S*\.so([.*?\[{]\S*)?\s.*?(?<=\s)/?(usr/)?lib(/[^/\s]+)?/?"
)
"""A line of debian/PACKAGE.install that installs a library where ld.so looks for it."""
UNTOLD = "debian/ tells of no public shared library"
VERSIONS = "which all members of its family must get, and Breaks and Replaces are to name"
NSS = re.compile(r".*\blibnss_\S*")
"""A line that installs a module of the name service switch: no program links to it (nss(5))."""
WHOLE = re.compile(r"(debian/tmp/)?/?usr(/lib(/\*|/\$\{DEB_HOST_MULTIARCH\})?)?/?\*?")


@dataclass(frozen=True, kw_only=True)  # without slots, which cached_property cannot use
class Packaging:
    """The debian/ directory of a source package."""

    files: Mapping[str, str]
    """Text of the files directly in debian/, by name; `tests/control` too."""
    programs: frozenset[str] = frozenset()
    """Which of them are executable: debhelper takes what these print (debhelper(7))."""

    @cached_property
    def stanzas(self) -> dict[str, str]:
        """The binary packages' stanzas of debian/control, in their order."""
        found = edit.chunks(self.files["control"])
        return {edit.value(text, "Package"): text for text in found if edit.value(text, "Package")}

    @cached_property
    def source(self) -> str:
        """The source stanza."""
        found = edit.chunks(self.files["control"])
        return next((text for text in found if edit.value(text, "Source")), "")

    @property
    def first(self) -> str:
        """The first binary package, to which debhelper's nameless files belong (debhelper(7))."""
        return next(iter(self.stanzas), "")

    @property
    def compat(self) -> int:
        """The debhelper compatibility level (debhelper(7)), 13 when nothing tells."""
        names = ("Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep")
        needed = " ".join(edit.value(self.source, name) for name in names)
        match = re.search(r"debhelper-compat\s*\(=\s*(\d+)", needed)
        told = edit.value(self.source, "X-DH-Compat") or self.files.get("compat", "")
        return int(match[1] if match else told) if match or told.strip().isdecimal() else 13

    def of(self, package: str, kind: str) -> str:
        """Return the text of debian/PACKAGE.KIND, or of debian/KIND for the first package."""
        named = self.files.get(f"{package}.{kind}")
        return named if named is not None else (
            self.files.get(kind, "") if package == self.first else ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a package is to be split, and why (not)."""

    package: str
    taken: bool
    reason: str
    forcible: bool = False
    """Whether `--force` may overrule the reason."""


def judge(packaging: Packaging, package: str, needed: Mapping[str, Need]) -> Verdict:
    """Return whether a binary package is a library package that can be split.

    `needed` says without which packages dpkg or apt would not work (closure.needed).
    """
    stanza = packaging.stanzas[package]
    refused = impossible(packaging, package)
    evidence = _evidence(packaging, package, stanza)
    if refused or not evidence:
        return Verdict(package=package, taken=False, reason=refused or UNTOLD)
    risky = risk(packaging, package, needed)
    return Verdict(package=package, taken=not risky, reason=risky or evidence, forcible=bool(risky))


def impossible(packaging: Packaging, package: str) -> str:
    """Return the reason why a package cannot be split at all, "" if there is none."""
    stanza = packaging.stanzas[package]
    if edit.value(stanza, "Architecture") in ("all", ""):
        return "Architecture: all"
    kind = edit.value(stanza, "Package-Type") or edit.value(stanza, "XC-Package-Type")
    if kind == "udeb" or _section(packaging, stanza) == "debian-installer":
        return "a udeb, which the installer unpacks without variants"
    if development(package):
        return "development files"
    if edit.value(packaging.source, "Source") == "glibc":
        return "the C library, which must be of one piece with the loader"
    if BIARCH.fullmatch(package):
        return "libraries for another word size"
    there = packaging.stanzas
    families = [name for name in there if name + GENERIC in there]
    if package.endswith(GENERIC) and package.removesuffix(GENERIC) in there:
        return "a member of a family that is split already"
    if any(isa.named(package.removeprefix(f"{name}-")) for name in families if name != package):
        return "a member of a family that is split already"
    return ""


def risk(packaging: Packaging, package: str, needed: Mapping[str, Need]) -> str:
    """Return the reason why a package should not be split unless forced, "" if there is none."""
    managed = alternatives(packaging, package)
    if managed:
        return managed
    line = rulesfile.versioned(packaging.files.get("rules", ""), package)
    if line:
        return f"debian/rules:{line} may give it a version of its own, {VERSIONS}"
    family = needed_by(package, edit.value(packaging.source, "Source"), needed)
    if family:
        return f"{family} needs it, and would not work after an upgrade that failed half-way"
    return ""


def alternatives(packaging: Packaging, package: str) -> str:
    """Return why a package must not be split whose libraries are alternatives, "" else."""
    managed = any(re.search(r"(update-alternatives|^Link:)[^\n]*\.so", text, re.MULTILINE)
                  for text in _scripts(packaging, package))
    return (
        "update-alternatives manages its libraries, and the loader would prefer a variant to"
        " the alternative that the administrator chose"
    ) if managed else ""


def undeveloped(source: Source, generics: Iterable[str]) -> tuple[str, ...]:
    """Return which generic packages no -dev package depends on, if there is any -dev package.

    Nothing is linked with packages of plugins or extension modules.
    """
    packages = [package for package in source.packages if package.development]
    depends = names(" , ".join(package.relation("Depends") for package in packages))
    modules = [package.name + GENERIC for package in source.packages
               if package.modules and not NAME.fullmatch(package.name)]
    return tuple(g for g in generics if packages and g not in (*depends, *modules))


def handling(packaging: Packaging, package: str) -> tuple[str, ...]:
    """Return the maintainer scripts of a package that are about libraries."""
    return tuple(
        f"{package}.{kind}" for kind in ("postinst", "postrm", "preinst", "prerm")
        if re.search(r"\blib[\w.+-]*\.so\b", packaging.files.get(f"{package}.{kind}", ""))
    )


def needed_by(package: str, source: str, needed: Mapping[str, Need]) -> str:
    """Return the essential package that needs the library, in whatever version it is installed.

    Names differ between releases by their SONAME's version and by the t64 suffix: so packages of
    the same source count when they differ only in digits.
    """
    for name, need in needed.items():
        if name == package or (need.source == source and same_library(name, package)):
            return need.root
    return ""


def _scripts(packaging: Packaging, package: str) -> list[str]:
    found = []
    for name, text in packaging.files.items():
        owner, dot, kind = re.sub(r"\.in$", "", name).rpartition(".")
        # rules make the scripts of several packages from a template such as libfoo-XXX.postinst.
        pattern = re.sub(r"[A-Z]{2,}|@\w+@", ".+", re.escape(owner if dot else packaging.first))
        if kind in ("postinst", "preinst", "alternatives") and re.fullmatch(pattern, package):
            found.append(text)
    return found


def _section(packaging: Packaging, stanza: str) -> str:
    section = edit.value(stanza, "Section") or edit.value(packaging.source, "Section")
    return section.rpartition("/")[2]


def _evidence(packaging: Packaging, package: str, stanza: str) -> str:
    section = _section(packaging, stanza)
    if edit.value(stanza, "Section") and section in ELSEWHERE:
        return ""
    installed, versioned = _installed(packaging, package)
    # libfoo-tools1 may be the library of foo-tools.
    if OTHERS.fullmatch(package) and not (versioned and NAME.fullmatch(package)):
        return ""
    for kind in ("symbols", "shlibs"):
        listed = [name for name in packaging.files
                  if name.startswith(f"{package}.{kind}") and not name.endswith(".local")]
        if listed or packaging.of(package, kind):
            return f"has debian/{listed[0] if listed else kind}"
    if installed and (versioned or NAME.fullmatch(package)):
        return f"installs {installed}"
    if NAME.fullmatch(package) and section in SECTIONS:
        return _named(packaging, package, stanza)
    return ""


def _install(packaging: Packaging, package: str) -> list[str]:
    if f"{package}.install" in packaging.programs:
        return []
    return [line.strip() for line in packaging.of(package, "install").splitlines()]


def _installed(packaging: Packaging, package: str) -> tuple[str, bool]:
    """Return the line that installs a public library, and whether with the SONAME's version."""
    lines = _install(packaging, package)
    public = (line for line in lines if PUBLIC.fullmatch(line) and not NSS.fullmatch(line))
    found = " ".join(next(public, "").split())
    return found, re.search(r"[.*]so[.*?\[{]", found) is not None


def _named(packaging: Packaging, package: str, stanza: str) -> str:
    lines = _install(packaging, package)
    linked = packaging.compat >= 14 or "${shlibs:Depends}" in listed.items(stanza, "Depends")
    if not any(lines) and linked:
        program = f"{package}.install" in packaging.programs
        named = "named like a library, in section libs"
        return f"{named}, and debian/{package}.install is a program" if program else named
    whole = next((line for line in lines if WHOLE.fullmatch(line.partition(" ")[0])), "")
    return f"installs {whole}" if whole else ""
