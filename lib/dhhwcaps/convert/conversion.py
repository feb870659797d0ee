# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide which packages of a source to split, for which levels; pure: values in, values out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dhhwcaps import control, isa, plan, relations
from dhhwcaps.convert import changes, flavours, modules, template
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert.candidates import UNTOLD, Packaging, Verdict, impossible, judge, risk
from dhhwcaps.convert.closure import Need
from dhhwcaps.convert.rulesfile import generates_control
from dhhwcaps.convert.stanzas import Split
from dhhwcaps.errors import ControlError, HwcapsError, UsageError
from dhhwcaps.families import GENERIC
from dhhwcaps.isa import Level

Matches = Callable[[str, str], bool]
"""Whether a Debian architecture is covered by a word such as `linux-any`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the maintainer asked for."""

    packages: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    force: bool = False
    merge: str | None = None
    """The family that the packages are to become together, None to split each by itself."""
    modules: tuple[str, ...] = ()
    """Patterns of plugins that are to be dispatched as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to be split and what is not."""

    splits: tuple[Split, ...]
    verdicts: tuple[Verdict, ...]
    """Why each package is split or not."""


def choose(
    packaging: Packaging, request: Request, needed: Mapping[str, Need], matches: Matches
) -> Choice:
    """Return which packages to split; no splits when all is done already.

    Raises ControlError when there is nothing that can be split, UsageError for an unknown package
    or level.
    """
    _check_generated(packaging, request)
    if request.modules and not request.packages:
        raise UsageError("--modules wants a PACKAGE, the one that holds them")
    levels = _levels(request.suffixes)
    verdicts = (
        [named(packaging, name, request, needed) for name in request.packages]
        or [judge(packaging, name, needed) for name in packaging.stanzas]
    )
    splits = []
    for n, verdict in enumerate(verdicts):
        if not (verdict.taken or (verdict.forcible and request.force)):
            continue
        split = _split(packaging, verdict.package, levels, matches)
        if split:
            split = _with_modules(packaging, split, request)
        if split and (split.variants or not split.new):
            verdicts[n] = replace(verdict, taken=True)
            splits.append(split)
        else:
            fatal = bool(request.packages)
            verdicts[n] = _without_level(packaging, verdict.package, levels, fatal=fatal)
    if not splits:
        _refuse(verdicts)
    return Choice(
        splits=tuple(s for s in _related(packaging, splits)
                     if s.new or (s.variants and request.suffixes)),
        verdicts=tuple(verdicts),
    )


def check(text: str, splits: Iterable[Split]) -> None:
    """Raise ControlError unless the new debian/control means to our own reading what it should."""
    source = control.parse(text)
    everything = {package.name for package in source.packages}
    wanted = {package for split in splits for package, _level in split.variants}
    found: set[str] = set()
    for arch in {level.arch for level in isa.LEVELS}:
        made = plan.make(source, arch=arch, selected=everything, baseline=())
        found |= {variant.package for family in made.families for variant in family.variants}
    if wanted - found:
        raise ControlError(f"debian/control would lack {' '.join(sorted(wanted - found))}")


def _check_generated(packaging: Packaging, request: Request) -> None:
    rule = generates_control(packaging.files.get("rules", ""))
    if rule and template.FILE not in packaging.files and not request.force:
        raise template.refused(f"debian/rules:{rule} makes it")


def _levels(suffixes: tuple[str, ...]) -> dict[str, Level]:
    wanted = {suffix: isa.named(suffix) for suffix in suffixes or isa.PROPOSED}
    for suffix, level in wanted.items():
        if not level:
            known = [name for lv in isa.LEVELS for name in lv.suffixes]
            near = difflib.get_close_matches(suffix, known, 1)
            raise UsageError(
                f"--levels: no level is called {suffix}",
                (f"Did you mean {near[0]}? " if near else "")
                + f"Levels are {', '.join(lv.suffix for lv in isa.LEVELS)}.",
            )
    return {suffix: level for suffix, level in wanted.items() if level}


def named(
    packaging: Packaging, name: str, request: Request, needed: Mapping[str, Need]
) -> Verdict:
    """Return that a package which the maintainer names is taken.

    Raises UsageError when there is none of the name, ControlError when it cannot be split.
    """
    if name not in packaging.stanzas:
        near = difflib.get_close_matches(name, packaging.stanzas, 1)
        raise UsageError(
            f"debian/control has no package {name}",
            f"Did you mean {near[0]}?" if near else f"It has {', '.join(packaging.stanzas)}.",
        )
    refused = impossible(packaging, name)
    if refused:
        raise ControlError(f"{name} cannot be split: {refused}")
    risky = risk(packaging, name, needed)
    if risky and not request.force:
        raise ControlError(f"{name} is not split: {risky}", "With --force it is.")
    return Verdict(package=name, taken=True, reason="named")


def _split(
    packaging: Packaging, name: str, levels: Mapping[str, Level], matches: Matches
) -> Split | None:
    stanza = packaging.stanzas[name]
    words = edit.value(stanza, "Architecture").split()
    fitting = {
        suffix: level for suffix, level in levels.items()
        if any(matches(level.arch, word) for word in words)
    }
    if not fitting:
        return None
    added = [
        (suffix, level) for suffix, level in fitting.items()
        if not any(f"{name}-{other}" in packaging.stanzas for other in level.suffixes)
    ]
    return Split(
        package=name,
        stanza=stanza,
        source=edit.value(packaging.source, "Source"),
        version=changes.next_version(packaging.files["changelog"]),
        variants=tuple((f"{name}-{s}", lv) for s, lv in sorted(added, key=_rank)),
        new=name + GENERIC not in packaging.stanzas,
        automatic=packaging.compat >= 14,
        priority=edit.value(stanza, "Priority")
        or edit.value(packaging.source, "Priority") or "optional",
        synopsis=edit.value(packaging.source, "Description").partition("\n")[0],
    )


def _with_modules(packaging: Packaging, split: Split, request: Request) -> Split:
    patterns = modules.named(split.stanza)
    if request.packages and not patterns:
        patterns = modules.wanted(split.package, request.modules)
    libraries = judge(packaging, split.package, {}).reason != UNTOLD
    held = modules.contents(split.package, patterns, libraries=libraries)
    return replace(split, modules=patterns, contents=held,
                   numpy=bool(patterns) and _needs_numpy(packaging, split.package))


def _needs_numpy(packaging: Packaging, name: str) -> bool:
    source = control.parse(packaging.files["control"])
    package = source.package(name)
    return package is not None and relations.needs_numpy(source, package)


def _related(packaging: Packaging, splits: Sequence[Split]) -> list[Split]:
    families = [split.package for split in splits]
    return [
        replace(
            split, rivals=flavours.rivals(split.stanza, families),
            stand_ins=flavours.stand_ins(packaging.stanzas, split.package, families),
        )
        for split in splits
    ]


def _rank(item: tuple[str, Level]) -> int:
    return isa.LEVELS.index(item[1])


def _without_level(
    packaging: Packaging, name: str, levels: Mapping[str, Level], *, fatal: bool
) -> Verdict:
    arches = ", ".join(dict.fromkeys(level.arch for level in levels.values()))
    words = " ".join(edit.value(packaging.stanzas[name], "Architecture").split())
    reason = f"Architecture: {words}, but {', '.join(levels)} exist on {arches} only"
    if fatal:
        raise ControlError(f"{name} cannot be split: {reason}")
    return Verdict(package=name, taken=False, reason=reason)


def _refuse(verdicts: list[Verdict]) -> None:
    if any("already" in verdict.reason for verdict in verdicts):
        return
    forcible = [verdict for verdict in verdicts if verdict.forcible]
    if forcible:
        first = forcible[0]
        raise ControlError(f"{first.package} is not split: {first.reason}", "With --force it is.")
    reasons = "".join(f"{verdict.package}: {verdict.reason}\n" for verdict in verdicts)
    raise HwcapsError(
        "no package of debian/control holds public shared libraries",
        f"{reasons}If one does, name it: dh_hwcaps convert PACKAGE…",
    )
