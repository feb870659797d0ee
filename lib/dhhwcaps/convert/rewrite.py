# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the files of debian/ anew for packages that are to be split; pure: text in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dhhwcaps import control
from dhhwcaps.convert import (
    autopkgtest,
    changes,
    description,
    flavours,
    modules,
    overrides,
    recipes,
    rulesfile,
    stanzas,
    template,
)
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert.candidates import Packaging, handling, undeveloped
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.stanzas import Split
from dhhwcaps.errors import ControlError, plural
from dhhwcaps.families import GENERIC

SEQUENCE = "dh-sequence-hwcaps"
TOOL = "dh-hwcaps"
NAMED = 5
"""How many packages the summary names rather than counts."""


def rewrite(
    packaging: Packaging, splits: Sequence[Split], environ: Mapping[str, str], date: str,
    *, force: bool = False,
) -> Result:
    """Return all that changes when these packages are split.

    `date` is that of the changelog entry; with `force`, a debian/rules that is not clear stays.
    Raises ControlError.
    """
    result = Result()
    new = [split for split in splits if split.new]
    _control(packaging, splits, result, force=force)
    _overrides(packaging, splits, result)
    _source_overrides(packaging, splits, result)
    recipes.edit_rules(packaging, new, result, force=force)
    _tests(packaging, splits, result)
    text = packaging.files["changelog"]
    result.files["changelog"] = changes.add(text, _bullet(splits), environ, date)
    result.summary.append(("debian/changelog", f"{changes.next_version(text)} UNRELEASED"))
    for split in new:
        _leftovers(packaging, split, result)
    for package in modules.offers(packaging, [split.package for split in splits]):
        result.left.append((
            "debian/control", f"{package} may hold extension modules: dh_hwcaps convert {package}"
            " would have them dispatched, too"
        ))
    return result


def _control(
    packaging: Packaging, splits: Sequence[Split], result: Result, *, force: bool
) -> None:
    text, needing = _edited(packaging, splits)
    result.files["control"] = text
    result.summary.append(("debian/control", _summary(splits, needing)))
    _check_development(result, splits)
    if template.FILE in packaging.files:
        try:
            made, _needing = _edited(template.of(packaging), template.theirs(packaging, splits))
            before = packaging.files[template.FILE], packaging.files["control"]
            template.check(before, (made, text))
        except ControlError as error:
            if not force:
                raise
            result.left.append((f"debian/{template.FILE}", error.message))
        else:
            result.files[template.FILE] = made
            result.summary.append((f"debian/{template.FILE}", "the same"))


def _edited(packaging: Packaging, splits: Sequence[Split]) -> tuple[str, list[str]]:
    parts = edit.chunks(packaging.files["control"])
    needing = []
    for n, stanza in enumerate(parts):
        name = edit.value(stanza, "Package")
        if edit.value(stanza, "Source"):
            parts[n] = _build_depends(packaging, stanza)
        elif split := next((s for s in splits if s.package == name), None):
            changed = stanzas.family(split) if split.new else stanza
            parts[n] = "\n".join([changed.rstrip("\n") + "\n", *stanzas.members(split)])
        elif control.development(name, edit.value(stanza, "Section")):
            for split in splits:
                parts[n] = stanzas.development(parts[n], split) if split.new else parts[n]
            needing += [name] if parts[n] != stanza else []
        elif name:
            parts[n] = flavours.apart(stanza, [s.package for s in splits if s.new])
    return "".join(parts), needing


def _summary(splits: Sequence[Split], needing: Sequence[str]) -> str:
    new = len([split for split in splits if split.new])
    said = [plural(sum(len(stanzas.members(s)) for s in splits), "stanza") + " added"]
    said += [f"{new} changed"] if new else []
    if needing:
        verb, object_ = "needs" if len(needing) == 1 else "need", "package" + "s" * (new > 1)
        few = len(needing) <= NAMED
        who = description.enumeration(needing) if few else f"{len(needing)} -dev packages"
        said.append(f"{who} now {verb} the {GENERIC} {object_}")
    return ", ".join(said)


def _build_depends(packaging: Packaging, stanza: str) -> str:
    there = control.parse(packaging.files["control"]).build_depends
    rules = packaging.files.get("rules", "")
    by_name = rulesfile.has_addon(rules) or not rulesfile.uses_dh(rules)
    if SEQUENCE in there or (by_name and TOOL in there):
        return stanza
    return listed.insert(
        stanza, "Build-Depends", TOOL if by_name else SEQUENCE,
        lambda item: item.startswith(("debhelper", "dh-sequence-")),
    )


def _check_development(result: Result, splits: Sequence[Split]) -> None:
    source = control.parse(result.files["control"] or "")
    # What stands in for another family provides what the -dev package of that one needs.
    alone = [split.generic for split in splits if split.new and not split.rivals]
    missing = undeveloped(source, alone)
    if missing:
        result.left.append((
            "debian/control",
            f"no -dev package depends on {description.enumeration(missing)}: one with its .so link"
            f" should, {stanzas.VERSION}",
        ))


def _overrides(packaging: Packaging, splits: Iterable[Split], result: Result) -> None:
    count = len(result.files)
    for split in splits:
        theirs = f"{split.package}.lintian-overrides"
        stay, moved = overrides.moving(packaging.files.get(theirs, ""))
        if split.new:
            symbols = any(n.startswith(f"{split.package}.symbols") for n in packaging.files)
            symbols |= bool(packaging.of(split.package, "symbols"))
            made = overrides.for_generic(split.package, moved, symbols=symbols)
            stubs = modules.overrides(split.package, split.modules)
            _member(packaging, result, split, split.generic, made, stay)
            if moved or stubs:
                result.files[theirs] = (stay + stubs) if (stay + stubs).strip() else None
        for package, level in split.variants:
            made = overrides.for_variant(level, moved)
            _member(packaging, result, split, package, made, stay)
    result.summary.append(
        ("debian/*.lintian-overrides", plural(len(result.files) - count, "file"))
    )


def _member(
    packaging: Packaging, result: Result, split: Split, package: str, made: str, stay: str
) -> None:
    followed = modules.following(split.package, split.modules, stay)
    text = (made if split.libraries else "") + followed
    if text:
        _write(packaging, result, f"{package}.lintian-overrides", text)


def _source_overrides(packaging: Packaging, splits: Iterable[Split], result: Result) -> None:
    for name in overrides.FOR_SOURCE:
        before = made = packaging.files.get(name, "")
        for split in splits:
            added = [split.generic] if split.new else []
            added += [package for package, _level in split.variants]
            made = overrides.repeated(made, split.package, added)
        if made != before:
            result.files[name] = made
            result.summary.append((f"debian/{name}", "what it says of a stanza, for its copies"))


def _write(packaging: Packaging, result: Result, name: str, text: str) -> None:
    old = packaging.files.get(name, "")
    result.files[name] = old + text if text not in old else old


def _tests(packaging: Packaging, splits: Sequence[Split], result: Result) -> None:
    before = packaging.files.get(autopkgtest.FILE, "")
    made = autopkgtest.add(before, splits)
    if made != before:
        if not before.strip():
            there = {**packaging.files, **result.files}.get(overrides.SOURCE) or ""
            result.files[overrides.SOURCE] = overrides.for_source(there)
        result.files[autopkgtest.FILE] = made
        result.summary.append((f"debian/{autopkgtest.FILE}", "a test by hwcaps verify"))


def _leftovers(packaging: Packaging, split: Split, result: Result) -> None:
    for name in handling(packaging, split.package):
        result.left.append((
            f"debian/{name}", f"handles libraries, which are in {split.generic} now"
        ))


def _bullet(splits: Sequence[Split]) -> str:
    levels = dict.fromkeys(level.name for split in splits for _package, level in split.variants)
    packages = description.enumeration([split.package for split in splits])
    contents = dict.fromkeys(split.contents.removeprefix("shared ") for split in splits)
    held = description.enumeration(list(contents))
    return (
        f"Split {packages} with dh-hwcaps, to ship the {held} also compiled for"
        f" {description.enumeration(list(levels))} CPUs."
    )
