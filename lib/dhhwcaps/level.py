# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build one level: the package's own rules in a copy of its source, until its tar is there."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from dhhwcaps import copy, environment, layout, run, tree
from dhhwcaps.control import Source
from dhhwcaps.errors import CommandError, HwcapsError
from dhhwcaps.isa import Level
from dhhwcaps.report import Result
from dhhwcaps.run import Shell

RULES = "debian/rules"
OPTIONS, NOCHECK = "DEB_BUILD_OPTIONS", "nocheck"
CALL = re.compile(r"^\t[@+-]*\s*dh_hwcaps_install\b", re.MULTILINE)


class FailedTestsError(CommandError):
    """The level was built, but its tests failed."""


@dataclass(slots=True, kw_only=True)
class Build:
    """A level's build under way."""

    level: Level
    env: Mapping[str, str | None]
    source: Source
    gain_root: tuple[str, ...]
    """The command that makes root's rights believed, before the targets that need them."""
    by_hand: bool
    """Whether debian/rules calls the steps itself; dh did not."""
    keep: bool
    supported: bool
    """Whether this machine can run the level's code."""
    shell: Shell
    _process: Any = None
    _stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Result:
        """Build the level and collect its libraries; everything is said in the level's log.

        Raises HwcapsError when a target fails or nothing was collected.
        """
        began = time.monotonic()
        for left in (layout.collected(self.level), layout.tests(self.level)):
            left.unlink(missing_ok=True)
        path = layout.copy(self.level)
        with layout.log(self.level).open("wb") as log:
            try:
                self._targets(path, log)
            except CommandError as error:
                if self._stopped or not self._spared() or isinstance(error, FailedTestsError):
                    raise
                self._spare_nothing(log)
                self._targets(path, log)
        result = Result(
            level=self.level.name, seconds=time.monotonic() - began, tests=self._tests(),
            disk=int(run.output("du", "-s", "-B1", path).split()[0]),
        )
        if not self.keep:
            tree.remove(self.shell, path)
        layout.result(self.level).write_text(json.dumps(asdict(result)))
        return result

    def _targets(self, path: Path, log: IO[bytes]) -> None:
        tree.unpack(self.shell, path)
        # Rules may build in a prerequisite, before dh's first step: the tree that was packed
        # is pristine only once it is cleaned (Policy 4.9: clean undoes build).
        self._rules(path, log, "clean", self.gain_root)
        self._first_of(path, log, ("build-arch", "build"), ())
        self._install(path, log)

    def _spared(self) -> bool:
        # A site file of the maintainer's, which moved with the copy, is none of ours.
        return self.env.get(environment.SITE) == str(layout.SITE.absolute())

    def _spare_nothing(self, log: IO[bytes]) -> None:
        # Makefiles can ask for static libraries in ways that nothing tells beforehand.
        said = f"{self.level.name}: not built without static libraries, so once more with them"
        run.say(f"hwcaps: {said}")
        log.write(f"\t{said}\n".encode())
        log.flush()
        self.env = {name: value for name, value in self.env.items() if name != environment.SITE}
        tests = layout.tests(self.level)
        for left in (layout.stubs(self.level), layout.rules(self.level), tests,
                     tests.with_suffix(".failed")):
            self.shell("rm", "-rf", left)

    def stop(self) -> None:
        """End the build and all that it started."""
        with self._lock:
            self._stopped = True
            if self._process is not None and self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGTERM)

    def _install(self, path: Path, log: IO[bytes]) -> None:
        # install-arch is no Policy target (4.9): hand-written rules have install or binary-arch.
        # Where they call dh_hwcaps_install, nothing before it is sure to be complete.
        if self.by_hand and CALL.search((path / RULES).read_text(errors="replace")):
            self._binary(path, log)
            return
        (layout.stubs(self.level) / "dh_builddeb").unlink(missing_ok=True)
        self._first_of(path, log, ("install-arch", "install"), self.gain_root, missing_ok=True)
        if not self._collected():
            try:
                copy.save(path, self.level, layout.STATE.absolute(), self.source)
            except HwcapsError:
                self._binary(path, log)

    def _binary(self, path: Path, log: IO[bytes]) -> None:
        for command in ("dh_builddeb", "dpkg-deb"):
            stub = layout.stubs(self.level) / command
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text(copy.NOTHING)
            stub.chmod(0o755)
        self._rules(path, log, "binary-arch", self.gain_root)
        if not self._collected():
            copy.save(path, self.level, layout.STATE.absolute(), self.source)

    def _first_of(
        self, path: Path, log: IO[bytes], targets: tuple[str, ...], gain_root: tuple[str, ...],
        missing_ok: bool = False,
    ) -> None:
        for target in targets:
            if self._exists(path, target):
                self._rules(path, log, target, gain_root)
                return
        if not missing_ok:
            raise HwcapsError(f"debian/rules has none of the targets {', '.join(targets)}")

    def _exists(self, path: Path, target: str) -> bool:
        question = ("make", "-n", "-f", RULES, target)
        code, _out, err = run.attempt(*question, cwd=path, env=self.env)
        # "No rule to make target 'x', needed by 'install'." is a failure that is to be seen.
        return code == 0 or f"target '{target}'." not in err

    def _rules(
        self, path: Path, log: IO[bytes], target: str, gain_root: tuple[str, ...]
    ) -> None:
        argv = (*gain_root, RULES, target)
        log.write(f"\t{run.line(argv, cwd=path)}\n".encode())
        log.flush()
        with self._lock:
            if self._stopped:
                raise CommandError(f"{self.level.name}: not built, since another level failed")
            self._process = run.start(argv, cwd=path, env=self.env, log=log)
        code = self._process.wait()
        testing = copy.release(self.level, layout.STATE)
        # Once the libraries are collected, the rest of the target was in vain anyway.
        if code and not self._collected():
            raise self._failure(path, target, code, testing=testing)

    def _failure(self, path: Path, target: str, code: int, *, testing: bool) -> CommandError:
        said = layout.log(self.level).read_text(errors="replace").strip().splitlines()[-6:]
        if testing:
            return FailedTestsError(
                f"{self.level.name}: the tests failed in {path} (exit code {code})",
                "\n".join([*said, f"If numbers differ: DEB_CFLAGS_MAINT_APPEND (and its likes) with"
                           " -ffp-contract=off; if only in the last digits: dh_hwcaps_build"
                           f" --tests={self.level.name}:warn (or off). If a C++ program crashed:"
                           " \"Types that depend on flags\" in dh-hwcaps(7)."]),
            )
        hint = [] if self.supported else [
            f"(This machine cannot run {self.level.name}: a program of the build that loads the"
            f" level's library fails here. debian/rules can leave it out if $DH_HWCAPS_LEVEL.)"
        ]
        return CommandError(
            f"{self.level.name}: debian/rules {target} failed in {path} (exit code {code})",
            "\n".join([*said, *hint]),
        )

    def _collected(self) -> bool:
        return layout.collected(self.level).exists()

    def _tests(self) -> str:
        note = layout.tests(self.level)
        return note.read_text() if note.exists() else untold(
            self.env.get(OPTIONS) or "", os.environ.get(OPTIONS, ""), supported=self.supported
        )


def untold(options: str, outer: str, *, supported: bool) -> str:
    """Return what became of tests in rules without dh, of which nothing is noted.

    `options` and `outer` are the DEB_BUILD_OPTIONS of the level and of the whole build: where only
    the former have nocheck, we left the tests out.
    """
    if NOCHECK not in options.split():
        return "unknown"
    if NOCHECK in outer.split():
        return NOCHECK
    return "off" if supported else "unsupported"
