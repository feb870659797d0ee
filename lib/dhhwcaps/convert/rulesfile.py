# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read debian/rules as far as a conversion must know it; pure: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dhhwcaps.convert import makefile

DH = re.compile(r"^(\t|[^#\n]*:[^=\n]*;)[ \t@+-]*([\w$({)}]+=\S+\s+)*dh\s+[^\n]*", re.MULTILINE)
"""A recipe line that calls the sequencer, with variables before it."""
LATE = ("dh_shlibdeps", "dh_installdeb", "dh_gencontrol", "dh_md5sums", "dh_builddeb")
"""What dh runs after the split (dh --no-act binary)."""
BETWEEN = ("dh_fixperms", "dh_strip_nondeterminism", "dh_compress", "dh_dwz", "dh_strip",
           "dh_makeshlibs")
"""What dh runs between dh_hwcaps_install and the split: levels lie in packages of their own."""
EDITING = re.compile(r"(?<![\w./-])(chrpath|patchelf|execstack|objcopy|strip|sstrip)\s")
LINK = re.compile(
    r"(?<![\w./-])ln\s[^;&|]*?(?P<name>lib[\w+.-]*?)\.so\.(?P<version>[\d.]+)[\s\\]+(?P<to>\S+/\S+)"
)
SEARCHED = re.compile(r"\busr/lib(/(\$[({]DEB_HOST_MULTIARCH[)}]|\*|[\w-]+-linux-gnu\w*))?/[^/]+$")
"""A path directly in a directory where the linker looks for -dev packages' links."""
HOOK = re.compile(r"(override|execute_before|execute_after)_(dh_\w+?)(-arch|-indep)?")


VERSIONED = re.compile(r"\b(dh_gencontrol\b.*\s(--|-u)(\s.*\s|\s*)|dpkg-gencontrol\b.*\s)-v\S")
"""A call that gives packages another version than the changelog has (dpkg-gencontrol(1))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a recipe."""

    number: int
    target: str
    text: str
    """With simple variables of the file filled in."""


def uses_dh(text: str) -> bool:
    """Tell whether debian/rules runs dh's sequence."""
    return bool(DH.search(text))


def has_addon(text: str) -> bool:
    """Tell whether debian/rules names our addon (`dh $@ --with hwcaps`)."""
    return bool(re.search(r"--with[= ][\w,-]*\bhwcaps\b(?!-)", text))


def hooks(text: str, command: str) -> tuple[str, ...]:
    """Return the targets that override a debhelper command or run around it."""
    found = (HOOK.fullmatch(line.target) for line in recipes(text))
    return tuple(dict.fromkeys(match[0] for match in found if match and match[2] == command))


def generates_control(text: str) -> int:
    """Return the line on which debian/rules makes debian/control, 0 if it does not."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"(\./)?debian/control\s*:(?!=)", line):
            return number
    return 0


def looks_into(text: str, package: str, late: Callable[[Line], bool]) -> list[Line]:
    """Return the lines that look for libraries in a package or its directory when it is too late.

    `late` tells of a line whether the libraries are in the generic package by then.
    """
    name = rf"({re.escape(package)}|\*|\$[({{]\w+[)}}]|\$\$?\w+)"
    directory = re.compile(rf"debian/{name}(/(usr/)?lib\b|\S*/\S*\.so|\s|$)")
    libraries = re.compile(
        rf"(-L\s*|--libpackage[= ]|dh_shlibdeps\s.*(-p|--package[= ])){re.escape(package)}(\s|$)"
    )
    return [line for line in recipes(text) if late(line)
            and (directory.search(line.text) or libraries.search(line.text))]


def edits_generic(text: str, package: str) -> list[Line]:
    """Return the lines that change a package's libraries when those of levels lie elsewhere."""
    name = rf"({re.escape(package)}|\*|\$[({{]\w+[)}}]|\$\$?\w+)"
    inside = re.compile(rf"debian/{name}/(usr/)?lib\b")
    hooks = ((HOOK.fullmatch(line.target), line) for line in recipes(text))
    return [line for hook, line in hooks if hook and hook[2] in BETWEEN
            and EDITING.search(line.text) and inside.search(line.text)]


def links_to(text: str, package: str) -> list[Line]:
    """Return the lines that link to a library of a package from a directory of others' own.

    The package's name tells its libraries (Policy 8.1).
    """
    plain = package.removesuffix("t64")
    found = [(line, LINK.search(line.text)) for line in recipes(text)]
    return [line for line, link in found if link and not SEARCHED.search(link["to"])
            and plain in _names(link["name"], link["version"])]


def versioned(text: str, package: str) -> int:
    """Return the line that may give a package a version of its own, 0 if there is none."""
    for line in recipes(text):
        call = VERSIONED.search(line.text)
        if call:
            named = re.findall(r"\s(?:-p\s*|--package[= ])(\S+)", line.text)
            others = re.findall(r"\s(?:-N\s*|--no-package[= ])(\S+)", line.text)
            plain = named and "$" not in line.text.partition(" -- ")[0]
            if package not in others and (package in named or not plain):
                return line.number
    return 0


def in_late_hook(line: Line) -> bool:
    """Tell whether dh runs a line after the split."""
    hook = HOOK.fullmatch(line.target)
    return bool(hook and hook[2] in LATE)


def recipes(text: str) -> Iterator[Line]:
    """Yield the recipe lines of all targets, one per target that a rule names.

    A target without a recipe yields nothing.
    """
    for rule in makefile.parse(text):
        for command in rule.recipe:
            yield from (Line(number=command.number, target=name, text=command.text)
                        for name in rule.targets)


def _names(library: str, version: str) -> tuple[str, str]:
    # What a package of a library with that SONAME may be called (Policy 8.1).
    stem = library.lower().replace("_", "-")
    return f"{stem}{version}", f"{stem}-{version}"
