# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is done with one package, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from real import loading
from real.chroot import ChrootError
from real.sources import Build, SourceError

from corpus import buildlog, builds, compare, contents, lintian, use
from corpus.pins import SUITE, Pin
from corpus.results import Result

LONGEST = 1500
"""Of what a failure says in a result."""


class Examination:
    """Collects a result; what fails is noted, and what can be done without it goes on."""

    def __init__(self, pin: Pin, addon: Sequence[Path]) -> None:
        self.pin = pin
        self.addon = addon
        self.result: Result = {"package": pin.name, "version": pin.source.version,
                               "sha256": pin.source.sha256, "once": pin.once, "failures": []}
        if pin.source.rules:
            self.result |= {"rules": pin.source.rules.strip(), "stops": pin.stops}

    def run(self) -> Result:
        """Do everything; return the result."""
        conversion = self._try("convert", lambda: builds.convert(self.pin, self.addon))
        if self.pin.refused:
            self._refusal(refused=conversion is None)
        elif conversion:
            self.result["convert"] = {
                "options": list(self.pin.options), "said": conversion.said.splitlines(),
                "changed": builds.changed(conversion.difference),
            }
            self._builds()
        return self.result

    def _refusal(self, *, refused: bool) -> None:
        failures = self.result["failures"]
        text = failures.pop()["said"] if refused else ""
        self.result["refused"] = text
        if self.pin.refused not in text:
            self._fail("convert", f"is not refused for: {self.pin.refused}")

    def _builds(self) -> None:
        tested = None
        if not self.pin.once:
            tested = self._try("build with tests", lambda: builds.converted(
                self.pin, self.addon, "tested", tests=True))
            if not tested:
                self._plain_tests()
        plain = self._try("plain build", lambda: builds.plain(self.pin))
        again = self._try("build", lambda: builds.converted(
            self.pin, self.addon, "again", builds.OTHER_PATH))
        if again:
            self._report(tested or again)
            self._seconds(plain, tested, again)
            if tested:
                self._identical(tested, again, plain)
            if plain:
                self._compare(plain, again)
            self._use(again)

    def _plain_tests(self) -> None:
        """Find out whether the tests fail without dh-hwcaps as well."""
        try:
            self._with_tests()
        except SourceError as error:
            failure = self.result["failures"].pop()
            self.result["tests_fail_plain"] = buildlog.failure(str(error))[-LONGEST:]
            self.result["tests_fail_converted"] = failure["said"]

    def _report(self, build: Build) -> None:
        report = buildlog.report(build.log)
        if not report:
            self._fail("report", "there is no report.json")
        self.result["families"] = build.families
        self.result["libraries"] = report.get("libraries", [])
        self.result["tests"] = {one["level"]: one["tests"] for one in report.get("levels", ())}
        self.result["warnings"] = buildlog.warnings(build.log)

    def _seconds(self, plain: Build | None, tested: Build | None, again: Build) -> None:
        named = {"plain": plain, "converted": again, "converted with tests": tested}
        self.result["seconds"] = {name: buildlog.seconds(build.log)
                                  for name, build in named.items() if build}

    def _identical(self, tested: Build, again: Build, plain: Build | None) -> None:
        """Compare two converted builds, and plain ones to know whose a difference is.

        The two were made in other paths, one with tests, which may leave files behind.
        """
        self.result["packages_built"] = len(builds.packages(tested))
        found = builds.differing(tested, again)
        own: list[str] = []
        for repeat in (self._elsewhere, self._with_tests):
            repeated = self._try("plain build", repeat) if found and plain else None
            if plain and repeated:
                own += builds.differing(plain, repeated)
                self.result["differing_plain"] = own
                # What the family's package has of the path, its members have.
                found = [name for name in found
                         if not {name, compare.belongs(name, again.families)} & {*own}]
        self.result["differing"] = found
        if found:
            self._fail("second build", f"other bytes: {', '.join(found)}")

    def _elsewhere(self) -> Build:
        return builds.plain(self.pin, "plain-again", builds.OTHER_PATH)

    def _with_tests(self) -> Build:
        return builds.plain(self.pin, "plain-tests", tests=True)

    def _compare(self, plain: Build, again: Build) -> None:
        before, after = (contents.read(builds.packages(one)) for one in (plain, again))
        for found in compare.everything(before, after, again.families):
            self._fail("compare", found)
        new = self._try("lintian", lambda: lintian.added(
            plain.where, again.where, SUITE, again.families))
        for tag in new or ():
            self._fail("lintian", tag)

    def _use(self, again: Build) -> None:
        sonames = {row["soname"] for row in self.result["libraries"]
                   if row["directory"] == loading.LIBRARIES}
        used = self._try("use", lambda: use.try_out(self.pin, again.debs, sonames))
        if used:
            self.result["use"] = {
                "upgraded from": used.upgraded, "loaded": used.loaded,
                "emulated": list(used.emulated), "command": self.pin.case.command,
            }
            for fault in used.faults:
                self._fail("use", fault)

    def _try(self, stage: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except (SourceError, ChrootError) as error:
            self._fail(stage, buildlog.failure(str(error)))
            return None

    def _fail(self, stage: str, said: str) -> None:
        self.result["failures"].append({"stage": stage, "said": said[-LONGEST:]})


