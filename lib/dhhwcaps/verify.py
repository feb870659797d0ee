# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide whether a level's library may stand in for the generic one; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import plural
from dhhwcaps.isa import Level
from dhhwcaps.symbols import Symbols
from dhhwcaps.units import Units

SHOWN = 3
"""Symbols named in a message; the rest is counted."""

# How C++ and D mangle names.  In C a weak symbol is as much a part of the interface as any other.
INSTANCE = ("_Z", "_D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with a library: what and where, then what to do."""

    severity: Literal["error", "warning"]
    library: str
    """SONAME, or several."""
    level: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A library of a level beside its generic twin."""

    level: Level
    package: str
    """The variant's."""
    generic: SharedObject
    variant: SharedObject
    generic_symbols: Symbols
    variant_symbols: Symbols
    units: Units
    provided: frozenset[str]
    """Names of symbols that the libraries give which the variant needs."""
    origin_ok: bool
    """Whether what $ORIGIN leads to is also there as seen from the variant's directory."""

    def finding(
        self, what: str, advice: str, severity: Literal["error", "warning"] = "error"
    ) -> Finding:
        """Return a finding about the variant."""
        where = f"{self.generic.soname} at {self.level.name} ({self.package})"
        return Finding(
            severity=severity, library=self.generic.soname, level=self.level.name,
            message=f"{where} {what}", advice=advice,
        )


def check(
    *,
    level: Level,
    package: str,
    generic: SharedObject,
    variant: SharedObject,
    generic_symbols: Symbols,
    variant_symbols: Symbols,
    units: Units,
    provided: frozenset[str] = frozenset(),
    origin_ok: bool = False,
) -> tuple[Finding, ...]:
    """Return all that is wrong with a variant; empty for one that may be shipped.

    A finding about the generic library is the same whatever level it is seen from.
    """
    case = Case(
        level=level, package=package, generic=generic, variant=variant,
        generic_symbols=generic_symbols, variant_symbols=variant_symbols, units=units,
        provided=provided, origin_ok=origin_ok,
    )
    return tuple(finding for rule in RULES for finding in rule(case))


def generic_is_marked(case: Case) -> Iterator[Finding]:
    """Refuse a mark in the generic library, which must load on every machine."""
    if case.generic.marks:
        names = ", ".join(sorted(case.generic.marks))
        yield Finding(
            severity="error", library=case.generic.soname, level=names,
            message=f"{case.generic.soname}: the generic library says that it needs {names}",
            advice="A hook in debian/rules that looks for *.so* everywhere has probably put a"
            " level's file there; or the package itself passes -z to the linker.",
        )


def variant_is_not_marked(case: Case) -> Iterator[Finding]:
    """Refuse a variant that the loader of a lesser machine would not refuse."""
    if case.level.mark and case.level.name not in case.variant.marks:
        yield case.finding(
            "lacks its mark: LDFLAGS did not reach the linker",
            f"It must be linked with {case.level.linker_flag}. Use dpkg-buildflags in"
            " debian/rules, or --inject=environment; lld and gold do not know the option.",
        )


def soname_differs(case: Case) -> Iterator[Finding]:
    """Refuse another SONAME: the loader looks for the generic library's."""
    if case.variant.soname != case.generic.soname:
        yield case.finding(
            f"has another SONAME: {case.variant.soname or 'none'}",
            "The SONAME must not depend on the compiler's flags.",
        )


def symbols_are_missing(case: Case) -> Iterator[Finding]:
    """Refuse a smaller interface: programs may need all that the generic library exports."""
    there = case.variant_symbols.exported
    missing = [(key, kind) for key, kind in case.generic_symbols.exported.items()
               if key not in there]
    instances = [name for (name, version), kind in missing
                 if (kind.weak or kind.unique) and name.startswith(INSTANCE)]
    needed = [name + version for (name, version), kind in missing
              if not ((kind.weak or kind.unique) and name.startswith(INSTANCE))]
    if needed:
        yield case.finding(
            f"lacks {plural(len(needed), 'symbol')} of the generic library: {_some(needed)}",
            "Programs that need it would not start. Does the level's build get the same options,"
            " and do sources not decide by the compiler's macros what they export?",
        )
    if instances:
        yield case.finding(
            f"lacks {plural(len(instances), 'weak symbol')} of the generic library:"
            f" {_some(instances)}",
            "Template instances and inline functions come and go with inlining, and programs have"
            " their own; explicit instantiations must stay.", "warning",
        )


def symbols_have_changed(case: Case) -> Iterator[Finding]:
    """Refuse other types and sizes: programs have copies of objects as they were when linking."""
    there = case.variant_symbols.exported
    changed = [
        f"{name}{version} ({theirs.type} of {plural(theirs.size, 'byte')},"
        f" generic {ours.type} of {plural(ours.size, 'byte')})"
        for (name, version), ours in case.generic_symbols.exported.items()
        if (theirs := there.get((name, version), ours))[:2] != ours[:2]
    ]
    if changed:
        yield case.finding(
            f"exports {plural(len(changed), 'symbol')} of another type or size: {_some(changed)}",
            "Programs rely on both. Types whose size or alignment follows the compiler's flags"
            " must not be exported.",
        )


def symbols_are_undefined(case: Case) -> Iterator[Finding]:
    """Refuse what needs symbols that nobody gives: the loader stops the program."""
    missing = unresolved(case.generic_symbols, case.variant_symbols) - case.provided
    if missing:
        yield case.finding(
            f"needs {plural(len(missing), 'symbol')} that no library gives: {_some(missing)}",
            "The generic library does not need it: was a source file or -l option left out?",
        )


def origin_leads_nowhere(case: Case) -> Iterator[Finding]:
    """Refuse $ORIGIN, which is another directory seen from that of a level."""
    entries = [entry for entry in case.variant.runpath
               if "$ORIGIN" in entry or "${ORIGIN}" in entry]
    if entries and not case.origin_ok:
        yield case.finding(
            f"looks for its libraries in {':'.join(entries)}, which leads elsewhere from there",
            "Remove the RUNPATH (chrpath -d), or let it name the directory without $ORIGIN.",
        )


def no_unit_at_level(case: Case) -> Iterator[Finding]:
    """Warn of a variant whose debug information tells of other flags; see also `arrival.check`."""
    known = case.units.total - case.units.unknown
    if known and not case.units.at_level:
        yield case.finding(
            f"has {plural(known, 'compile unit')}, none of them compiled with {case.level.flag}",
            "Is it made of objects compiled without -fPIC? --scope=all reaches them.", "warning",
        )


RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    generic_is_marked, variant_is_not_marked, soname_differs, symbols_are_missing,
    symbols_have_changed, symbols_are_undefined, origin_leads_nowhere, no_unit_at_level,
)


def unresolved(generic: Symbols, variant: Symbols) -> frozenset[str]:
    """Return what the variant needs and generic does not: the caller asks who gives it.

    Versioned symbols were found in a library when the variant was linked.
    """
    known = {wanted.name for wanted in generic.undefined}
    return frozenset(
        wanted.name for wanted in variant.undefined
        if not wanted.weak and not wanted.version and wanted.name not in known
    )


def of_dropped(
    generic: SharedObject, level: Level, package: str, units: Units
) -> tuple[Finding, ...]:
    """Return what is wrong with a library of a level although it is not shipped."""
    nothing = Symbols(exported={}, undefined=frozenset())
    case = Case(
        level=level, package=package, generic=generic, variant=generic, generic_symbols=nothing,
        variant_symbols=nothing, units=units, provided=frozenset(), origin_ok=True,
    )
    return (*generic_is_marked(case), *no_unit_at_level(case))


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
