# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What shlibs files ask for; pure: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from debian.debian_support import Version


def raised(text: str, package: str, version: str) -> str:
    """Return a shlibs file (deb-shlibs(5)) that asks for at least that version of a package.

    Stricter relations, those with other operators, and those on other packages stay.
    """
    name = rf"(?<![\w.+:-]){re.escape(package)}(?![\w.+:-])"

    def relation(match: re.Match[str]) -> str:
        try:
            enough = match["version"] and Version(match["version"]) >= Version(version)
        except ValueError:
            return match[0]  # dpkg-shlibdeps says what is wrong with it.
        return match[0] if enough else f"{package} (>= {version})"

    pattern = rf"{name}(?:\s*\(>=\s*(?P<version>[^\s)]+)\s*\)|(?!\s*\())"
    return re.sub(rf"(?<=\s){pattern}", relation, text)


def renumbered(text: str, packages: Iterable[str], own: str, wanted: str) -> str:
    """Return a shlibs file in which relations on packages name another version.

    Those with the version `own`: dh_makeshlibs(1) takes the upstream version of debian/changelog.
    """
    names = "|".join(map(re.escape, packages))
    return re.sub(rf"(?<=\s)({names}) \(>= {re.escape(own)}\)",
                  lambda match: f"{match[1]} (>= {wanted})", text)
