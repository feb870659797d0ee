# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lintian overrides of split packages; pure: text in, text out.

Seen with lintian 2.116, 2.122 and 2.143 on packages split like this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dhhwcaps import isa
from dhhwcaps.isa import Level

SOURCE = "source/lintian-overrides"
FOR_SOURCE = (SOURCE, "source.lintian-overrides")
"""Where lintian looks for a source's own overrides (Lintian User's Manual, 2.4.2)."""
ABOUT_LIBRARIES = re.compile(
    r"package-name-doesnt-match-sonames|no-symbols-control-file|symbols-.*|shlibs?-.*"
    r"|distant-prerequisite-in-shlibs"
)
"""Tags on a package's shared libraries as a whole."""
ABOUT_CODE = re.compile(
    r"spelling-error-in-binary|exit-in-shared-library|library-not-linked-against-libc|hardening-.*"
    r"|custom-library-search-path|binary-or-shlib-defines-rpath|embedded-library|shared-library-.*"
    r"|possible-gpl-code-linked-with-openssl"
)
"""Tags on ELF files, which may say of which or be about all of the package's."""
ABOUT_STANZA = re.compile(r"debhelper-but-no-misc-depends")
"""Tags of the source on what a stanza of debian/control lacks, whose copies lack it too."""
DEPENDENCY = "symbols-declares-dependency-on-other-package"
ENTRY = re.compile(r"(?P<owner>[^\s#:]+(\s[^\n:]*)?:\s+)?(?P<tag>[\w.-]+)(?P<context>\s.*)?")
_LIBRARY = re.compile(
    r"(?P<words>(\s.*)?)\s\[?/?(usr/)?lib/([^/\]\s]+/)?(?P<file>[^/\]\s]*\.so[^/\]\s:]*)(:[^\]]*)?\]?"
    r"(?P<more>(\s.*)?)"
)


def for_generic(family: str, moved: str, *, symbols: bool) -> str:
    """Return the overrides of the package that takes over the libraries, `moved` ones included."""
    tags = ["package-name-doesnt-match-sonames", "distant-prerequisite-in-shlibs"]
    wanted = [tag for tag in tags if not re.search(rf"^{tag}\b", moved, re.MULTILINE)]
    there = re.findall(rf"^{DEPENDENCY}\b(.*)", moved, re.MULTILINE)
    if symbols and all(context.strip() for context in there):
        # Those that are there may be about another package that the symbols file names.
        wanted.append(f"{DEPENDENCY} {family} *" if there else DEPENDENCY)
    reason = f"# Other packages depend on {family}, which pulls in this or a variant of it.\n"
    return moved + reason + "".join(f"{entry}\n" for entry in wanted)


def for_source(text: str) -> str:
    """Return the source's overrides with one for a test that is the only one, and superficial."""
    reason = "# hwcaps verify loads the libraries at each level, it does not use them.\n"
    known = re.search(r"^([^\s#:]+(\s+source)?:\s+)?superficial-tests\b", text, re.MULTILINE)
    return text if known else (text and text.rstrip("\n") + "\n") + reason + "superficial-tests\n"


def repeated(text: str, package: str, others: Iterable[str]) -> str:
    """Return the source's overrides, those on a package's stanza also for stanzas made after it."""
    made = ""
    for line in text.splitlines(keepends=True):
        made += line
        entry = ENTRY.fullmatch(line.strip())
        context = (entry["context"] or "").strip(" \t[]") if entry else ""
        if entry and ABOUT_STANZA.fullmatch(entry["tag"]) and context == package:
            made = made.rstrip("\n") + "\n"
            start = f"{entry['owner'] or ''}{entry['tag']}"
            made += "".join(f"{start}{(entry['context'] or '').replace(package, other)}\n"
                            for other in others)
    return made


def for_variant(level: Level, moved: str) -> str:
    """Return the overrides of a variant; `moved` ones follow their files to the new directory."""
    reason = (
        f"# ldconfig does look into {isa.SUBDIRECTORY}/{level.name}; lintian does not know yet.\n"
    )
    followed = ""
    for line in moved.splitlines(keepends=True):
        entry = ENTRY.fullmatch(line.rstrip("\n"))
        file = _LIBRARY.fullmatch(entry["context"] or "") if entry else None
        if entry and file:
            stem = file["file"].partition(".so")[0]
            words = f"{entry['tag']}{file['words']}{file['more']}"
            followed += f"{words} [*/{isa.SUBDIRECTORY}/*/{stem}.so*]\n"
        elif entry and _about_all_code(entry):
            followed += _bare(line)
    return reason + "package-has-unnecessary-activation-of-ldconfig-trigger\n" + followed


def moving(text: str) -> tuple[str, str]:
    """Split a family's overrides into those that stay and those that go with the libraries.

    A comment goes with the entries below it.
    """
    stay, go = "", ""
    for block in re.findall(r"(?:(?:#[^\n]*|[ \t]*)\n)*(?:[^#\s][^\n]*(?:\n|\Z))*", text):
        comment = re.match(r"(?:(?:#[^\n]*|[ \t]*)\n)*", block)
        head = comment[0] if comment else ""
        entries = block[len(head) :].splitlines(keepends=True)
        going = [_bare(entry) for entry in entries if _goes(entry)]
        staying = [entry for entry in entries if not _goes(entry)]
        go += head.lstrip("\n") + "".join(going) if going else ""
        stay += head + "".join(staying) if staying or not going else ""
    return stay, go


def _goes(line: str) -> bool:
    entry = ENTRY.fullmatch(line.strip())
    if not entry:
        return False
    return bool(
        ABOUT_LIBRARIES.fullmatch(entry["tag"]) or _LIBRARY.fullmatch(entry["context"] or "")
        or _about_all_code(entry)
    )


def _about_all_code(entry: re.Match[str]) -> bool:
    return bool(ABOUT_CODE.fullmatch(entry["tag"])) and "/" not in (entry["context"] or "")


def _bare(line: str) -> str:
    entry = ENTRY.fullmatch(line.strip())
    return f"{entry['tag']}{entry['context'] or ''}\n" if entry else line
