# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person sees; through rich, coloured on a terminal only."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dhhwcaps.admin.bench import Result
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.health import Note
from dhhwcaps.admin.status import Status
from dhhwcaps.admin.verify import Verdict
from dhhwcaps.admin.which import Answer
from dhhwcaps.text import inert

WIDE = 10_000
"""Columns of a pipe: nothing is folded there."""
BAR = 24
STYLES = {True: "bold red", False: ""}


def console(stream: Any = None, wide: bool = False) -> Console:
    """Return where to print; a terminal's width is obeyed unless told, a pipe has none."""
    stream = stream or sys.stdout
    width = None if stream.isatty() and not wide else WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done; the function says what."""
    with console(sys.stderr).status("") as line:
        yield lambda text: line.update(_text(text))


def document(result: Any) -> None:
    """Print a result, or a sequence of them, as JSON."""
    plain = [asdict(item) for item in result] if isinstance(result, tuple) else asdict(result)
    print(json.dumps(plain, indent=1))


def status(found: Status) -> None:
    """Print the CPU, a line for each family, and what else is to be known."""
    out = console()
    out.print(_text(cpu(found.cpu)))
    several = len({line.arch for line in found.families}) > 1
    table = _table(3)
    for line in found.families:
        name = f"{line.family}:{line.arch}" if several else line.family
        table.add_row(_text(name, "bold"), _text(line.version),
                      _text(f"in use: {', '.join(line.in_use)}"), _notes(line.notes))
    if found.families:
        _print(out, table)
    else:
        out.print("no family of variants is installed")
    for note in found.notes:
        out.print(_text(note.text, STYLES[note.wrong]))


def cpu(machine: Cpu) -> str:
    """Return a line about the CPU."""
    if not (machine.levels or machine.masked or machine.lacking):
        return f"CPU of {machine.arch or 'this machine'}: no levels known to this machine's loader"
    parts = [f"loader also knows {', '.join(machine.levels[1:])}"] if machine.levels[1:] else []
    parts += [f"{', '.join(machine.masked)} masked by GLIBC_TUNABLES"] if machine.masked else []
    parts += [f"not {', '.join(machine.lacking)}"] if machine.lacking else []
    said = f"  ({'; '.join(parts)})" if parts else ""
    return f"{'Supposed' if machine.supposed else 'This'} CPU: {machine.best}{said}"


def which(answer: Answer) -> None:
    """Print a line for each library, whole, for paths are there to be copied."""
    out = console(wide=True)
    table = _table(2)
    for row in answer.libraries:
        style = "" if row.path else "bold red"
        table.add_row(_text(row.library), _text(row.path or "not found", style or _of(row.level)),
                      _text(row.reason, style))
    if answer.libraries:
        _print(out, table)
    complain(answer.notes)


def verify(verdicts: Sequence[Verdict]) -> None:
    """Print a line for each family, and below it what is wrong."""
    out = console()
    for verdict in verdicts:
        word, style = ("wrong", "bold red") if verdict.wrong else ("ok", "green")
        out.print(_text(verdict.family, "bold"), _text(verdict.version), _text(word, style),
                  _text(verdict.checked))
        for text in verdict.wrong:
            out.print(_text(f"  {text}"), soft_wrap=True)
    if not verdicts:
        out.print("no family of variants is installed")


def bench(result: Result) -> None:
    """Print a line with a bar for each level, then the warnings."""
    out = console()
    longest = max((row.median for row in result.rows), default=0.0)
    table = _table(2)
    for row in result.rows:
        table.add_row(
            _text(row.level, "bold"), _text(row.ratio_text), Bar(longest, 0, row.median, width=BAR),
            _text(f"{row.median:.3f} s ± {row.spread:.3f}"), _text(row.remark),
        )
    _print(out, table)
    complain(result.notes)


def complain(notes: Iterable[str]) -> None:
    """Print remarks on standard error."""
    sys.stdout.flush()
    for note in notes:
        console(sys.stderr).print(_text(note), soft_wrap=True)


def _print(out: Console, table: Table) -> None:
    # rich fills lines with blanks up to the table's width.
    with out.capture() as printed:
        out.print(table)
    for line in printed.get().splitlines():
        out.file.write(line.rstrip() + "\n")


def _notes(notes: Sequence[Note]) -> Text:
    text = Text()
    for number, note in enumerate(notes):
        text.append("\n" if number else "")
        text.append(inert(note.text), STYLES[note.wrong])
    return text


def _table(columns: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table


def _of(level: str) -> str:
    return "green" if level else ""


def _text(text: str, style: str = "") -> Text:
    return Text(inert(text), style)
