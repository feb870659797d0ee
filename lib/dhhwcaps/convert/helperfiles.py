# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Join the files that tell debhelper what is in packages that become one; pure.

debhelper(7), "Debhelper config files": debian/PACKAGE.KIND, debian/PACKAGE.KIND.ARCH instead of it
on one architecture or kernel, debian/KIND for the first package.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from dhhwcaps.convert import symbolsfile
from dhhwcaps.convert.absorb import Left
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.members import Merge
from dhhwcaps.errors import ControlError

LISTS = ("install", "docs", "examples", "links", "manpages", "info", "dirs", "triggers")
"""Kinds with an entry on each line."""
OVERRIDES = "lintian-overrides"
JOINED = (*LISTS, "symbols", "shlibs", OVERRIDES)
SINGLE = ("README.Debian", "NEWS", "TODO")
SCRIPTS = ("preinst", "postinst", "prerm", "postrm", "config", "templates", "maintscript")
KERNELS = ("linux", "hurd", "kfreebsd")

Files = dict[str, str | None]


def join(packaging: Packaging, merge: Merge, left: Left) -> Files:
    """Return the files that change, None for one that goes away.

    Raises ControlError for what cannot be joined.
    """
    _check_scripts(packaging, merge)
    made: Files = {}
    for kind in JOINED:
        for suffix in _suffixes(packaging, merge, kind):
            made |= _joined(packaging, merge, kind, suffix)
            if kind == "symbols":
                _look_at_symbols(packaging, merge, suffix, left)
    for kind in SINGLE:
        made |= _only(packaging, merge, kind)
    for name in packaging.files:
        owner = next((o for o in merge.others if name.startswith(f"{o}.")), "")
        if owner and name not in made:
            left.append((f"debian/{name}", f"still belongs to {owner}, which is a transitional"
                         " package now"))
    return made


def found(packaging: Packaging, package: str, kind: str, suffix: str = "") -> str:
    """Return the name of the file that debhelper reads, "" if there is none."""
    names = [f"{package}.{kind}{suffix}"]
    names += [f"{kind}{suffix}"] * (package == packaging.first)
    return next((name for name in names if name in packaging.files), "")


def _check_scripts(packaging: Packaging, merge: Merge) -> None:
    for package in merge.others:
        for kind in SCRIPTS:
            if name := found(packaging, package, kind):
                raise ControlError(
                    f"debian/{name}: maintainer scripts of merged packages cannot be joined safely",
                    f"Write what is still needed of it into debian/{merge.family}.{kind}, and"
                    " remove it.",
                )


def _suffixes(packaging: Packaging, merge: Merge, kind: str) -> list[str]:
    pattern = re.compile(rf"(?P<owner>.*?)\.?\b{kind}(?P<suffix>(\.[\w-]+)?)")
    matches = [m for m in map(pattern.fullmatch, packaging.files) if m]
    suffixes = {m["suffix"] for m in matches if m["owner"] in merge.members}
    if packaging.first in merge.members:
        # debian/docs.txt is no file for an architecture.
        suffixes |= {m["suffix"] for m in matches if not m["owner"]} & {"", *suffixes}
    if ".in" in suffixes:
        raise ControlError(f"debian/*.{kind}.in: generated files cannot be joined",
                           "Replace them by what is generated from them, then convert again.")
    if suffixes & {f".{kernel}" for kernel in KERNELS} and len(suffixes - {""}) > 1:
        raise ControlError(
            f"debian/*.{kind}: files for single kernels and for single architectures cannot be"
            " joined", "Name the architectures instead of the kernel.",
        )
    return sorted(suffixes)


def _joined(packaging: Packaging, merge: Merge, kind: str, suffix: str) -> Files:
    """Return the one file for this architecture, or for all that have none of their own."""
    names = {
        package: found(packaging, package, kind, suffix) or found(packaging, package, kind)
        for package in merge.members
    }
    names = {package: name for package, name in names.items() if name}
    if not names or (not set(names) & set(merge.others) and kind != OVERRIDES):
        return {}
    texts = {package: packaging.files[name] for package, name in names.items()}
    _check_joinable(texts, names, kind, merge)
    own = found(packaging, merge.family, kind, suffix) if merge.existed else ""
    order = sorted(texts, key=lambda package: package != merge.base)
    made: Files = {
        found(packaging, package, kind, suffix): None
        for package in merge.others if found(packaging, package, kind, suffix)
    }
    name = own or f"{merge.family}.{kind}{suffix}"
    text = _text(texts, order, kind, merge)
    return made if packaging.files.get(name) == text else made | {name: text}


def _text(texts: Mapping[str, str], order: list[str], kind: str, merge: Merge) -> str:
    made = ""
    for package in order:
        text = texts[package]
        if kind == "symbols":
            text = symbolsfile.renamed(text, package, merge)
        elif kind == "shlibs":
            text = symbolsfile.named(text, merge)
        elif kind == OVERRIDES:
            text = _addressed(text, package, merge.family)
        elif made:
            there = made.splitlines()
            text = "".join(line for line in text.splitlines(keepends=True)
                           if line.rstrip("\n") not in there)
        made += text if text.endswith("\n") or not text else f"{text}\n"
    return made


def _addressed(text: str, package: str, family: str) -> str:
    # "package [arch] type: tag context"; the package is optional (Lintian manual).
    owner = rf"^{re.escape(package)}(?=(\s[^\n:]*)?:\s)"
    text = re.sub(owner, family, text, flags=re.MULTILINE)
    # Its context names all SONAMEs of the package.
    about_all = r"^((?:[^#\n]*:\s+)?package-name-doesnt-match-sonames)\b.*"
    return re.sub(about_all, r"\1", text, flags=re.MULTILINE)


def _only(packaging: Packaging, merge: Merge, kind: str) -> Files:
    names = [name for name in (found(packaging, p, kind) for p in merge.members) if name]
    if len(names) != 1 or (merge.existed and names[0] == found(packaging, merge.family, kind)):
        return {}
    return {names[0]: None, f"{merge.family}.{kind}": packaging.files[names[0]]}


def _check_joinable(
    texts: Mapping[str, str], names: Mapping[str, str], kind: str, merge: Merge
) -> None:
    for package, text in texts.items():
        if text.startswith("#!"):
            raise ControlError(
                f"debian/{names[package]} is a program, which cannot be joined with another file",
                f"Write debian/{merge.family}.{kind} by hand and remove the others.",
            )
        if kind == "symbols" and re.search(r"^#include\b", text, re.MULTILINE):
            raise ControlError(
                f"debian/{names[package]} includes other files, which cannot be joined",
                "Replace the #include lines by what they name, then convert again.",
            )
    seen: dict[str, tuple[str, str]] = {}
    for package, text in texts.items():
        for target, source in _targets(kind, text):
            other, earlier = seen.setdefault(target, (package, source))
            if other != package and (source != earlier or kind == "symbols"):
                raise ControlError(
                    f"debian/{names[other]} and debian/{names[package]} both have {target}",
                    f"In {merge.family} it can be one only: decide which, or leave one of the"
                    " packages out.",
                )


def _targets(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield (what a file has in the package, where it comes from) as far as names tell."""
    if kind == "symbols":
        yield from ((soname, soname) for soname in symbolsfile.sonames(text))
        return
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if kind == "shlibs":
            yield " ".join(words[: 3 if words[0].endswith(":") else 2]), line
        elif kind == "links":
            yield from zip(words[1::2], words[::2], strict=False)
        elif kind in ("docs", "examples", "manpages", "info"):
            yield from ((posixpath.basename(word), word) for word in words if _literal(word))
        elif kind == "install":
            yield from _installed(words)


def _installed(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words[:-1] or words:
        source = word.removeprefix("debian/tmp/").lstrip("/")
        target = words[-1].strip("/") if words[1:] else posixpath.dirname(source)
        if _literal(word):
            yield f"{target}/{posixpath.basename(source)}", source


def _literal(word: str) -> bool:
    return not re.search(r"[*?\[{]", word)


def _look_at_symbols(packaging: Packaging, merge: Merge, suffix: str, left: Left) -> None:
    names = {package: found(packaging, package, "symbols", suffix) for package in merge.members}
    if not any(names[other] for other in merge.others):
        return
    for package, name in names.items():
        for line in symbolsfile.undecided(packaging.files.get(name, ""), package, merge):
            left.append((
                f"debian/{name}:{line}", f"alternatives: say of each that it needs at least"
                f" {merge.version}~, the first version of {merge.family} with these libraries",
            ))
    without = [p for p in merge.members if not found(packaging, p, "symbols", suffix)
               and not found(packaging, p, "symbols")]
    if without:
        left.append((
            f"debian/{merge.family}.symbols{suffix}", f"lacks libraries of {', '.join(without)}:"
            " dpkg-gensymbols adds their symbols at the version that is built",
        ))
