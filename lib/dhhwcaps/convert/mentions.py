# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Follow the names of merged packages in debian/rules and elsewhere; pure: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dhhwcaps.convert import makefile
from dhhwcaps.convert.absorb import Left
from dhhwcaps.convert.members import Merge

ADDING = ("dh_install", "dh_installdocs", "dh_installexamples", "dh_installman", "dh_installinfo",
          "dh_installdirs", "dh_link")
"""Commands that add to a package what their line names, whoever else adds to it."""
MOVING = ("install", "cp", "mv", "ln", "mkdir", "chmod", "chrpath", "patchelf", "sed")
"""Commands that may find other files beside those that they name."""
UNRELATED = re.compile(
    r"changelog.*|control|copyright.*|rules|NEWS|.*\.(NEWS|symbols(\..+)?|po)|watch|files"
)
_OPTION = r"(?P<option>-p\s*|--package[= ]|-N\s*|--no-package[= ])"
_COMMAND = re.compile(r"\t[ \t@-]*(?P<word>[\w/.-]+)(?P<rest>[^|;&<>`#]*)", re.DOTALL)


def in_rules(text: str, merge: Merge, left: Left) -> str:
    """Return debian/rules with the family's name where one line alone shows that it is right.

    A debhelper command that names all merged packages, or adds files to one of them, and a file
    put into one's directory are that.  All other lines that name one are added to what is left.
    """
    made = "".join(_renamed(line, merge) for line in _logical(text))
    filled = {command.number: f"\t{command.text}"
              for rule in makefile.parse(made) for command in rule.recipe}
    number = 1
    for line in _logical(made):
        plain = not line.lstrip().startswith("#")
        why = _undecided(line, merge) or _undecided(filled.get(number, ""), merge)
        if plain and why:
            left.append((f"debian/rules:{number}", why))
        number += line.count("\n")
    return made


def elsewhere(files: Mapping[str, str | None], merge: Merge) -> Left:
    """Return the lines of other files of debian/ that name a package that is transitional now."""
    return [
        (f"debian/{name}:{number}", f"names {', '.join(_named(line, merge))}")
        for name, text in sorted(files.items())
        if text and not UNRELATED.fullmatch(name)
        for number, line in enumerate(text.splitlines(), 1) if _named(line, merge)
    ]


def _logical(text: str) -> Iterator[str]:
    """Yield lines with those that continue them."""
    yield from re.findall(r"(?:[^\n]*\\\n)*[^\n]*\n|[^\n]+\Z", text)


def _renamed(line: str, merge: Merge) -> str:
    command = _COMMAND.fullmatch(line.rstrip("\n"))
    if not command or not _named(line, merge):
        return line
    word = command["word"]
    if not word.startswith("dh_"):
        return _moved(line, merge) if word in MOVING else line
    pattern = rf"(?P<before>(?:\s|\\\n)+){_OPTION}(?P<name>[\w.+-]+)(?=\s|$)"
    options = list(re.finditer(pattern, line))
    ours = [m for m in options if m["name"] in (merge.family, *merge.others)]
    kinds = {m["option"].lstrip("-")[:1].lower() for m in ours}
    names = {m["name"] for m in ours}
    whole = set(merge.members) <= names and len(kinds) == 1
    adding = word in ADDING and len(ours) == 1 and kinds == {"p"}
    return _moved(_one_option(line, ours, merge) if whole or adding else line, merge)


def _one_option(line: str, ours: list[re.Match[str]], merge: Merge) -> str:
    for match in reversed(ours):
        first = match is ours[0]
        new = f"{match['before']}{match['option']}{merge.family}" if first else ""
        line = line[: match.start()] + new + line[match.end() :]
    return line


def _moved(line: str, merge: Merge) -> str:
    """Return a line with the one directory of a merged package that it names renamed.

    Two on a line may be treated alike, and would be treated twice.
    """
    names = "|".join(re.escape(name) for name in (merge.family, *merge.others))
    pattern = rf"(?<![\w.+-])debian/({names})(?=/(?!DEBIAN/|usr/share/doc/))"
    if len(re.findall(pattern, line)) != 1:
        return line
    return re.sub(pattern, f"debian/{merge.family}", line)


def _undecided(line: str, merge: Merge) -> str:
    named = _named(line, merge)
    if named:
        verb = "is a transitional package" if len(named) == 1 else "are transitional packages"
        return f"names {', '.join(named)}, which {verb} now: {merge.family} has what was theirs"
    options = rf"\bdh_(makeshlibs|shlibdeps)\b.*\s{_OPTION}{re.escape(merge.family)}(\s|$)"
    value = re.search(r"\s(-V\s*\S|--version-info=)", line)
    if merge.existed and value and re.search(options, line, re.DOTALL):
        return f"is about all libraries of {merge.family} now, those of the others too"
    return ""


def _named(line: str, merge: Merge) -> tuple[str, ...]:
    # After the name of a package a dot goes on with it, after that of a file comes the kind.
    return tuple(
        name for name in merge.others
        if re.search(rf"(?:(?<![\w.+-])|(?<=\s-[pN])){re.escape(name)}(?![\w+-]|\.\w)"
                     rf"|\bdebian/{re.escape(name)}\.[a-zA-Z]", line)
    )
