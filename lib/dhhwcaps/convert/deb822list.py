# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Edit comma-separated lists in debian/control in the maintainer's own style; pure.

Every byte outside an edit stays, and a new item takes the separator that the list uses already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dhhwcaps.convert import deb822edit as edit

WIDTH = 79
RELATIONS = (
    "Depends", "Pre-Depends", "Recommends", "Suggests", "Breaks", "Conflicts", "Replaces",
    "Provides", "Build-Depends",
)
_BLANKS = re.compile(r"[ \t]+(?=\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a stanza writes its comma-separated lists."""

    start: str = " "
    """Between the colon and the first item."""
    separator: str = ", "
    end: str = ""
    """After the last item: a comma, perhaps."""
    aligned: bool = False
    """Whether items stand below each other, behind the field's name."""
    filled: bool = False
    """Whether long lists of the stanza go on in further lines, several items in each."""


def items(stanza: str, name: str) -> tuple[str, ...]:
    """Return the items of a comma-separated list, white space within them made single."""
    text = edit.value(stanza, name)
    return tuple(" ".join(part.split()) for part in text.split(",") if part.strip())


def style(stanza: str) -> Style:
    """Return how the stanza writes lists; of one-item lists only those that begin a line tell."""
    found = [made for name in RELATIONS if (made := _style(stanza, name))]
    filled = any(made.filled for made in found)
    return replace(found[0], filled=filled) if found else Style()


def style_of(stanza: str, name: str) -> Style:
    """Return how to write a field of a stanza that is made after this one.

    The same field is the example if it has a line for each item; else the other lists are, and a
    line gets too long only where they have such lines.
    """
    same = _style(stanza, name)
    if same and "\n" in same.separator and not same.filled:
        return same
    how = style(stanza)
    return replace(how, filled=how.filled or not _has_long_line(stanza))


def listing(name: str, values: Sequence[str], how: Style) -> str:
    """Return a field with a comma-separated list in that style; "" when the list is empty."""
    separator = ",\n" + " " * (len(name) + 2) if how.aligned else how.separator
    text = f"{name}:{how.start}{separator.join(values)}{how.end}\n"
    if how.filled and len(text.rstrip()) > WIDTH and "\n" not in text[:-1]:
        text = _filled(name, values, how)
    return text if values else ""


def insert(stanza: str, name: str, item: str, after: Callable[[str], bool] | None = None) -> str:
    """Return the stanza with an item more in a list.

    It comes after the last item that fits `after`, else at the end, with the separator that the
    list has there.  A missing or empty field is made.
    """
    match = edit.find(stanza, name)
    if not match or not items(stanza, name):
        bare = stanza.replace(match[0], "", 1) if match else stanza
        return edit.place(bare, name, listing(name, [item], style(stanza)))
    text = match["value"]
    spans = _spans(text)
    fitting = [n for n, (a, b) in enumerate(spans) if after and after(" ".join(text[a:b].split()))]
    at = fitting[-1] if fitting else len(spans) - 1
    separator = _separator(stanza, name, text, spans, at, item)
    clean = _BLANKS.sub("", separator)
    added, position = clean + item, spans[at][1]
    if clean != separator and at + 1 < len(spans):
        # The blanks at the end of the line above are not ours to repeat, nor to remove.
        added, position = item + clean, spans[at + 1][0]
    position += match.start("value")
    return stanza[:position] + added + stanza[position:]


def change(stanza: str, name: str, item: str, new: str) -> str:
    """Return the stanza with an item of a list written anew, or without it when `new` is empty.

    Comments stay where they are; with its last item the field goes.
    """
    match = edit.find(stanza, name)
    text = match["value"] if match else ""
    spans = _spans(text)
    found = [n for n, (a, b) in enumerate(spans) if " ".join(_masked(text)[a:b].split()) == item]
    if not match or not found:
        return stanza
    if not new and len(spans) == 1:
        return edit.put(stanza, name, "")
    start, end = spans[found[0]]
    inner = edit.commented(text[start:end])
    made = text[:start] + new + text[end:] if new else _without(text, spans, found[0])
    stanza = stanza[: match.start("value")] + made + stanza[match.end("value") :]
    return edit.above(stanza, name, inner)


def _filled(name: str, values: Sequence[str], how: Style) -> str:
    lines = [f"{name}:{how.start}{values[0]}"]
    for item in values[1:]:
        if len(f"{lines[-1]}, {item},") > WIDTH:
            lines.append(" " * (len(name) + 2) + item)
        else:
            lines[-1] += f", {item}"
    return ",\n".join(lines) + how.end + "\n"


def _masked(text: str) -> str:
    return re.sub(r"^#[^\n]*", lambda m: " " * len(m[0]), text, flags=re.MULTILINE)


def _spans(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(r"[^,\s](?:[^,]*[^,\s])?", _masked(text))]


def _without(text: str, spans: list[tuple[int, int]], at: int) -> str:
    """Return a list's text without one of its items and one separator beside it."""
    begin = spans[at - 1][1] if at else 0
    before = text[begin : spans[at][0]]
    if at + 1 == len(spans):
        line, newline, rest = text[spans[at][1] :].partition("\n")
        return text[:begin] + line + newline + edit.commented(before) + rest
    after = text[spans[at][1] : spans[at + 1][0]]
    if "#" in after and "\n" not in before:
        kept = after if at else after.replace(",", "", 1)
    else:
        lines, newline, indent = before.rpartition("\n")
        kept = lines + newline + edit.commented(after) + indent
    return text[:begin] + kept + text[spans[at + 1][0] :]


def _has_long_line(stanza: str) -> bool:
    lists = (edit.raw(stanza, name) for name in RELATIONS)
    return any(len(line) > WIDTH for text in lists for line in text.splitlines())


def _separators(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    found = (text[a[1] : b[0]] for a, b in pairwise(spans))
    return [separator for separator in found if "#" not in separator]


def _separator(
    stanza: str, name: str, text: str, spans: list[tuple[int, int]], at: int, item: str
) -> str:
    clean = _separators(text, spans)
    here = _separators(text, spans[at : at + 2]) or clean[-1:]
    broken = [separator for separator in clean if "\n" in separator]
    if not here:
        how = _style(stanza, name) or style(stanza)
        if how.aligned:
            return ",\n" + " " * (len(name) + 2)
        return how.separator if "\n" in text[: spans[0][0]] else ", "
    end = spans[at][1]
    column = end - text.rfind("\n", 0, end) + (0 if "\n" in text[:end] else len(name) + 1)
    too_long = column + len(here[0]) + len(item) > WIDTH
    return broken[-1] if broken and too_long and "\n" not in here[0] else here[0]


def _style(stanza: str, name: str) -> Style | None:
    match = edit.find(stanza, name)
    spans = _spans(match["value"]) if match else []
    if not match or not spans:
        return None
    text = match["value"].rstrip("\n")
    start = text[: spans[0][0]]
    separators = _separators(text, spans)
    end = "," if text.rstrip().endswith(",") else ""
    if "#" in start or (not separators and "\n" not in start):
        return None
    separator = separators[-1] if separators else ",\n" + start.rpartition("\n")[2]
    separator = _BLANKS.sub("", separator)
    below = ",\n" + " " * (len(match["name"]) + 1 + len(start))
    return Style(
        start=start, separator=separator, end=end,
        aligned="\n" not in start and separator == below,
        filled=below in separators and separators.count(below) < len(separators),
    )
