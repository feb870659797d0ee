# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Edit the fields of debian/control; pure: text in, text out.

Every byte outside an edit stays.  python-debian's format-preserving parser is a private module and
reformats the lists it touches; see deb822list.
"""

from __future__ import annotations

import re

ORDER = (
    "Package", "Section", "Priority", "Architecture", "Multi-Arch", "Build-Profiles",
    "X-Hwcaps-Modules", "Pre-Depends", "Depends", "Recommends", "Suggests",
    "Enhances", "Breaks", "Conflicts", "Replaces", "Provides", "Built-Using",
    "Static-Built-Using", "Homepage", "Description",
)
"""Which fields stand next to each other, for placing one that a stanza lacks."""
_FIELD = re.compile(
    r"^(?P<name>(?![#-])[!-9;-~]+):(?P<value>[^\n]*\n?(?:(?:#[^\n]*\n)*[ \t][^\n]*\n?)*)",
    re.MULTILINE,
)


def chunks(text: str) -> list[str]:
    """Split a control file into stanzas and what is between them; joined they are the text.

    Lines of nothing but white space separate stanzas (deb-src-control(5)).
    """
    return re.split(r"((?:^[ \t\r]*\n)+)", text, flags=re.MULTILINE)


def fields(stanza: str) -> tuple[str, ...]:
    """Return the names of a stanza's fields in their order."""
    return tuple(match["name"] for match in _FIELD.finditer(stanza))


def find(stanza: str, name: str) -> re.Match[str] | None:
    """Return where a field is: `name` and `value` of the match; None if the stanza lacks it."""
    wanted = name.lower()
    return next((m for m in _FIELD.finditer(stanza) if m["name"].lower() == wanted), None)


def raw(stanza: str, name: str) -> str:
    """Return a field as it is written, without comments; "" if the stanza lacks it."""
    match = find(stanza, name)
    return re.sub(r"^#[^\n]*\n", "", match[0], flags=re.MULTILINE) if match else ""


def value(stanza: str, name: str) -> str:
    """Return a field's value without comments and outer white space; "" if there is none."""
    return raw(stanza, name)[len(name) + 1 :].strip()


def line(stanza: str, name: str, otherwise: str) -> int:
    """Return how many lines of a stanza are above a field, or above another if it lacks it."""
    match = find(stanza, name) or find(stanza, otherwise)
    return stanza[: match.start()].count("\n") if match else 0


def put(stanza: str, name: str, text: str) -> str:
    """Return the stanza with a field written anew, or without it when `text` is empty.

    Comments within the old field stay in its place, above a new one.
    """
    match = find(stanza, name)
    if not match:
        return place(stanza, name, text)
    head, tail = stanza[: match.start()], stanza[match.end() :]
    return head + commented(match["value"]) + text + tail


def drop(stanza: str, name: str) -> str:
    """Return the stanza without a field and its comments."""
    match = find(stanza, name)
    return stanza[: _start(stanza, match)] + stanza[match.end() :] if match else stanza


def comments(stanza: str, name: str) -> str:
    """Return the comment lines above and within a field."""
    match = find(stanza, name)
    return commented(stanza[_start(stanza, match) : match.end()]) if match else ""


def commented(text: str) -> str:
    """Return the comment lines of a text."""
    return "".join(f"{line}\n" for line in re.findall(r"^#[^\n]*", text, re.MULTILINE))


def above(stanza: str, name: str, text: str) -> str:
    """Return the stanza with comment lines above a field, or at its end when it lacks the field."""
    match = find(stanza, name)
    at = match.start() if match else len(stanza)
    return stanza[:at] + text + stanza[at:]


def place(stanza: str, name: str, text: str) -> str:
    """Return the stanza with a new field next to the ones that usually stand beside it."""
    if not text:
        return stanza
    present = [n for n in fields(stanza) if n in ORDER]
    if name not in ORDER or not present:
        return stanza + ("" if stanza.endswith("\n") else "\n") + text
    nearest = min(present, key=lambda n: abs(ORDER.index(n) - ORDER.index(name) + 0.1))
    match = find(stanza, nearest)
    assert match  # noqa: S101 - it is one of the stanza's fields
    if ORDER.index(nearest) < ORDER.index(name):
        head = stanza[: match.end()]
        return head + ("" if head.endswith("\n") else "\n") + text + stanza[match.end() :]
    at = _start(stanza, match)
    return stanza[:at] + text + stanza[at:]


def append(stanza: str, name: str, text: str) -> str:
    """Return the stanza with lines added at the end of a field's value."""
    match = find(stanza, name)
    if not match:
        return stanza
    head = stanza[: match.end()]
    return head + ("" if head.endswith("\n") else "\n") + text + stanza[match.end() :]


def _start(stanza: str, match: re.Match[str]) -> int:
    # Comments above a field belong to it.
    above = re.search(r"(?:^#[^\n]*\n)*\Z", stanza[: match.start()], re.MULTILINE)
    return above.start() if above else match.start()
