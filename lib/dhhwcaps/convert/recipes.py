# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Change debian/rules for packages that are to be split, or tell what there is to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dhhwcaps import control
from dhhwcaps.convert import calls, description, rulesfile
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert.candidates import VERSIONS, Packaging
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.stanzas import Split
from dhhwcaps.errors import ControlError
from dhhwcaps.families import GENERIC
from dhhwcaps.ownflags import settings

OWN_FLAGS = (
    "without the flags of dpkg-buildflags, among which those of the levels are: they would stop at"
    " dh_hwcaps_install"
)
EDITS = (
    "changes the generic libraries only: execute_after_dh_install is run for each level, before"
    " its libraries are collected"
)
LINKS = "makes a link to a library that is moved: the package that gets it must depend on"


def edit_rules(
    packaging: Packaging, splits: Sequence[Split], result: Result, *, force: bool
) -> None:
    """Add to the result what changes in debian/rules for these packages, and what is left there.

    With `force`, rules that are not clear stay as they are.  Raises ControlError.
    """
    rules = packaging.files.get("rules", "")
    late: Callable[[rulesfile.Line], bool] = rulesfile.in_late_hook
    if splits and not rulesfile.uses_dh(rules) and not calls.named(rules):
        late = _call_steps(packaging, result, force=force) or late
        rules = result.files.get("rules") or rules
    for setting in settings(rules) if splits else ():
        result.left.append((f"debian/rules:{setting.number}", f"sets {setting.name} {OWN_FLAGS}"))
    for split in splits:
        number = rulesfile.versioned(rules, split.package)
        if number:
            result.left.append((
                f"debian/rules:{number}",
                f"may give {split.package} a version of its own, {VERSIONS}",
            ))
        for line in rulesfile.edits_generic(rules, split.package):
            result.left.append((f"debian/rules:{line.number}", f"{line.target} {EDITS}"))
        for line in rulesfile.links_to(rules, split.package):
            result.left.append((f"debian/rules:{line.number}", f"{line.target} {LINKS}"
                                f" {split.package}{GENERIC} (= ${{binary:Version}})"))
        for line in rulesfile.looks_into(rules, split.package, late):
            result.left.append((
                f"debian/rules:{line.number}",
                f"{line.target} looks for libraries of {split.package}: they are in"
                f" {GENERIC} by then",
            ))
    if splits and len(packaging.stanzas) == 1:
        _destination(packaging, splits[0].package, rules, result)


def _call_steps(
    packaging: Packaging, result: Result, *, force: bool
) -> Callable[[rulesfile.Line], bool] | None:
    rules = packaging.files.get("rules", "")
    everywhere = [edit.value(text, "Architecture") for text in packaging.stanzas.values()]
    try:
        made = calls.insert(rules, indep="all" in everywhere)
    except ControlError as error:
        if not force:
            raise
        result.left.append(("debian/rules", f"{error}".partition("\n")[0]))
        return None
    result.files["rules"] = made.text
    said = f"calls of the dh_hwcaps_* steps in {description.enumeration(made.places)}"
    result.summary.append(("debian/rules", said))
    result.left += [(f"debian/rules:{number}", what) for number, what in calls.doubts(made.text)]
    return lambda line: line.number >= made.split and line.target in made.binary


def _destination(packaging: Packaging, package: str, rules: str, result: Result) -> None:
    # dh_auto_install(1): with one package in debian/control it installs into that package, with
    # several into debian/tmp; from compat 14 the single-binary addon alone does the former.
    needed = control.parse(packaging.files["control"]).build_depends
    single = "dh-sequence-single-binary"
    if packaging.compat >= 14 and single not in needed:
        return
    option = f"--destdir=debian/{package}"
    hooks = rulesfile.hooks(rules, "dh_auto_install")
    overridden = [hook for hook in hooks if hook.startswith("override")]
    if single in needed:
        result.left.append(("debian/control", f"{single} allows one package only: remove it"))
    if overridden or not rulesfile.uses_dh(rules):
        if option not in rules:
            result.left.append((
                "debian/rules", f"dh_auto_install would now install into debian/tmp: add {option}"
            ))
        return
    recipe = f"override_dh_auto_install:\n\tdh_auto_install {option}\n"
    result.files["rules"] = rules.rstrip("\n") + "\n\n" + recipe
    result.summary.append(("debian/rules", f"dh_auto_install {option}, as before the split"))
