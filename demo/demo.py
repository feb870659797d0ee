#!/usr/bin/python3
# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build a source package with this checkout's dh_hwcaps and show what the loader makes of it.

demo.py          the example of this checkout, built, then run at each level
demo.py PACKAGE  a source package of the archive: fetched, converted, built
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "lib"))

import archive  # noqa: E402
import loader  # noqa: E402
import package  # noqa: E402
from package import DemoError, say  # noqa: E402

PROGRAM = "usr/bin/numfoo"


def main(argv: list[str]) -> int:
    """Run the demonstration; return the exit code."""
    work = Path(tempfile.mkdtemp(prefix="dh-hwcaps-demo."))
    try:
        demonstrate(work, argv[0] if argv else "")
    except DemoError as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    say(f"\nPackages, build log and the scratch root are in {work}.")
    return 0


def demonstrate(work: Path, name: str) -> None:
    """Build and show the package `name`, or the example if there is none."""
    tools = package.tools(CHECKOUT, work)
    if name:
        source = archive.fetch(name, work)
        archive.install_build_dependencies(source)
        say("== dh_hwcaps convert")
        package.stream(["dh_hwcaps", "convert"], source, tools)
    else:
        source = work / "numfoo"
        shutil.copytree(CHECKOUT / "example", source)
    say("\n== dpkg-buildpackage -b")
    package.build(source, tools, work / "build.log")
    say("\n== What is in the packages")
    package.list_files(work)
    root = work / "root"
    package.extract(work, root)
    say("\n== What the loader picks, by the highest level that it may use")
    found = loader.Root.read(root)
    loader.show_choices(found)
    if (root / PROGRAM).exists():
        say(f"\n== {PROGRAM} with the libraries of each level, the best of three runs")
        loader.show_speeds(found, root / PROGRAM)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
