# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make one stanza of several, and transitional ones of the others; pure: text in, text out."""

from __future__ import annotations

import re

from dhhwcaps.control import PRE_DEPENDS
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert import description, stanzas
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.members import Merge, concerns

DEPENDENCIES = ("Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances")
MOVED = (
    *DEPENDENCIES, "Breaks", "Replaces", "Conflicts", "Provides", "Built-Using",
    "Static-Built-Using",
)
T64 = "${t64:Provides}"
"""Filled by dh_makeshlibs for a package with libraries whose name ends in t64."""
COMPAT = "X-Time64-Compat"
"""Says what dh_makeshlibs puts there."""
_SIMPLE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]+)(?P<any>:\w+)?\s*(\((?P<op>=|>=)\s*(?P<version>[^)]+)\))?"
    r"(?P<rest>\s*[\[<].*)?"
)

Left = list[tuple[str, str]]


def control(packaging: Packaging, merge: Merge, left: Left) -> str:
    """Return debian/control with the packages merged; what is left to the maintainer is added."""
    made = []
    for part in edit.chunks(packaging.files["control"]):
        name = edit.value(part, "Package")
        if name == merge.base:
            made.append(_family(packaging, merge, left))
            if not merge.existed:
                bare = re.sub(r"^#[^\n]*\n", "", part, flags=re.MULTILINE)
                made += ["\n", _transitional(packaging, bare, merge)]
        elif name in merge.others:
            made.append(_transitional(packaging, part, merge))
        elif name:
            made.append(_user(part, merge, left))
        else:
            made.append(part)
    return "".join(made)


def _family(packaging: Packaging, merge: Merge, left: Left) -> str:
    """Return the stanza that has the relations of all.

    Relations among the merged packages end.  Files that are no libraries come from the others too,
    hence Breaks and Replaces (Policy 7.6.1), besides those of the generic package; Breaks are in
    ${hwcaps:Breaks}.
    """
    stanza = stanzas.ended(packaging.stanzas[merge.base])
    names = (merge.family, *merge.others)
    if not merge.existed:
        stanza = edit.put(stanza, "Package", f"Package: {merge.family}\n")
        stanza = edit.put(listed.change(stanza, "Provides", T64, ""), COMPAT, "")
        left.append((
            "debian/control", f"{merge.family} has the description of {merge.base}: say what the"
            " whole family is",
        ))
    for name in MOVED:
        for item in listed.items(stanza, name):
            if concerns(item, merge.others):
                stanza = listed.change(stanza, name, item, "")
    for other in merge.members:
        if other != merge.base:
            stanza = _absorbed(stanza, packaging.stanzas[other], names)
    for other in merge.others:
        if T64 in listed.items(packaging.stanzas[other], "Provides"):
            old = edit.value(packaging.stanzas[other], COMPAT)
            left.append((
                "debian/control", f"{T64} was for {other}, which has no library any more: nothing"
                f" provides {old or other.replace('t64', '')} now",
            ))
        stanza = listed.insert(stanza, "Replaces", f"{other} (<< {merge.version}~)")
    if merge.others and packaging.compat < 14:
        stanza = listed.insert(stanza, "Breaks", "${hwcaps:Breaks}")
    others = description.enumeration([name for name in merge.members if name != merge.base])
    what = f"What {others} contained is part of it."
    said = f" .\n{description.wrapped(what)}" if others else ""
    return edit.append(stanza, "Description", said)


def _absorbed(stanza: str, other: str, names: tuple[str, ...]) -> str:
    for name in MOVED:
        for item in listed.items(other, name):
            if not concerns(item, names) and item not in listed.items(stanza, name) and item != T64:
                stanza = listed.insert(stanza, name, item)
        stanza = edit.above(stanza, name, edit.comments(other, name))
    return stanza


def _transitional(packaging: Packaging, stanza: str, merge: Merge) -> str:
    """Return what remains of a package: its name, and the dependency on the family.

    Its Pre-Depends are the family's, or dpkg could unpack the emptied package while no other holds
    its libraries yet; what it breaks lets apt take the family, with its other files, before it.
    Section, priority and wording are those that lintian knows
    (transitional-package-not-oldlibs-optional).
    """
    stanza = stanzas.ended(stanza)
    package = edit.value(stanza, "Package")
    priority = edit.value(stanza, "Priority") or edit.value(packaging.source, "Priority")
    title = f"transitional package from {package} to {merge.family}"
    said = description.wrapped(
        f"This is a transitional package: the libraries of {package} are in {merge.family} now."
        " It can safely be removed when no other package needs it."
    )
    for name in MOVED:
        stanza = edit.drop(stanza, name)
    stanza = edit.put(stanza, COMPAT, "")
    if priority not in ("", "optional"):
        stanza = edit.put(stanza, "Priority", "Priority: optional\n")
    stanza = edit.put(stanza, "Section", "Section: oldlibs\n")
    depends = f"{merge.family} {stanzas.VERSION}"
    stanza = edit.place(stanza, "Pre-Depends", f"Pre-Depends: {PRE_DEPENDS}\n")
    if packaging.compat < 14:
        depends += ", ${misc:Depends}"
        stanza = edit.place(stanza, "Breaks", "Breaks: ${hwcaps:Breaks}\n")
    stanza = edit.place(stanza, "Depends", f"Depends: {depends}\n")
    return edit.put(stanza, "Description", f"Description: {title}\n{said}")


def _user(stanza: str, merge: Merge, left: Left) -> str:
    """Return the stanza of another package, which needs the family where it needed one of them.

    Relations that cannot be renamed are added to what is left: transitional packages fulfil them.
    """
    for name in (*DEPENDENCIES, "Breaks", "Conflicts"):
        for item in listed.items(stanza, name):
            if not concerns(item, merge.others) or (name not in DEPENDENCIES and "<" in item):
                continue
            new = _renamed(item, merge) if name in DEPENDENCIES else ""
            if new:
                stanza = listed.change(stanza, name, item, _unless_there(new, stanza, name, merge))
            else:
                left.append((
                    "debian/control", f"{edit.value(stanza, 'Package')}: {name}: {item}: should it"
                    f" be {merge.family}?",
                ))
    return stanza


def _unless_there(item: str, stanza: str, name: str, merge: Merge) -> str:
    known = set(listed.items(stanza, name))
    bare = re.sub(r"\s*[\[<].*", "", item)
    return "" if {item, bare, f"{merge.family} {stanzas.VERSION}"} & known else item


def _renamed(item: str, merge: Merge) -> str:
    found = _SIMPLE.fullmatch(item)
    if not found:
        return ""
    relation = f"({found['op']} {found['version'].strip()})" if found["op"] else ""
    if merge.existed and found["op"] != "=":
        relation = f"(>= {merge.version}~)"
    name = merge.family + (found["any"] or "")
    return " ".join(word for word in (name, relation, (found["rest"] or "").strip()) if word)

