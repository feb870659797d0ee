# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`make check-corpus`: examine the packages that have no result, or those that are named."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from real import machine, sources
from real.sources import SourceError
from support import TOP

from corpus import page, results
from corpus.examination import Examination
from corpus.pins import PINS, Pin

PAGE = TOP / "doc/corpus.md"


def main(names: Sequence[str]) -> int:
    """Return how many packages failed, of all that have a result."""
    unknown = set(names) - {pin.name for pin in PINS}
    if unknown:
        print(f"no such package: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    wanted = [pin for pin in PINS
              if pin.name in names or not (names or results.path(pin.name).exists())]
    if wanted:
        machine.prepare()
        try:
            with machine.workspace("addon") as where:
                examine(wanted, sources.addon(where))
        except SourceError as error:
            print(f"dh-hwcaps itself cannot be built:\n{error}", file=sys.stderr)
            return 2
    names = [pin.name for pin in PINS]
    found = results.load(names)
    write_page(page.render(names, found))
    return 1 if any(result["failures"] for result in found) else 0


def examine(pins: Sequence[Pin], addon: Sequence[Path]) -> None:
    """Examine packages one after the other; what is found is kept at once."""
    for pin in pins:
        print(f"{pin.name}: begins", flush=True)
        result = Examination(pin, addon).run()
        results.save(result)
        for failure in result["failures"]:
            print(f"{pin.name}: {failure['stage']}: {failure['said']}", flush=True)
        print(f"{pin.name}: {len(result['failures'])} failures", flush=True)


def write_page(text: str) -> None:
    """Write the page of results."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
