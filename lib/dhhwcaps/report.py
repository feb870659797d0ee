# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table at the end of the build log, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dhhwcaps import layout
from dhhwcaps.families import Family
from dhhwcaps.isa import Level

PREFIX = "hwcaps: "
WIDTH = 100
"""What a line of a build log may take to be readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a level's build went."""

    level: str
    seconds: float
    tests: str
    """`passed`, `failed`, `off`, `unsupported`, `nocheck`, or `unknown` (rules without dh)."""
    disk: int
    """The copy's size in bytes at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds by the clock."""

    generic: float
    levels: float
    """All levels together."""
    at_once: int
    """How many levels were built at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one library at one level."""

    package: str
    """The family."""
    soname: str
    directory: str
    level: str
    dropped: str
    """Why it is not shipped; "" if it is."""
    units: str
    """Compile units at the level, "37/40"; "" if the debug information does not tell."""
    dispatch: str = ""
    """How the generic library asks the CPU itself, "cpuid in init"; "" if it does not."""


def sizes(
    rows: Sequence[Row], families: Mapping[str, Family], levels: Sequence[Level]
) -> dict[tuple[str, str, str], int]:
    """Return what the libraries weigh in their packages: (directory, SONAME, level or "") → bytes.

    "" stands for the generic library.
    """
    found = {}
    for row in rows:
        family = families[row.package]
        # A module that stays as it is lies in the family still.
        generic = [layout.staging(package) / row.directory.lstrip("/") / row.soname
                   for package in (family.generic, family.name)]
        found[row.directory, row.soname, ""] = max(map(_size, generic))
        for level in levels:
            variant = family.variant(level)
            if variant and level.name == row.level and not row.dropped:
                directory = layout.subdirectory(row.directory, level).lstrip("/")
                path = layout.staging(variant.package) / directory / row.soname
                found[row.directory, row.soname, level.name] = _size(path)
    return found


def table(
    rows: Sequence[Row], sizes: Mapping[tuple[str, str, str], int], levels: Sequence[str]
) -> list[str]:
    """Return the report's table, library by level.

    `sizes` maps (directory, soname, level or "") to bytes; "" stands for generic.
    """
    cells = [["library", "generic", *levels]]
    for directory, soname in dict.fromkeys((row.directory, row.soname) for row in rows):
        line = [soname, size(sizes.get((directory, soname, ""), 0))]
        for level in levels:
            row = next((r for r in rows if (r.directory, r.soname, r.level) ==
                        (directory, soname, level)), None)
            line.append(_cell(row, sizes.get((directory, soname, level), 0)) if row else "")
        cells.append(line)
    wide = _aligned(cells, right=1)
    return wide if max(map(len, wide)) <= WIDTH else _aligned(_upright(cells))


def notes(rows: Sequence[Row]) -> list[str]:
    """Return a line for each library that chooses code by CPU itself: less is to be expected."""
    asking = {row.soname: row.dispatch for row in rows if row.dispatch}
    return [f"{PREFIX}{soname} dispatches by itself ({how}): its levels may bring little"
            for soname, how in asking.items()]


def summary(rows: Sequence[Row], results: Sequence[Result], times: Times) -> str:
    """Return the report's last line: files, seconds, disk."""
    shipped = sum(not row.dropped for row in rows)
    disk = sum(result.disk for result in results)
    files = f"{shipped} variant file{'' if shipped == 1 else 's'}"
    levels = f"levels {times.levels:.0f} s"
    if times.at_once > 1:
        levels += f" ({times.at_once} at a time)"
    return (f"{PREFIX}{files}; generic {times.generic:.0f} s, {levels},"
            f" {size(disk)} of disk at most")


def document(
    rows: Sequence[Row], sizes: Mapping[tuple[str, str, str], int], results: Sequence[Result],
    times: Times,
) -> dict[str, object]:
    """Return the report as JSON has it."""
    return {
        "seconds": asdict(times),
        "levels": [asdict(result) for result in results],
        "libraries": [
            {**asdict(row), "size": sizes.get((row.directory, row.soname, row.level)),
             "generic_size": sizes.get((row.directory, row.soname, ""))}
            for row in rows
        ],
    }


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    for unit, divisor in (("GB", 10**9), ("MB", 10**6)):
        if count >= divisor:
            number = count / divisor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
    if count >= 1000:
        return f"{count / 1000:.0f} kB"
    return f"{count} B"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _upright(cells: Sequence[Sequence[str]]) -> list[list[str]]:
    # One line for each library and level, when they do not fit side by side.
    _library, *columns = cells[0]
    return [
        [library if number == 0 else "", column, text]
        for library, *texts in cells[1:]
        for number, (column, text) in enumerate(zip(columns, texts, strict=True)) if text
    ]


def _aligned(cells: Sequence[Sequence[str]], right: int | None = None) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        PREFIX + "  ".join(
            text.rjust(width) if column == right else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]


def _cell(row: Row, count: int) -> str:
    if row.dropped:
        return f"dropped: {row.dropped}"
    return f"{size(count)}  {row.units + ' units' if row.units else 'units unknown'}"
