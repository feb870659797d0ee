# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build all levels at the same time within one budget of jobs, and show each one's log whole."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from dhhwcaps import environment, host, isa, layout, run
from dhhwcaps.control import Source
from dhhwcaps.environment import Copy
from dhhwcaps.errors import HwcapsError
from dhhwcaps.host import Host
from dhhwcaps.isa import Level
from dhhwcaps.level import Build
from dhhwcaps.options import Options
from dhhwcaps.plan import Plan
from dhhwcaps.report import Result
from dhhwcaps.run import Shell

ROOT_IS_BELIEVED = ("FAKEROOTKEY",)


def missing(plan: Plan) -> tuple[Level, ...]:
    """Return the levels of the plan that are not built yet."""
    return tuple(lv for lv in plan.levels
                 if not (layout.collected(lv).exists() and layout.result(lv).exists()))


def share(parallel: int, levels: int, *, sequential: bool) -> tuple[int, int]:
    """Return how many levels to build at a time, and with how many jobs each."""
    at_once = 1 if sequential else max(1, min(parallel, levels))
    return at_once, max(1, parallel // at_once)


def levels(
    plan: Plan, source: Source, machine: Host, options: Options, environ: Mapping[str, str]
) -> None:
    """Build what is missing.

    Raises HwcapsError when the compiler or loader does not know a level, or a build fails; the
    other levels' builds are ended then.
    """
    wanted = missing(plan)
    cc = host.compiler(machine, environ)
    supported = frozenset() if machine.cross else host.supported()
    for level in wanted:
        check(level, machine, cc)
    at_once, jobs = share(machine.parallel, len(wanted), sequential=options.sequential)
    shell = Shell()
    if options.no_act:
        for level in wanted:
            run.say(f"\thwcaps: build {level.name} in {layout.copy(level)}")
        return
    _note_generic()
    builds = []
    for level in wanted:
        write_specs(shell, level, host.compiler_default(cc, level.option))
        copy = _copy(level, source, options, environ, jobs, level.name in supported)
        builds.append(Build(
            level=level, env=environment.changes(environ, copy),
            packages=tuple(p.name for p in source.packages), gain_root=gain_root(source, environ),
            keep=options.keep, supported=level.name in supported, shell=shell,
        ))
    _run(builds, at_once)


def check(level: Level, machine: Host, cc: list[str]) -> None:
    """Raise HwcapsError unless this compiler and this distribution's loader know the level."""
    if not host.knows(cc, level):
        raise HwcapsError(
            f"{level.name}: {' '.join(cc)} does not know {' '.join(level.compiler_flags)}",
            f"GCC knows it from {level.gcc} on. Build with a newer one, or drop the packages of"
            f" {level.name} from debian/control.",
        )
    if not machine.cross and level.name not in host.searched():
        raise HwcapsError(
            f"{level.name}: this distribution's ld.so does not know it, so nobody could use it",
            f"glibc knows it from {level.glibc} on.",
        )


def write_specs(shell: Shell, level: Level, default: str) -> None:
    """Write the spec file that raises shared libraries to the level."""
    shell.write(layout.specs(level), isa.gcc_specs(level, default))


def gain_root(source: Source, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command to put before targets that need root's rights (Policy 4.9.2, 5.6.31.1).

    dpkg-buildpackage says in DEB_RULES_REQUIRES_ROOT what it made of Rules-Requires-Root.
    """
    if os.geteuid() == 0 or any(name in environ for name in ROOT_IS_BELIEVED):
        return ()
    needs = environ.get("DEB_RULES_REQUIRES_ROOT", source.requires_root)
    if "binary-targets" not in needs.split():
        return ()
    return tuple(environ.get("DEB_GAIN_ROOT_CMD", "fakeroot").split())


def _note_generic() -> None:
    # What the generic build took: it began when the source was packed.
    if not layout.GENERIC.exists():
        seconds = time.time() - layout.SOURCE.stat().st_mtime
        layout.GENERIC.write_text(f"{seconds:.1f}")


def _dh_tests(environ: Mapping[str, str]) -> bool:
    # Set by our sequence module.  Where dh did not even prepare, rules test on their own.
    return "DH_HWCAPS_SEQUENCE" in environ and not layout.LATE.exists()


def _copy(
    level: Level, source: Source, options: Options, environ: Mapping[str, str], jobs: int,
    supported: bool,
) -> Copy:
    mode = options.test_mode(level.name)
    return Copy(
        level=level, outer=Path.cwd(), path=layout.copy(level).absolute(),
        state=layout.STATE.absolute(), stubs=layout.stubs(level).absolute(),
        specs=layout.specs(level).absolute(), jobs=jobs,
        tests=mode if supported or mode == "off" else "unsupported",
        scope=options.scope, inject=options.inject,
        nocheck=(not supported or mode == "off") and not _dh_tests(environ),
        ldc=any(name in ("ldc", "dh-dlang") for name in source.build_depends),
    )


def _run(builds: Sequence[Build], at_once: int) -> None:
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        futures = [pool.submit(build.run) for build in builds]
        try:
            for build, future in zip(builds, futures, strict=True):
                run.say(f"hwcaps: {build.level.name}: building in {layout.copy(build.level)}")
                _follow(layout.log(build.level), future, futures)
                _stop_at_failure(build, builds, futures)
                run.say("hwcaps: " + summary(future.result()))
        finally:
            for future in futures:
                future.cancel()
            for build in builds:
                build.stop()


def _follow(path: Path, future: Future[Result], futures: Sequence[Future[Result]]) -> None:
    """Copy a log to standard output while it grows, until its level is done or any one failed."""
    position = 0
    while True:
        over = future.done() or any(_failed(other) for other in futures)
        position = _copy_from(path, position)
        if over:
            return
        time.sleep(0.1)


def _stop_at_failure(
    shown: Build, builds: Sequence[Build], futures: Sequence[Future[Result]]
) -> None:
    for build, future in zip(builds, futures, strict=True):
        error = _failed(future)
        if error:
            if build is not shown:
                run.say(f"hwcaps: {build.level.name}: failed meanwhile; its log:")
                _copy_from(layout.log(build.level), 0)
            raise error


def _failed(future: Future[Result]) -> BaseException | None:
    return future.exception() if future.done() and not future.cancelled() else None


def _copy_from(path: Path, position: int) -> int:
    if not path.exists():
        return position
    with path.open("rb") as log:
        log.seek(position)
        while block := log.read(1 << 16):
            sys.stdout.flush()
            sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
        return log.tell()


def summary(result: Result) -> str:
    """Return the line that says how a level's build went."""
    tests = {
        "passed": "tests passed",
        "failed": "tests FAILED (ignored: --tests=warn)",
        "off": "tests not run (--tests=off)",
        "unsupported": f"tests not run (this machine has no {result.level})",
        "nocheck": "tests not run (nocheck)",
        "unknown": "tests as debian/rules runs them",
        "elsewhere": "tests do not load the library",
    }[result.tests]
    return f"{result.level:<11} built in {result.seconds:.0f} s, {tests}"
