# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps which -- COMMAND`: run a command and let the loader say what it loads (ld.so(8))."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dhhwcaps import run
from dhhwcaps.admin import target, which
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.search import Found, level_of
from dhhwcaps.admin.which import Answer

LINE = re.compile(
    r" *\d+:\t *(?:"
    r"find library=(?P<wanted>.+) \[\d+\]; searching"
    r"|search (?P<cache>cache)=.*"
    r"|search path=.*\t\t\((?P<way>[A-Za-z_ ]+?)(?: from file .*)?\)"
    r"|trying file=(?P<tried>.+)"
    r"|file=(?P<loaded>.+) \[\d+\];  generating link map)"
)
WAYS = {"system search path": "default"}


def observe(argv: Sequence[str], environ: Mapping[str, str], quiet: bool = False) -> Answer:
    """Run a command and return what it and its children loaded.

    Its output goes to our standard error, or nowhere.  Raises HwcapsError when there is no such
    command.
    """
    disk = Disk()
    found = target.read(target.locate(argv[0], disk), disk)
    loader, machine, notes = which.surroundings(found, disk, "", environ)
    with tempfile.TemporaryDirectory(prefix="hwcaps-") as directory:
        code = _run(argv, f"{directory}/loader", quiet)
        logs = sorted(Path(directory).iterdir(), key=lambda path: path.stat().st_mtime_ns)
        listings = [parse(os.fsdecode(path.read_bytes()).splitlines()) for path in logs]
    if not logs:
        notes.append("the loader said nothing: the program is static, or runs with other rights")
    if len(logs) > 1:
        notes.append(f"{len(logs)} processes")
    if code:
        notes.append(f"the command's exit code: {code}")
    every = dict.fromkeys(item for listing in listings for item in listing)
    rows = which.explained((i for i in every if not i.path or loader.fits(i.path)), loader, machine)
    return Answer(target=argv[0], cpu=machine.best, libraries=tuple(dict.fromkeys(rows)),
                  notes=tuple(notes), code=code)


def _run(argv: Sequence[str], log: str, quiet: bool) -> int:
    env = {"LD_DEBUG": "libs,files", "LD_DEBUG_OUTPUT": log}
    sys.stdout.flush()
    if not quiet:
        return run.attached(*argv, env=env, output=sys.stderr.fileno())
    with Path(os.devnull).open("wb") as nowhere:
        return run.attached(*argv, env=env, output=nowhere, errors=nowhere)


def parse(lines: Iterable[str]) -> tuple[Found, ...]:
    """Return what LD_DEBUG=libs,files says was loaded, or looked for and not found."""
    found: list[Found] = []
    wanted = tried = how = ""
    for line in lines:
        match = LINE.fullmatch(line)
        if not match:
            continue
        if match["wanted"]:
            found += _missed(wanted, tried)
            wanted, tried, how = match["wanted"], "", ""
        elif match["cache"] or match["way"]:
            how = match["cache"] or WAYS.get(match["way"], match["way"])
        elif match["tried"]:
            tried = match["tried"]
        elif match["loaded"]:
            name = match["loaded"]
            path = tried if name == wanted else name
            way = how if name == wanted else "path"
            found.append(Found(name=name, path=path, level=level_of(path), how=way))
            wanted = tried = ""
    return (*found, *_missed(wanted, tried))


def _missed(wanted: str, tried: str) -> list[Found]:
    # What was tried and is there was loaded before, under another name.
    return [Found(name=wanted)] if wanted and not Path(tried or "/dev/null").is_file() else []
