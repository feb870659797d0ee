# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on debian/rules; pure."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterator

from dhhwcaps import environment, isa, main, options
from dhhwcaps.check.finding import Finding
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import rulesfile
from dhhwcaps.convert.candidates import VERSIONS
from dhhwcaps.convert.recipes import EDITS, OWN_FLAGS
from dhhwcaps.errors import UsageError
from dhhwcaps.ownflags import settings

STEPS = tuple({**main.STEPS, **main.IN_COPY})
NEEDED = ("dh_hwcaps_install", "dh_hwcaps_split", "dh_hwcaps_substvars")
"""Steps without which the packages are wrong."""
BEFORE = ("dh_install", "dh_makeshlibs", "dh_strip", "dh_dwz", "dh_movefiles", "dh_auto_install")
"""What dh runs before the split, and what is about libraries."""
VARIABLES = (environment.LEVEL, "DH_HWCAPS_SEQUENCE")
_HOOK = re.compile(r"(override|execute_before|execute_after)_(dh_hwcaps\w*?)(-arch|-indep)?")
_CALL = re.compile(r"(?<![\w./-])(dh_hwcaps\w*)((?:[ \t]+[^\s;&|]+)*)")


def called(rules: str) -> frozenset[str]:
    """Return the names of our commands that recipes call."""
    return frozenset(match[1] for line in rulesfile.recipes(rules)
                     for match in _CALL.finditer(line.text))


def hooks(subject: Subject) -> Iterator[Finding]:
    """Find hooks of steps that do not exist or have no effect, and overrides that do nothing."""
    recipes = list(rulesfile.recipes(subject.rules))
    for number, target in _targets(subject.rules):
        hook = _HOOK.fullmatch(target)
        if not hook:
            continue
        if hook[2] not in STEPS:
            yield subject.in_rules(
                "unknown-step", "error", number, f"{target}: there is no step {hook[2]}, so this"
                " never runs", _near(hook[2], target),
            )
        elif hook[3] == "-indep":
            yield subject.in_rules(
                "unknown-step", "warning", number, f"{target}: packages of Architecture: all have"
                " no levels, so this has no effect", target.replace("-indep", ""),
            )
        elif hook[1] == "override" and hook[2] in NEEDED and not any(
            line.target == target and hook[2] in line.text for line in recipes
        ):
            yield subject.in_rules(
                "step-left-out", "error", number, f"{target} does not call {hook[2]}, without"
                " which the packages are wrong", f"{target}:\n\t{hook[2]}",
            )


def calls(subject: Subject) -> Iterator[Finding]:
    """Find calls of steps that do not exist, or with options that they do not have."""
    for line in _lines(subject.rules):
        for call in _CALL.finditer(line.text):
            if call[1] not in STEPS:
                yield subject.in_rules(
                    "unknown-step", "error", line.number, f"there is no command {call[1]}",
                    _near(call[1], call[1]),
                )
            elif call[1] in main.STEPS:
                said = _refused(call[1], call[2])
                if said:
                    yield subject.in_rules("unknown-option", "error", line.number,
                                           f"{call[1]}: {said}", f"see {call[1]} --help")


def variables(subject: Subject) -> Iterator[Finding]:
    """Find variables that nothing sets, and values that they never have."""
    names = [level.name for level in isa.LEVELS]
    for number, text in enumerate(subject.rules.splitlines(), 1):
        code = re.sub(r"(^|\s)#.*", "", text)
        for name in re.findall(r"\bDH_HWCAPS_\w+", code):
            if name not in VARIABLES:
                yield subject.in_rules("unknown-variable", "warning", number,
                                       f"nothing sets {name}", f"Is {environment.LEVEL} meant?")
        for word in _compared(code):
            level = isa.named(word)
            if word not in names:
                yield subject.in_rules(
                    "unknown-variable", "warning", number,
                    f"{environment.LEVEL} is never {word}: it is the name of a level",
                    level.name if level else f"Levels are {', '.join(names)}.",
                )


def late(subject: Subject) -> Iterator[Finding]:
    """Find hooks that look for libraries where they are no more, or are not yet."""
    splits = [line for line in rulesfile.recipes(subject.rules) if "dh_hwcaps_split" in line.text]

    def too_late(line: rulesfile.Line) -> bool:
        return rulesfile.in_late_hook(line) or any(
            split.target == line.target and split.number < line.number for split in splits
        )

    for family in subject.families:
        for line in rulesfile.looks_into(subject.rules, family.name, too_late):
            yield subject.in_rules(
                "looks-into-family", "warning", line.number, f"{line.target} looks for libraries of"
                f" {family.name}: they are in {family.generic} by then",
            )
    for line in _lines(subject.rules):
        hook = rulesfile.HOOK.fullmatch(line.target)
        for package, family in subject.members.items() if hook and hook[2] in BEFORE else ():
            named = rf"(-p|--package[= ]){re.escape(package)}(?![\w.+-])"
            inside = rf"debian/{re.escape(package)}/(usr/)?lib\b"
            if re.search(f"{named}|{inside}", line.text):
                yield subject.in_rules(
                    "looks-into-member", "warning", line.number, f"{line.target} acts on {package},"
                    " which holds no library before dh_hwcaps_split",
                    f"Name {family.name}: what is made for it there goes to {family.generic}.",
                )


def edits(subject: Subject) -> Iterator[Finding]:
    """Find hooks that change the generic libraries, but not those of levels."""
    for family in subject.families if rulesfile.uses_dh(subject.rules) else ():
        for line in rulesfile.edits_generic(subject.rules, family.name):
            yield subject.in_rules("generic-only", "warning", line.number,
                                   f"{line.target} {EDITS}")


def flags(subject: Subject) -> Iterator[Finding]:
    """Find flags that take the place of dpkg's, so that a level is built without its own."""
    for setting in settings(subject.rules) if subject.families else ():
        yield subject.in_rules("own-flags", "note", setting.number,
                               f"sets {setting.name} {OWN_FLAGS}")


def versions(subject: Subject) -> Iterator[Finding]:
    """Find a version that only some packages of a family are given (dpkg-gencontrol(1), -v)."""
    for family in subject.families:
        names = (family.name, *family.members)
        lines = {name: rulesfile.versioned(subject.rules, name) for name in names}
        alone = [name for name in names if lines[name] != max(lines.values())]
        if not alone and lines[family.name]:
            yield subject.in_rules("version", "note", lines[family.name],
                                   f"may give {family.name} a version of its own, {VERSIONS}")
        elif alone:
            yield subject.in_rules(
                "version", "warning", max(lines.values()), f"gives packages of {family.name} a"
                f" version of their own, but not {', '.join(alone)}: they need this very version"
                " of each other", f"Name {', '.join(alone)} there as well.",
            )


def stale(subject: Subject) -> Iterator[Finding]:
    """Find names of members that are no packages, after a change of SONAME or of levels."""
    for number, text in enumerate(subject.rules.splitlines(), 1):
        for name, today in subject.stale(re.sub(r"(^|\s)#.*", "", text)):
            yield subject.in_rules(
                "stale-name", "warning", number, f"{name} is no package of this source",
                f"Is it {today} now?" if today else "",
            )


def _targets(rules: str) -> Iterator[tuple[int, str]]:
    for number, text in enumerate(rules.splitlines(), 1):
        rule = re.match(r"([^\s#:=][^#:=]*?)\s*::?(?!=)", text)
        for target in rule[1].split() if rule else ():
            yield number, target


def _lines(rules: str) -> Iterator[rulesfile.Line]:
    seen = set()
    for line in rulesfile.recipes(rules):
        if (line.number, line.target) not in seen and not line.text.startswith("#"):
            seen.add((line.number, line.target))
            yield line


def _refused(step: str, words: str) -> str:
    if "$" in words or "`" in words:
        return ""  # Only make and the shell know.
    try:
        options.parse(step, shlex.split(words), {})
    except UsageError as error:
        return error.message
    except ValueError:
        return ""  # A quotation goes on elsewhere.
    return ""


def _compared(code: str) -> Iterator[str]:
    variable = rf"\$[({{]{environment.LEVEL}[)}}]"
    pairs = re.findall(
        rf"ifn?eq\s*\(\s*(?:{variable}\s*,\s*([^)\s]*)\s*\)|([^,\s]*)\s*,\s*{variable})", code
    )
    filters = re.findall(rf"\$\((?:filter|filter-out)\s+([^,$]*),\s*{variable}", code)
    for word in (word for found in (*pairs, *((f,) for f in filters)) for part in found
                 for word in part.split()):
        if "%" not in word:
            yield word


def _near(command: str, written: str) -> str:
    near = difflib.get_close_matches(command, STEPS, 1)
    return f"Did you mean {written.replace(command, near[0])}?" if near else ""
