# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps check`: read a source, apply the rules, print what they found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from debian.debian_support import DpkgArchTable

from dhhwcaps import build, control, host, isa, run
from dhhwcaps.boundary import Parser
from dhhwcaps.check import consumers, history
from dhhwcaps.check.files import TESTS
from dhhwcaps.check.finding import Finding, document, summary
from dhhwcaps.check.rules import findings
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import command as converting
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.errors import CommandError, ControlError, HwcapsError, UsageError
from dhhwcaps.host import Host
from dhhwcaps.isa import Level
from dhhwcaps.text import inert


def main(argv: Sequence[str]) -> int:
    """Check a source package; return 1 if there is more to tell than notes, else 0.

    Raises UsageError when there is no source package.
    """
    given = _parser().parse_args(argv)
    packaging = read(Path(given.directory))
    try:
        subject = _subject(packaging, os.environ)
        families, found = [f.name for f in subject.families], findings(subject)
        looked = bool(families or found or consumers.is_consumer(subject))
        name, told = subject.source.name, list(_known(subject)) if given.verbose else []
    except ControlError as error:  # not even a list of stanzas
        families, name, told, looked = [], "", [], True
        found = (Finding(rule="unreadable", severity="error", file="debian/control",
                         message=error.message.removeprefix("debian/control: "),
                         advice=error.advice),)
    if given.json:
        run.say(json.dumps(document(name, families, found), indent=2))
    else:
        for line in (*told, *map(str, found)):
            run.say(inert(line, "\n\t"))
        run.say(f"{', '.join(families) or name or 'debian/control'}: {summary(found)}"
                if looked else "nothing to check: no package P has a sibling P-generic")
    return int(any(finding.wrong for finding in found))


def read(top: Path) -> Packaging:
    """Return the files of debian/ that rules look at.  Raises UsageError."""
    try:
        packaging = converting.read(top / "debian")
    except ControlError as error:
        raise UsageError(
            f"{top}: {error.message}" if str(top) != "." else error.message,
            "Name the topmost directory of an unpacked source package.",
        ) from None
    tests = top / "debian" / TESTS
    found = {TESTS: tests.read_text(errors="replace")} if tests.is_file() else {}
    return Packaging(files={**packaging.files, **found})


def _subject(packaging: Packaging, environ: Mapping[str, str]) -> Subject:
    machine = host.read(environ)
    source = control.parse(packaging.files["control"])
    table = DpkgArchTable.load_arch_table()
    subject = Subject(
        packaging=packaging, source=source, matches=table.matches_architecture,
        baseline=host.present_baseline(machine, environ),
        profiles=frozenset(environ.get("DEB_BUILD_PROFILES", "").split()),
    )
    wanted = {variant.level for family in subject.families for variant in family.variants}
    refused = [(level, *said) for level in isa.for_arch(machine.arch) if level in wanted
               for said in _unknown(level, machine, environ)]
    return Subject(
        packaging=packaging, source=source, matches=subject.matches, baseline=subject.baseline,
        profiles=subject.profiles, unknown=tuple(refused),
    )


def _unknown(
    level: Level, machine: Host, environ: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    try:
        build.check(level, machine, host.compiler(machine, environ))
    except CommandError:
        return  # There is no compiler here to ask.
    except HwcapsError as error:
        yield error.message, error.advice


def _known(subject: Subject) -> Iterator[str]:
    for family in subject.families:
        levels = ", ".join(variant.level.name for variant in family.variants) or "no level"
        split = history.splitting(subject.history, family)
        when = f"split in {split.version}, as debian/changelog has it" if split else (
            "debian/changelog does not tell when it was split, so the version in"
            " Replaces of the generic package cannot be checked"
        )
        yield f"{family.name}: {levels}; {when}"


def _parser() -> Parser:
    made = Parser(
        prog="dh_hwcaps check", allow_abbrev=False,
        description="Look for mistakes in a source package whose libraries are split. Exit status:"
        " 0 nothing or notes only, 1 errors or warnings, 2 no source package.",
    )
    made.add_argument("directory", nargs="?", default=".", metavar="DIRECTORY",
                      help="the unpacked source package (the current directory)")
    made.add_argument("--json", action="store_true", help="print JSON; see dh_hwcaps(1)")
    made.add_argument("-v", "--verbose", action="store_true",
                      help="also print the levels, and what cannot be checked")
    return made
