# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/tests.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = """\
# Tests that bite

Written by `make check-mutants`; the words are those of `t/mutants/page.py`, the reasons those of
`t/mutants/explained.toml`.

A test that cannot fail is a defect. So the modules that decide are broken at one place at a time: a
comparison, a condition, a number, a text, an element of a list, a returned value, a statement. Each
such mutant meets the unit tests of its module, and those that import the module. A mutant that they
all pass survives. There is a reason for each that does, or the command fails.

| module | mutants | killed | share |
|---|---|---|---|
"""
SURVIVORS = """
`make check-mutants MODULE=plan` tries one module and leaves this page alone.

`make check-coverage` fails unless the unit tests reach every line and every branch of the modules
that only decide: those whose docstring says that they are pure, and `control`, `errors`, `isa`,
`options` and `text`.

`make check-fuzz` hands bad input to all that reads; what it tries is in `t/fuzz`.

## Survivors

"""
PAGE = Path(__file__).resolve().parents[2] / "doc" / "tests.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a module's mutants."""

    module: str
    mutants: int
    survivors: Mapping[str, str]
    """Why each that no test notices is let live."""

    @property
    def killed(self) -> int:
        """How many the tests notice."""
        return self.mutants - len(self.survivors)


def write(results: Sequence[Result]) -> None:
    """Write the page."""
    PAGE.write_text(text(results))


def text(results: Sequence[Result]) -> str:
    """Return the page."""
    rows = [_row(r.module, r.mutants, r.killed) for r in results]
    rows.append(_row("all", sum(r.mutants for r in results), sum(r.killed for r in results)))
    told = [f"- {result.module}: {_code(name)}: {reason}\n"
            for result in results for name, reason in result.survivors.items()]
    return "".join([HEAD, *rows, SURVIVORS, *told])


def _row(module: str, mutants: int, killed: int) -> str:
    return f"| {module} | {mutants} | {killed} | {killed / mutants:.1%} |\n"


def _code(name: str) -> str:
    where, _, change = name.partition(": ")
    return (f"{where}, " if where else "") + f"`{change.replace('`', chr(39))}`"
