# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read a family's libraries as closely as the rules of `verify` want, and stop at an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dhhwcaps import (
    abi,
    alternatives,
    arrival,
    dispatch,
    eigen,
    layout,
    leaks,
    libraries,
    run,
    samecode,
    selection,
    verify,
)
from dhhwcaps.errors import VerificationError
from dhhwcaps.families import Family, Variant
from dhhwcaps.host import Host
from dhhwcaps.libraries import Library, Packaged
from dhhwcaps.options import Options
from dhhwcaps.report import Row
from dhhwcaps.selection import Choice, Match
from dhhwcaps.symbols import Symbols, symbols
from dhhwcaps.units import Units, units
from dhhwcaps.verify import Finding

SCRIPTS = ("preinst", "postinst", "prerm", "postrm", "alternatives")


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What libraries are held against: the other packages, the machine's libraries, the wishes."""

    machine: Host
    options: Options
    packaged: Packaged
    """All ELF files that this source's packages hold."""

    def choose(self, match: Match, below: Library, level: str) -> Choice:
        """Decide whether to ship a level's library where the loader else takes that of `below`."""
        first, second = match.variant.object.path, below.object.path
        # One that has lost all its code is no gain either, but for `verify` to find.
        either = (match.variant, match.generic)
        return selection.choose(
            match, has_code=any(samecode.has_code(lib.object.path, self._readelf)
                                for lib in either),
            same=samecode.same(first, second, self._readelf), below=level,
        )

    def family(self, held: Sequence[Library]) -> None:
        """Look at a family's generic libraries.  Raises VerificationError."""
        scripts = {path.name: path.read_text(errors="replace") for kind in SCRIPTS
                   for path in layout.DEBIAN.glob(f"*{kind}") if path.is_file()}
        settle([f for lib in held if (f := alternatives.check(scripts, lib.soname))])
        if self.options.check_leaks:
            settle([f for lib in held for f in leaks.check(lib.object, self.machine)])

    def level(self, family: Family, variant: Variant, choices: Sequence[Choice]) -> list[Row]:
        """Look at a family's libraries of one level; return what the report says of them.

        Raises VerificationError.
        """
        flag = variant.level.flag
        counted = [units(c.match.variant.object.path, flag, self._readelf) for c in choices]
        names = _names([choice.match.generic for choice in choices])
        settle([
            *arrival.check(
                variant.level, variant.package, dict(zip(names, counted, strict=True)),
                {name: c.dropped for name, c in zip(names, choices, strict=True)},
                (layout.DEBIAN / "rules").read_text(errors="replace"),
            ),
            *(finding for choice, count in zip(choices, counted, strict=True)
              for finding in self._check(choice, variant, count)),
        ])
        return [_row(family, c, count, self._dispatch(c.match.generic))
                for c, count in zip(choices, counted, strict=True)]

    def _check(self, choice: Choice, variant: Variant, count: Units) -> Iterable[Finding]:
        match = choice.match
        if choice.dropped:
            return verify.of_dropped(match.generic.object, variant.level, variant.package, count)
        ours, theirs = self._symbols(match.generic), self._symbols(match.variant)
        found = verify.check(
            level=variant.level, package=variant.package, generic=match.generic.object,
            variant=match.variant.object, generic_symbols=ours, variant_symbols=theirs,
            units=count, provided=self._provided(match, ours, theirs),
            origin_ok=self._origin_ok(match),
        )
        return (*found, *self._types(match))

    def _dispatch(self, library: Library) -> str:
        path = library.object.path
        if path not in self._asked:
            self._asked[path] = dispatch.sign(
                path, self.machine.arch, self.machine.tool("objdump"), self._readelf
            )
        return self._asked[path]

    @cached_property
    def _asked(self) -> dict[Path, str]:
        return {}

    def _types(self, match: Match) -> Iterable[Finding]:
        twins = match.generic.object, match.variant.object
        types = self.options.abi == "types"
        return (*(abi.check(*twins, match.level) if types else ()),
                *eigen.check(*twins, match.level, self._readelf, types=types))

    def _provided(self, match: Match, generic: Symbols, variant: Symbols) -> frozenset[str]:
        # Reading all libraries that are needed is worth it only where something is in doubt.
        if not verify.unresolved(generic, variant):
            return frozenset()
        paths = [path for name in match.variant.object.needed for path in self._found(name)]
        return frozenset(name for path in paths
                         for name, _version in symbols(path, self._readelf).exported)

    def _found(self, soname: str) -> list[Path]:
        own = [o.path for objects in self.packaged.values() for o in objects if o.soname == soname]
        triplet = self.machine.triplet
        system = [Path(d, soname) for d in (*libraries.default_directories(triplet),
                                            f"/usr/{triplet}/lib")]
        return own or [path for path in system if path.exists()][:1]

    def _origin_ok(self, match: Match) -> bool:
        """Tell whether all that $ORIGIN leads to is found without it too."""
        default = libraries.default_directories(self.machine.triplet)
        needed = set(match.variant.object.needed)
        entries = [e for e in match.variant.object.runpath if "ORIGIN" in e]
        targets = {libraries.expand(entry, match.generic.directory, self.machine.triplet)
                   for entry in entries}
        return not any(needed & self._holds.get(target, set())
                       for target in targets if target not in default)

    @cached_property
    def _holds(self) -> Mapping[str, set[str]]:
        held: dict[str, set[str]] = {}
        for package, objects in self.packaged.items():
            for item in objects:
                directory = libraries.installed_in(item.path, layout.staging(package))
                held.setdefault(directory, set()).update((item.soname, item.path.name))
        return held

    def _symbols(self, library: Library) -> Symbols:
        return symbols(library.object.path, self._readelf)

    @property
    def _readelf(self) -> str:
        return self.machine.tool("readelf")


def settle(findings: Sequence[Finding]) -> None:
    """Print warnings; raise VerificationError for errors, the first one as its first line."""
    for finding in findings:
        if finding.severity == "warning":
            run.warn(f"{finding.message}\n  {finding.advice}")
    errors = list(dict.fromkeys(
        (finding.message, finding.advice) for finding in findings if finding.severity == "error"
    ))
    if errors:
        (message, advice), *others = errors
        raise VerificationError(
            message, "\n".join([advice, *(f"Also: {also}\n{cure}" for also, cure in others)])
        )


def _names(held: Sequence[Library]) -> list[str]:
    # One SONAME may stand in two directories.
    sonames = [library.soname for library in held]
    return [
        name if sonames.count(name) == 1 else f"{library.directory}/{name}"
        for name, library in zip(sonames, held, strict=True)
    ]


def _row(family: Family, choice: Choice, count: Units, asking: str) -> Row:
    known = count.total - count.unknown
    generic = choice.match.generic
    return Row(
        package=family.name, soname=generic.soname, directory=generic.directory,
        level=choice.match.level.name, dropped=choice.dropped,
        units=f"{count.at_level}/{known}" if known else "", dispatch=asking,
    )
