# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide whether a version is one that a package may be built from; pure."""

from __future__ import annotations

import operator
from collections.abc import Callable

from debian.deb822 import PkgRelation
from debian.debian_support import Version

from dhhwcaps.errors import ControlError

OPERATORS: dict[str, Callable[[Version, Version], bool]] = {
    "<<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">>": operator.gt,
}
"""Policy 7.1."""


def check(relations: str, package: str, version: str) -> None:
    """Raise ControlError unless build dependencies allow that version of a package.

    apt and dpkg-checkbuilddeps see to it as well, but not in every build, nor do they say what a
    package of that version is used for.
    """
    groups = PkgRelation.parse_relations(relations) if relations.strip() else []
    # What may be another package instead does not bind this one's version.
    ours = [group[0] for group in groups if [relation["name"] for relation in group] == [package]]
    window = [relation["version"] for relation in ours if relation["version"]]
    if not all(_allows(package, op, wanted, version) for op, wanted in window):
        wants = ", ".join(f"{package} ({op} {wanted})" for op, wanted in window)
        raise ControlError(
            f"{package} is version {version}, but debian/control wants {wants}",
            f"Install another version of {package}; or change the window in Build-Depends, once the"
            " package builds from this one and works.",
        )


def _allows(package: str, op: str, wanted: str, version: str) -> bool:
    try:
        return OPERATORS[op](Version(version), Version(wanted))
    except (KeyError, ValueError):
        raise ControlError(
            f"debian/control: {package} ({op} {wanted}) cannot be told",
            f"It takes one of {' '.join(OPERATORS)} and a version (Policy 7.1, 5.6.12).",
        ) from None
