# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the stanzas of a split library package from the one it has; pure: text in, text out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dhhwcaps.control import PRE_DEPENDS
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert import description, flavours, modules
from dhhwcaps.families import GENERIC
from dhhwcaps.isa import Level
from dhhwcaps.relations import PYTHON

COPIED = (
    "Section", "Priority", "Architecture", "Multi-Arch", "Build-Profiles", "Built-Using",
    "Static-Built-Using", "Homepage",
)
OWN = ("${misc:Depends}", "${shlibs:Depends}")
VERSION = "(= ${binary:Version})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What one library package is to become."""

    package: str
    stanza: str
    """The package's own stanza as it was."""
    source: str
    version: str
    """The first version that is split."""
    variants: tuple[tuple[str, Level], ...]
    """(package, level) of each variant to be added, lowest level first."""
    new: bool = True
    """False when the family is there already and only variants are added."""
    automatic: bool = False
    """Whether debhelper applies substvars by itself (compat 14, dh_gencontrol(1))."""
    priority: str = "optional"
    """The package's priority, its own or the source's."""
    synopsis: str = ""
    """What `${source:Synopsis}` stands for."""
    rivals: tuple[str, ...] = ()
    """Families whose libraries the package replaces by its own of the same names (flavours)."""
    stand_ins: tuple[str, ...] = ()
    """Packages that hold other builds of its libraries (flavours)."""
    modules: tuple[str, ...] = ()
    """Patterns of its plugins or extension modules that are to be dispatched."""
    numpy: bool = False
    """Whether the members must say which NumPy their modules need (relations.needs_numpy)."""
    contents: str = "shared libraries"
    """What there is of it for several levels."""

    @property
    def generic(self) -> str:
        """The package that takes over the libraries."""
        return self.package + GENERIC

    @property
    def libraries(self) -> bool:
        """Whether there are libraries that the loader finds by name among it."""
        return "libraries" in self.contents

    @property
    def profile(self) -> str:
        """The build profile that leaves the variants out."""
        return f"!pkg.{self.source}.nohwcaps"


def members(split: Split) -> tuple[str, ...]:
    """Return the stanzas to be added, generic first."""
    added = tuple(variant(split, package, level) for package, level in split.variants)
    return ((generic(split), *added) if split.new else added)


def generic(split: Split) -> str:
    """Return the stanza of the package that takes over the shared libraries.

    File moves need Breaks and Replaces (Policy 7.6.1), on the family with a tilde so that a
    backport of the first split version does not break its own family, and on whatever the family
    had taken files over from.  The family's other Breaks and Conflicts are not about files: they
    stay there.  What follows from Replaces on the family itself is in ${hwcaps:Breaks}.
    """
    old = f"{split.package} (<< {split.version}~)"
    automatic = [] if split.automatic else ["${hwcaps:Breaks}"]
    lists = {
        "Depends": _own_depends(split),
        "Breaks": [*_taken_over(split, "Breaks"), *automatic],
        "Replaces": [old, *_taken_over(split, "Replaces")],
        "Conflicts": [*_taken_over(split, "Conflicts"), *flavours.conflicts(split.rivals)],
    }
    purpose = (
        f"This package contains the {split.contents} of {split.package}, compiled for every CPU"
        " of the architecture."
    )
    return _stanza(split, split.generic, {}, lists, "default CPU baseline", "generic", purpose)


def variant(split: Split, package: str, level: Level) -> str:
    """Return the stanza of the package that holds the shared libraries at a level.

    Whatever holds other builds of the libraries conflicts with the variants as with the family:
    the loader would take the variant instead.
    """
    lists = {"Depends": _own_depends(split)}
    if not split.automatic:
        lists["Depends"].append("${hwcaps:Depends}")
        lists |= {"Breaks": ["${hwcaps:Breaks}"], "Provides": ["${hwcaps:Provides}"]}
    others = (item for item in _taken_over(split, "Conflicts") if "(" not in item)
    lists["Conflicts"] = [*others, *flavours.conflicts(split.rivals)]
    simple = {"Architecture": level.arch, "Build-Profiles": _profiles(split)}
    if split.priority != "optional":
        # Only the baseline is part of a standard system.
        simple["Priority"] = "optional"
    purpose = (
        f"This package contains the {split.contents} of {split.package}, compiled for CPUs of the"
        f" {level.name} level. The dynamic loader takes them where the CPU can run them."
    )
    return _stanza(split, package, simple, lists, level.name, level.suffix, purpose)


def family(split: Split) -> str:
    """Return the package's own stanza, which loses the libraries and keeps the name.

    The word "metapackage" tells lintian that the package may be empty (empty-binary-package).
    """
    stanza = modules.field(split.stanza, split.modules)
    if not split.automatic:
        stanza = listed.insert(stanza, "Pre-Depends", PRE_DEPENDS, lambda item: "misc:" in item)
        stanza = listed.insert(stanza, "Recommends", "${hwcaps:Recommends}")
    others = description.enumeration([package for package, _level in split.variants])
    held = split.contents.removeprefix("shared ")
    role = ("package leads to those that fit the CPU" if split.modules
            else "is the metapackage that other packages depend on")
    said = (f"The {held} themselves are in {split.generic} and, for newer CPUs, in {others}; this"
            f" {role}.")
    return edit.append(stanza, "Description", " .\n" + description.wrapped(said))


def development(stanza: str, split: Split) -> str:
    """Return the stanza of a -dev package, which now needs generic wherever it needed the family.

    Its `.so` link would else dangle on a system that has a variant only, and the linker silently
    takes the static library.
    """
    everywhere = edit.value(stanza, "Architecture") == "all"
    for item in listed.items(stanza, "Depends"):
        name, *_ = re.split(r"[\s(\[<:]", item, maxsplit=1)
        if name == split.package and "|" not in item:
            version = re.search(r"\(.*?\)", item)
            _old, *rest = re.sub(r"\(.*?\)", "", item).split(maxsplit=1)
            exact = version and (everywhere or re.match(r"\(\s*=", version[0]))
            words = [version[0] if version and exact else VERSION, *rest]
            holders = (split.generic, *split.stand_ins)
            needed = " | ".join(" ".join([holder, *words]) for holder in holders)
            if needed not in listed.items(stanza, "Depends"):
                stanza = listed.insert(stanza, "Depends", needed, item.__eq__)
    return stanza


def _stanza(
    split: Split, package: str, simple: dict[str, str], lists: dict[str, list[str]],
    label: str, short: str, purpose: str,
) -> str:
    written = {name: edit.raw(split.stanza, name) for name in COPIED}
    written |= {name: f"{name}: {text}\n" for name, text in simple.items()}
    written |= {name: listed.listing(name, values, listed.style_of(split.stanza, name))
                for name, values in lists.items()}
    written["Description"] = description.made(
        split.stanza, description.Member(labels=(label, short), purpose=purpose), split.synopsis
    )
    # The maintainer's order of fields first, what he does not have next to its usual neighbours.
    order = [name for name in edit.fields(split.stanza) if written.get(name)]
    made = f"Package: {package}\n" + "".join(ended(written[name]) for name in order)
    for name in edit.ORDER:
        if written.get(name) and name not in order:
            made = edit.place(made, name, written[name])
    return made


def ended(text: str) -> str:
    """Return the text with the newline that the last stanza of a file may lack."""
    return text if text.endswith("\n") else text + "\n"


def _own_depends(split: Split) -> list[str]:
    found = [item for item in listed.items(split.stanza, "Depends") if item in OWN]
    more = [PYTHON] if split.numpy else []
    if split.automatic:
        return [*found, *more]
    return [*found, *(item for item in OWN if item not in found), *more]


def _taken_over(split: Split, name: str) -> list[str]:
    replaced = {item.split()[0] for item in listed.items(split.stanza, "Replaces")}
    provided = {item.split()[0] for item in listed.items(split.stanza, "Provides")}
    if "${t64:Provides}" in provided:
        earlier = edit.value(split.stanza, "X-Time64-Compat")
        provided.add(earlier or split.package.replace("t64", ""))
    found = []
    for item in listed.items(split.stanza, name):
        word = item.split()[0]
        # The family may conflict with a name that it provides itself (Policy 7.5); generic may not.
        itself = name != "Replaces" and word in provided and "(" not in item
        if word in replaced and not itself and not item.startswith("${"):
            found.append(item)
    return found


def _profiles(split: Split) -> str:
    groups = re.findall(r"<([^>]*)>", edit.value(split.stanza, "Build-Profiles")) or [""]
    return " ".join("<" + " ".join([*group.split(), split.profile]) + ">" for group in groups)
