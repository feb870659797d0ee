# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Put the calls of our steps into a debian/rules that does not run dh; pure: text in, text out.

dh-hwcaps(7), "RULES WITHOUT DH", gives the same places as a recipe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dhhwcaps.convert import makefile
from dhhwcaps.convert.makefile import Command, Rule
from dhhwcaps.errors import ControlError, plural

BEFORE_INSTALL = ("dh_missing", "dh_dwz", "dh_strip", "dh_makeshlibs")
"""Whatever looks at the libraries in the packages' directories comes after dh_hwcaps_install."""
TOO_LATE = ("dh_install", "dh_movefiles", "dh_auto_install")
FIRST = re.compile(r"[@+-]*dh_test(dir|root)\b")
LAST = re.compile(r"[@+-]*touch\b")
PREFIX = r"[@+-]*\s*(?:\w+=\S+\s+)*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Where the steps are called."""

    text: str
    """debian/rules with the calls."""
    places: tuple[str, ...]
    """The targets that gained some."""
    binary: frozenset[str]
    """The targets whose recipe splits the packages."""
    split: int
    """The line in it from which on the libraries are in generic."""


def named(text: str) -> bool:
    """Tell whether debian/rules calls our steps already."""
    return any(_names(command).startswith("dh_hwcaps_")
               for rule in makefile.parse(text) for command in rule.recipe)


def insert(text: str, *, indep: bool) -> Calls:
    """Return debian/rules with the calls of all steps.

    `indep` tells whether the source has packages of Architecture: all, whose build must not build
    levels.  Raises ControlError when their places cannot be told.
    """
    rules = makefile.parse(text)
    _check_defines(text)
    _check_included(text)
    binary, packaging = _binary(rules)
    first = _first(rules, "build-arch" if makefile.of(rules, "build-arch") else "build")
    built = _built(rules)
    building = [(_at_end(rule), _building(rules, rule, indep=indep)) for rule in built]
    wanted = [(_after_tests(first), "\tdh_hwcaps_prepare\n"), *building, *packaging]
    targets = dict.fromkeys(rule.targets[0] for rule in (first, *built, binary))
    made = _with(text, wanted)
    split = made[: made.index("\tdh_hwcaps_split")].count("\n") + 1
    return Calls(text=made, places=tuple(targets), split=split, binary=frozenset(binary.targets))


def doubts(text: str) -> list[tuple[int, str]]:
    """Return what a maintainer should look at in such rules: (line, what)."""
    found = []
    for rule in makefile.parse(text):
        for command in rule.recipe:
            if _names(command) == "dh_clean" and "clean" not in " ".join(rule.targets):
                found.append((
                    command.number, "dh_clean removes the levels that are built already: dh_prep"
                    " is meant, or they are built twice",
                ))
    if not re.search(r"dpkg-buildflags|buildflags\.mk|default\.mk|\bdh_auto_", text):
        found.append((
            1, "does not ask dpkg-buildflags, by which the levels' flags come: do, or call"
            " dh_hwcaps_build --inject=environment",
        ))
    return found


def _with(text: str, wanted: Sequence[tuple[int, str]]) -> str:
    made: list[str] = []
    for number, line in enumerate([*text.splitlines(keepends=True), ""], 1):
        here = [call for place, call in wanted if place == number]
        made += ["\n"] if here and made and not made[-1].endswith("\n") else []
        made += [*here, line]
    return "".join(made)


def _unclear(reason: str) -> ControlError:
    return ControlError(
        f"debian/rules does not run dh, and where it should call the steps is not clear: {reason}",
        "dh-hwcaps(7), RULES WITHOUT DH, tells how to do it by hand; with --force everything else"
        " is converted.",
    )


def _binary(rules: Sequence[Rule]) -> tuple[Rule, list[tuple[int, str]]]:
    found = _commands(rules, "dh_shlibdeps")
    if len(found) != 1:
        raise _unclear(f"dh_shlibdeps is called {plural(len(found), 'time')}")
    rule, shlibdeps = found[0]
    makeshlibs = _commands(rules, "dh_makeshlibs")
    if not makeshlibs or any(other is not rule for other, _command in makeshlibs):
        raise _unclear("dh_makeshlibs and dh_shlibdeps are not in the recipe of one target")
    if any("%" in target for target in rule.targets):
        raise _unclear(f"dh_shlibdeps is in a pattern rule ({' '.join(rule.targets)})")
    if not set(rule.targets) & makefile.reached(rules, "binary-arch"):
        raise _unclear(f"binary-arch does not lead to {rule.targets[0]}")
    split = max(command.end for _rule, command in makeshlibs) + 1
    install = min(_positions(rule, BEFORE_INSTALL))
    late = [c for c in rule.recipe if c.number > install and _names(c) in TOO_LATE]
    if late:
        raise _unclear(f"{_names(late[0])} on line {late[0].number} comes after dh_strip")
    if split > shlibdeps.start or any(n < split for n in _positions(rule, ("dh_installdeb",))):
        raise _unclear("dh_makeshlibs must come before dh_installdeb and dh_shlibdeps")
    arch = " -a" if re.search(r"\s(-a|-s|--arch|--same-arch)(\s|$)", shlibdeps.text) else ""
    steps = (("install", install), ("split", split), ("substvars", shlibdeps.end + 1))
    return rule, [(line, f"\tdh_hwcaps_{name}{arch}\n") for name, line in steps]


def _commands(rules: Sequence[Rule], name: str) -> list[tuple[Rule, Command]]:
    found = []
    for rule in rules:
        for command in rule.recipe:
            called = _names(command) == name
            if not called and _mentions(command, name):
                raise _unclear(f"{name} on line {command.number} is part of a longer command")
            if called and not re.search(r"\s(-i|--indep)(\s|$)", command.text):
                found.append((rule, command))
                if rule.inline:
                    raise _unclear(f"{name} is in a rule with a semicolon")
    return found


def _names(command: Command) -> str:
    match = re.match(PREFIX + r"(dh_\w+)(?=\s|$)", command.text)
    return match[1] if match and not re.search(r"[;&|]", command.text) else ""


def _positions(rule: Rule, names: Sequence[str]) -> list[int]:
    return [command.start for command in rule.recipe
            if any(_mentions(command, name) for name in names)]


def _mentions(command: Command, name: str) -> bool:
    comment = command.text.lstrip("@-+").startswith("#")
    return not comment and bool(re.search(rf"(^|[\s;&|(@+-]){name}(?=\s|$|;)", command.text))


def _first(rules: Sequence[Rule], target: str) -> Rule:
    """Return the rule whose recipe make runs first for a target."""
    found = _first_below(rules, target, frozenset())
    if not found:
        raise _unclear(f"{target} has no recipe and leads to none")
    if found.conditional or found.inline:
        raise _unclear(f"{found.targets[0]} is a rule under a condition or on one line")
    return found


def _first_below(rules: Sequence[Rule], target: str, seen: frozenset[str]) -> Rule | None:
    if "$" in target:
        raise _unclear(f"what {target} stands for is not plain, and it is made first")
    own = makefile.of(rules, target)
    for word in [word for rule in own for word in rule.prerequisites if word not in seen]:
        if found := _first_below(rules, word, seen | {target}):
            return found
    recipes = [rule for rule in own if rule.recipe]
    if len(recipes) > 1:
        raise _unclear(f"{target} has several recipes")
    return recipes[0] if recipes else None


def _after_tests(rule: Rule) -> int:
    for command in rule.recipe:
        if not FIRST.match(command.text):
            return command.start
    return rule.recipe[-1].end + 1


def _built(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that build the levels; none when only dh_hwcaps_install can do it.

    dpkg-buildpackage calls `build` or `build-arch` (Policy 4.9); both must pass one of them.
    """
    ways = {name: makefile.reached(rules, name) for name in ("build-arch", "build")
            if makefile.of(rules, name)}
    common = [name for name in ways if all(name in way for way in ways.values())]
    found = []
    for name in common[:1] or ways:
        own = makefile.of(rules, name)
        recipes = [rule for rule in own if rule.recipe]
        rule = (recipes or own)[0]
        if len(recipes) < 2 and not rule.conditional and not rule.inline and rule not in found:
            found.append(rule)
    return found


def _building(rules: Sequence[Rule], rule: Rule, *, indep: bool) -> str:
    everywhere = makefile.reached(rules, "build-indep") | makefile.reached(rules, "binary-indep")
    if not indep or not everywhere & set(rule.targets):
        return "\tdh_hwcaps_build\n"
    # dpkg-buildpackage -A comes here too, and its packages have no level.
    return (
        "ifeq (,$(filter build-indep binary-indep,$(MAKECMDGOALS)))\n\tdh_hwcaps_build\nendif\n"
    )


def _at_end(rule: Rule) -> int:
    if not rule.recipe:
        return rule.end + 1
    last = rule.recipe[-1]
    return last.start if LAST.match(last.text) else last.end + 1


def _check_included(text: str) -> None:
    # dpkg's own makefiles only set variables.
    if re.search(r"\bdh_(makeshlibs|shlibdeps)\b", text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"[-s]?include\s+(?!/usr/share/dpkg/)(\S+)", line)
        if match:
            raise ControlError(
                f"debian/rules does not call debhelper itself: line {number} includes {match[1]}",
                "If that runs dh, convert with --force and put dh-sequence-hwcaps into"
                " Build-Depends; else call the steps there, see dh-hwcaps(7), RULES WITHOUT DH.",
            )


def _check_defines(text: str) -> None:
    inside = ""
    for _first_line, _last, line in makefile.logical(text):
        if makefile.DEFINE.match(line):
            inside = line.split()[-1]
        elif line.strip().startswith("endef"):
            inside = ""
        elif inside and re.search(r"\bdh_(makeshlibs|shlibdeps)\b", line):
            raise _unclear(f"dh_makeshlibs or dh_shlibdeps is in a define block ({inside})")
