# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages whose plugins and extension modules are to be dispatched; pure: text in, text out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dhhwcaps.control import MODULES_FIELD
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import overrides as tags
from dhhwcaps.convert.candidates import Packaging, impossible
from dhhwcaps.modules import PARENT, PYTHON

EXTENSIONS = (f"{PYTHON}**/*.so",)
"""Where dh_python3(1) puts extension modules."""


def wanted(package: str, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns of a package's modules: those asked for, else those of Python's."""
    return tuple(asked) or (EXTENSIONS if _is_python(package) else ())


def named(stanza: str) -> tuple[str, ...]:
    """Return the patterns that a stanza has already."""
    return tuple(edit.value(stanza, MODULES_FIELD).split())


def contents(package: str, patterns: Sequence[str], *, libraries: bool) -> str:
    """Return what descriptions call that which a family holds at several levels."""
    if not patterns:
        return "shared libraries"
    modules = "extension modules" if _is_python(package) else "plugins"
    return f"shared libraries and {modules}" if libraries else modules


def field(stanza: str, patterns: Sequence[str]) -> str:
    """Return the stanza with the field that names the modules."""
    if not patterns:
        return stanza
    return edit.place(stanza, MODULES_FIELD, f"{MODULES_FIELD}: {' '.join(patterns)}\n")


def overrides(package: str, patterns: Sequence[str]) -> str:
    """Return the lintian overrides of the package in which stubs stay."""
    if not patterns:
        return ""
    files = [pattern.lstrip("/").replace("**/", "") for pattern in patterns]
    reason = f"# Stubs: their RUNPATH leads to the modules of {package}-generic and its siblings.\n"
    return reason + "".join(
        f"custom-library-search-path RUNPATH /usr/lib/*/{PARENT}/{package} [{file}]\n"
        f"library-not-linked-against-libc [{file}]\n" for file in files
    )


def following(package: str, patterns: Sequence[str], stay: str) -> str:
    """Return the overrides of members: what a package's own ones say of modules, `stay`.

    Those stay as well, since some modules may.
    """
    theirs = stay.replace(overrides(package, patterns), "") if patterns else ""
    entries = map(tags.ENTRY.fullmatch, map(str.strip, theirs.splitlines()))
    found = [entry["tag"] for entry in entries if entry and "/" in (entry["context"] or "")
             and tags.ABOUT_CODE.fullmatch(entry["tag"])]
    return "".join(f"{tag} [usr/lib/*/{PARENT}/{package}/*]\n"
                   for tag in dict.fromkeys(found))


def offers(packaging: Packaging, splits: Collection[str]) -> Iterator[str]:
    """Yield the packages of a source that may hold extension modules and are not split."""
    for package in packaging.stanzas:
        if _is_python(package) and package not in splits and not impossible(packaging, package):
            yield package


def _is_python(package: str) -> bool:
    return package.startswith("python3-")
