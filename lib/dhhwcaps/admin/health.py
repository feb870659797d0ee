# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in use of a family, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.filesize import decimal

from dhhwcaps import isa
from dhhwcaps.admin import reason
from dhhwcaps.admin.cpu import TUNABLES, Cpu
from dhhwcaps.admin.families import Copy, Family, Variant
from dhhwcaps.admin.search import Found, Loader, base

CURES = {
    "apt reinstall {}": ("half-installed",),
    "dpkg --configure -a": ("unpacked", "half-configured"),
}
"""States of dpkg in which a package is not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark about a family."""

    kind: str
    text: str
    wrong: bool = False
    """Whether something is to be repaired, not merely to be known."""


def in_use(family: Family, loader: Loader, cpu: Cpu) -> tuple[str, ...]:
    """Return the levels of the copies that programs get, the best first; "" is generic."""
    levels = {found.level for found in chosen(family, loader).values()}
    return tuple(sorted(levels or {""}, key=cpu.rank))


def chosen(family: Family, loader: Loader) -> dict[tuple[str, str], Found]:
    """Return for each library (directory, SONAME) that has copies what the loader takes."""
    wanted = {(copy.directory, copy.soname) for copy in family.copies}
    return {
        (directory, soname): _taken(directory, soname, loader)
        for directory, soname in sorted(wanted)
    }


def notes(
    family: Family, loader: Loader, cpu: Cpu, installed: frozenset[str]
) -> tuple[Note, ...]:
    """Return the remarks, what is wrong first; `installed` are the names of all packages."""
    found = (
        *_states(family), *_versions(family), *_generic(family, installed),
        *_missing(family, loader), *_stale(family, loader), *_shadowing(family, loader),
        *_offered(family, cpu), *_idle(family, cpu),
    )
    return tuple(sorted(found, key=lambda note: not note.wrong))


def _taken(directory: str, soname: str, loader: Loader) -> Found:
    if soname in loader.cache.entries or directory in loader.defaults:
        return loader.find(soname)
    # A private directory, which some RUNPATH names.
    return loader.open_in(soname, (directory,), "RUNPATH") or Found(name=soname)


def _states(family: Family) -> Iterator[Note]:
    for cure, states in CURES.items():
        halves = [p for p in family.members if p.state in states]
        if halves:
            said = ", ".join(f"{package.name} is {package.state}" for package in halves)
            names = " ".join(package.name for package in halves)
            yield Note(kind="state", wrong=True, text=f"{said}: {cure.format(names)}")


def _versions(family: Family) -> Iterator[Note]:
    for package in family.members:
        if package.version != family.version:
            yield Note(
                kind="version", wrong=True,
                text=f"{package.name} has version {package.version}: apt install "
                     + " ".join(member.name for member in family.members),
            )


def _generic(family: Family, installed: frozenset[str]) -> Iterator[Note]:
    if family.generic:
        return
    rows = (isa.named(variant.level) for variant in family.variants)
    levels = [level.name for level in rows if level and level.support in installed]
    name = f"{family.name}-generic"
    if levels:
        yield Note(kind="generic", text=f"{name} is not installed: only for {levels[0]}")
    else:
        yield Note(kind="generic", wrong=True,
                   text=f"{name} is not installed: apt install {name}")


def _missing(family: Family, loader: Loader) -> Iterator[Note]:
    plain = {f"{copy.directory}/{copy.soname}" for copy in family.copies}
    holders = [(v.package, [copy.path for copy in v.copies]) for v in family.variants]
    if family.generic:
        holders.append((family.generic, sorted(plain.intersection(family.paths))))
    for package, paths in holders:
        gone = [path for path in paths if not loader.disk.exists(path)]
        alien = [path for path in paths if path not in gone and not loader.fits(path)]
        for which, said in ((gone, "is gone"), (alien, "is not readable, or no library")):
            if which:
                yield Note(kind="missing", wrong=True,
                           text=f"{', '.join(which)} {said}: apt reinstall {package.name}")


def _stale(family: Family, loader: Loader) -> Iterator[Note]:
    if loader.cache.problem:
        return  # That is said once, for all families.
    lacking = sorted({copy.level for copy in family.copies if _not_cached(copy, loader)})
    if lacking:
        yield Note(kind="cache", wrong=True,
                   text=f"ld.so.cache lacks {', '.join(lacking)}: run ldconfig")


def _not_cached(copy: Copy, loader: Loader) -> bool:
    entries = loader.cache.entries.get(copy.soname, ())
    real = loader.disk.real
    plain = any(not e.level and real(base(e.path)) == real(copy.directory) for e in entries)
    cached = any(e.level == copy.level and real(e.path) == real(copy.path) for e in entries)
    return plain and not cached and loader.fits(copy.path)


def _shadowing(family: Family, loader: Loader) -> Iterator[Note]:
    for (directory, soname), found in chosen(family, loader).items():
        if found.path and loader.disk.real(base(found.path)) != loader.disk.real(directory):
            yield Note(kind="shadowed", text=f"programs get {found.path} instead of {soname}")
        elif hides := reason.hidden(found, loader):
            yield Note(kind="hides", text=f"its {soname} {hides}")


def _offered(family: Family, cpu: Cpu) -> Iterator[Note]:
    useful = [name for name, level in family.offered if level.name in cpu.levels]
    if useful:
        verb = "is" if len(useful) == 1 else "are"
        yield Note(kind="offered", text=f"{', '.join(useful)} {verb} not installed: "
                                        f"apt install {' '.join(useful)}")


def _idle(family: Family, cpu: Cpu) -> Iterator[Note]:
    for variant in family.variants:
        if reason_ := _why_idle(variant, cpu):
            size = decimal(variant.package.size)
            yield Note(kind="idle", text=f"{variant.package.name} takes {size} {reason_}")


def _why_idle(variant: Variant, cpu: Cpu) -> str:
    if variant.level in cpu.masked:
        return f"and is masked by {TUNABLES}"
    if variant.level in cpu.lacking:
        return "that this CPU cannot use"
    known = bool(cpu.levels or cpu.masked or cpu.lacking)
    return "" if variant.level in cpu.levels or not known else "for a level unknown to the loader"
