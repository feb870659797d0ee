# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`make bench`: measure, keep the results, write the page and its pictures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from bench import build, gain, own, page, plots, results
from bench.results import Result

BENCHMARKS: Mapping[str, tuple[Callable[[int, Sequence[str]], Result], int]] = {
    "build": (build.run, build.ROUNDS),
    "own": (own.run, own.ROUNDS),
    "run": (gain.run, gain.ROUNDS),
}
"""How each is run, and with how many rounds unless told otherwise."""


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks that are asked for; return the exit code."""
    given = parser().parse_args(argv)
    for name in given.bench or BENCHMARKS:
        measure, rounds = BENCHMARKS[name]
        found = measure(given.rounds or rounds, given.only)
        results.save(name, results.merged(results.load(name), found) if given.only else found)
    kept = {name: results.load(name) for name in page.SECTIONS}
    page.PAGE.write_text(page.render(kept))
    plots.save(kept, page.PICTURES)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser; words come from variables of make, which may be empty."""
    made = argparse.ArgumentParser(prog="bench", description=__doc__)
    made.add_argument("--bench", type=_words, default=[], help=f"of {', '.join(BENCHMARKS)}")
    made.add_argument("--only", type=_words, default=[], help="packages, or sizes, to measure")
    made.add_argument("--rounds", type=_number, default=0)
    return made


def _words(text: str) -> list[str]:
    return text.split()


def _number(text: str) -> int:
    return int(text or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
