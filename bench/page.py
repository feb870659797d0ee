# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of results; pure but for the notes beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from support import TOP

from bench import markdown, page_build, page_own, page_run
from bench.results import Result

PAGE = TOP / "doc/bench.md"
PICTURES = TOP / "doc/bench"
NOTES = Path(__file__).with_name("notes")
HEAD = """\
# What dh-hwcaps costs and gains

Written by `make bench` from `bench/results/` and `bench/notes/`; do not edit.
`make bench BENCH=build` measures one part again, with `ROUNDS=3` that many rounds, with `ONLY=lame`
that package only; what the same processor did before stays beside it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page."""

    title: str
    render: Callable[[Mapping[str, Result]], str]
    """From the results of all benchmarks."""
    pictures: tuple[str, ...]


SECTIONS: Mapping[str, Section] = {
    "build": Section(
        title="Builds", pictures=("build",), render=lambda found: page_build.render(found["build"])
    ),
    "own": Section(
        title="Our own steps", pictures=("own-seconds", "own-memory"),
        render=lambda found: page_own.render(
            found["own"], page_own.build_rate(found.get("build", {}))
        ),
    ),
    "run": Section(
        title="Programs", pictures=("run",), render=lambda found: page_run.render(found["run"])
    ),
}


def render(found: Mapping[str, Result]) -> str:
    """Return the page as Markdown; a benchmark without a result is named only."""
    return HEAD + "".join(_section(name, found) for name in SECTIONS)


def _section(name: str, found: Mapping[str, Result]) -> str:
    section, result = SECTIONS[name], found.get(name)
    text = f"\n## {section.title}\n\n"
    if not result:
        return text + f"No result yet: `make bench BENCH={name}`.\n"
    text += section.render(found)
    text += "\n" + markdown.machine(result["machine"])
    text += "".join(f"\n![{section.title}]({PICTURES.name}/{picture}.svg)\n"
                    for picture in section.pictures)
    note = NOTES / f"{name}.md"
    return text + (f"\n{note.read_text()}" if note.exists() else "")
