# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read a makefile's rules as far as they can be read without make; pure: text in, values out.

make itself would run `$(shell)` and, even under -n, every recipe line with `$(MAKE)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ASSIGNMENT = re.compile(
    r"\s*(?:(?:export|override|unexport)\s+)*(?P<name>[^\s:#=+?!]+)\s*(?:[+?!]|:{1,3})?=\s*(?P<value>.*)"
)
HEAD = re.compile(r"\s*(?P<targets>[^\s:#=][^:#=]*?)\s*::?(?!=)(?P<rest>.*)", re.DOTALL)
OPENING = re.compile(r" *(ifeq|ifneq|ifdef|ifndef)\b")
CLOSING = re.compile(r" *endif\b")
DEFINE = re.compile(r" *(override +|export +)?define\b")
SUBMAKE = re.compile(r"[@+-]*\s*(?:\$[({]MAKE[)}]|make)\s.*?-f\s*debian/rules(?P<words>\s.*|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One logical line of a recipe."""

    text: str
    """Without the tab, continued lines joined, simple variables filled in."""
    start: int
    """Its first line, or that of the outermost conditional it stands in within the recipe."""
    end: int
    """The last line, likewise."""
    number: int
    """Its own first line, counted from 1."""


@dataclass(slots=True, kw_only=True)
class Rule:
    """A rule, filled while its recipe is read."""

    targets: tuple[str, ...]
    prerequisites: tuple[str, ...]
    end: int
    """The last line of its head."""
    conditional: bool
    """Whether it exists only under a condition."""
    inline: bool
    """Whether a part of its recipe follows a semicolon."""
    recipe: list[Command] = field(default_factory=list)


def parse(text: str) -> tuple[Rule, ...]:
    """Return the rules in their order; `define` blocks are passed over."""
    return tuple(_Reader(variables(text)).read(text))


def variables(text: str) -> dict[str, str]:
    """Return the variables that have one word as their one value, others in it filled in.

    Under a condition a variable may well be empty, so those are left out.
    """
    found: dict[str, list[str]] = {}
    depth = 0
    for _number, _last, line in logical(text):
        depth += bool(OPENING.match(line)) - bool(CLOSING.match(line))
        match = None if line.startswith("\t") else ASSIGNMENT.fullmatch(line)
        if match:
            found.setdefault(match["name"], []).append("" if depth else match["value"].strip())
    once = {name: words[0] for name, words in found.items() if len(words) == 1 and words[0]}
    for _round in range(3):
        once = {name: fill(value, once) for name, value in once.items()}
    return {name: value for name, value in once.items() if not re.search(r"[\s$]", value)}


def fill(text: str, values: dict[str, str]) -> str:
    """Return the text with the variables of which we know the value filled in."""
    return re.sub(r"\$[({]([\w-]+)[)}]", lambda m: values.get(m[1], m[0]), text)


def logical(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (first line, last line, text) with continued lines joined."""
    held, first = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        held = f"{held} {line.strip()}" if held else line
        if line.endswith("\\"):
            held = held[:-1].rstrip(" ")
            continue
        yield first, number, held
        held, first = "", number + 1
    if held:
        yield first, len(text.splitlines()), held


def of(rules: Sequence[Rule], target: str) -> list[Rule]:
    """Return the rules that name a target."""
    return [rule for rule in rules if target in rule.targets]


def reached(rules: Sequence[Rule], target: str) -> frozenset[str]:
    """Return a target and all that making it makes, by prerequisites and by calls of make."""
    found: set[str] = set()
    queue = [target]
    while queue:
        name = queue.pop()
        if name in found:
            continue
        found.add(name)
        for rule in of(rules, name):
            queue += rule.prerequisites
            for command in rule.recipe:
                match = SUBMAKE.match(command.text)
                queue += match["words"].split() if match else ()
    return frozenset(found)


class _Reader:
    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.rules: list[Rule] = []
        self.open: list[int] = []
        """Lines of the conditionals that are open."""
        self.within = 0
        """How many of them were open when the rule began."""
        self.current: Rule | None = None

    def read(self, text: str) -> list[Rule]:
        defining = False
        for first, last, line in logical(text):
            if defining or (DEFINE.match(line) and not line.startswith("\t")):
                defining = not line.strip().startswith("endef")
            elif line.startswith("\t"):
                self._command(first, last, line)
            elif OPENING.match(line):
                self.open.append(first)
            elif CLOSING.match(line):
                self._close(first)
            elif line.strip() and not line.strip().startswith(("#", "else")):
                self._head(last, line)
        return self.rules

    def _command(self, first: int, last: int, line: str) -> None:
        if self.current:
            inside = self.open[self.within :]
            self.current.recipe.append(Command(
                text=fill(line.strip(), self.values), number=first,
                start=inside[0] if inside else first, end=last,
            ))

    def _close(self, number: int) -> None:
        if not self.open:
            return
        start = self.open.pop()
        if self.current and len(self.open) == self.within:
            self.current.recipe[:] = [
                Command(text=c.text, number=c.number, start=c.start, end=number)
                if c.start == start < c.number else c for c in self.current.recipe
            ]
        self.within = min(self.within, len(self.open))

    def _head(self, last: int, line: str) -> None:
        self.current = None
        match = HEAD.fullmatch(line)
        if not match or ASSIGNMENT.fullmatch(line) or ASSIGNMENT.fullmatch(match["rest"]):
            return
        before, inline, command = match["rest"].partition(";")
        words = fill(before.partition("#")[0], self.values).replace("|", " ").split()
        self.within = len(self.open)
        self.current = Rule(
            targets=tuple(fill(match["targets"], self.values).split()), prerequisites=tuple(words),
            end=last, conditional=bool(self.open), inline=bool(inline),
        )
        self.rules.append(self.current)
        if command.strip():
            self._command(last, last, command)
