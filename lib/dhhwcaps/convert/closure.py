# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Find the packages without which dpkg and apt do not work; pure: a listing in, values out.

Splitting such a library is risky: between two steps of an upgrade it must never be absent.
"""

from __future__ import annotations

from dataclasses import dataclass

from dhhwcaps.control import names

QUERY = (
    "dpkg-query", "-W", "-f",
    "${Package}\\t${source:Package}\\t${Essential}\\t${Pre-Depends}, ${Depends}\\t${Provides}\\n",
)
"""Asks for what is installed: these packages are, and so is one of each of their alternatives."""
ROOTS = ("dpkg", "apt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why a package is needed."""

    root: str
    """dpkg, apt or an essential package that needs it, directly or not."""
    source: str
    """The source package that it is built from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Installed:
    source: str
    essential: bool
    depends: tuple[str, ...]
    provides: tuple[str, ...]


def needed(listing: str) -> dict[str, Need]:
    """Return, from what QUERY printed, all that essential packages, dpkg and apt need.

    Pre-Depends and Depends count (Policy 3.8: essential packages must work unconfigured).
    """
    installed = {}
    for line in listing.splitlines():
        name, source, essential, depends, provides = line.split("\t")
        installed[name] = _Installed(
            source=source, essential=essential == "yes", depends=names(depends),
            provides=names(provides),
        )
    providers: dict[str, list[str]] = {}
    for name, package in installed.items():
        for virtual in package.provides:
            providers.setdefault(virtual, []).append(name)
    return _closure(installed, providers)


def _closure(
    installed: dict[str, _Installed], providers: dict[str, list[str]]
) -> dict[str, Need]:
    found: dict[str, Need] = {}
    essential = sorted(name for name, package in installed.items() if package.essential)
    queue = [(name, name) for name in (*ROOTS, *essential)]
    for name, root in queue:
        if name in found:
            continue
        if name in installed:
            found[name] = Need(root=root, source=installed[name].source)
            queue += [(other, root) for other in installed[name].depends]
        else:
            queue += [(other, root) for other in providers.get(name, ())]
    return found
