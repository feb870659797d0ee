# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on whether the steps run at all; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dhhwcaps.check.finding import Finding
from dhhwcaps.check.recipes import called
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert import rulesfile
from dhhwcaps.convert.rewrite import SEQUENCE, TOOL
from dhhwcaps.source.package import holders

FIELDS = ("Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep")
COMPULSORY = ("dh_hwcaps_install", "dh_hwcaps_split", "dh_hwcaps_substvars")
"""What hand-written rules must call; dh_hwcaps_install makes up for the steps before it."""


def addon(subject: Subject) -> Iterator[Finding]:
    """Find the addon is not enabled, or the steps are not called."""
    if not subject.families:
        yield from _idle(subject)
        return
    needed = {field: _items(subject, field) for field in FIELDS}
    arch = [*needed[FIELDS[0]], *needed[FIELDS[1]]]
    dh, named = rulesfile.uses_dh(subject.rules), rulesfile.has_addon(subject.rules)
    by_hand = not dh or (called(subject.rules) and SEQUENCE not in arch and not named)
    if re.search(r"--without[= ][\w,]*\bhwcaps\b(?!-)", subject.rules):
        yield _in_rules(subject, "switches the addon off with --without hwcaps",
                        "Remove that option.")
    elif by_hand:
        yield from _by_hand(subject, sequence=SEQUENCE in arch)
    elif named and _only_indep(subject.rules):
        yield _in_rules(subject, "names the addon in targets for Architecture: all only, which have"
                        " no libraries", "%:\n\tdh $@ --with hwcaps")
    if not by_hand and not named and SEQUENCE not in arch:
        where = " but for packages of Architecture: all" if SEQUENCE in needed[FIELDS[2]] else ""
        yield subject.in_control(
            "not-activated", "error", "", f"nothing enables the addon{where}, so nothing would be"
            " split", field=FIELDS[0],
            advice=f"Build-Depends: debhelper-compat (= {subject.packaging.compat}), {SEQUENCE}",
        )
    elif not {SEQUENCE, TOOL} & {*arch}:
        yield subject.in_control("not-activated", "error", "", f"no Build-Depends on {TOOL}",
                                 field=FIELDS[0], advice=f"Build-Depends: {TOOL}")


def restricted(subject: Subject) -> Iterator[Finding]:
    """Find the addon's build dependency holds for some architectures or profiles only."""
    for field in FIELDS[:2] if subject.families else ():
        for item in listed.items(subject.packaging.source, field):
            if item.split()[0] in (SEQUENCE, TOOL) and re.search(r"[\[<]", item):
                yield subject.in_control(
                    "not-activated", "error", "", f"{field}: {item}: elsewhere the library would"
                    " not be split, and its packages would be wrong", field=field,
                    advice=f"{item.split()[0]} without a restriction: on an architecture without"
                    " levels the steps build none.",
                )


def _idle(subject: Subject) -> Iterator[Finding]:
    # Then other rules tell more, or the addon packs the source.
    meant = "${hwcaps:" in subject.packaging.files["control"] or holders(subject.source)
    for field in () if meant else FIELDS:
        if SEQUENCE in _items(subject, field):
            yield subject.in_control(
                "no-family", "warning", "", f"{field} has {SEQUENCE}, but no package P has a"
                " sibling P-generic, so it does nothing", field=field,
                advice="dh_hwcaps convert writes the stanzas.",
            )


def _by_hand(subject: Subject, *, sequence: bool) -> Iterator[Finding]:
    # What another makefile does is unknown (pkg-kde-tools: debian-qt-kde.mk runs dh).
    elsewhere = re.search(r"^-?include\s+(?!/usr/share/dpkg/)", subject.rules, re.MULTILINE)
    lacking = [name for name in COMPULSORY if name not in called(subject.rules)]
    if lacking and not (elsewhere and sequence):
        alone = f" (Build-Depends: {SEQUENCE} acts through dh only)" * sequence
        yield _in_rules(
            subject, f"does not run dh and does not call {', '.join(lacking)}{alone}",
            "dh_hwcaps(1) says where each step goes; dh-hwcaps(7) has an example.",
        )


def _only_indep(rules: str) -> bool:
    targets = [line.target for line in rulesfile.recipes(rules) if rulesfile.has_addon(line.text)]
    return bool(targets) and all(target.endswith("-indep") for target in targets)


def _items(subject: Subject, field: str) -> list[str]:
    return [re.split(r"[\s(\[<:]", item, maxsplit=1)[0]
            for item in listed.items(subject.packaging.source, field)]


def _in_rules(subject: Subject, message: str, advice: str) -> Finding:
    return subject.in_rules("not-activated", "error", 0, message, advice)
