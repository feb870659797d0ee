# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Decide how each level is built, within one budget of jobs for all of them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from dhhwcaps import copy, environment, host, isa, layout, run, tree, twice
from dhhwcaps.concurrency import together
from dhhwcaps.control import Source
from dhhwcaps.environment import Copy
from dhhwcaps.errors import HwcapsError
from dhhwcaps.host import Host
from dhhwcaps.isa import Level
from dhhwcaps.level import Build
from dhhwcaps.options import Options
from dhhwcaps.plan import Plan
from dhhwcaps.report import Times
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
    for level in wanted:
        check(level, machine, cc)
        if options.no_act:
            run.say(f"\thwcaps: build {level.name} in {layout.copy(level)}")
    if options.no_act:
        return
    at_once, jobs = share(machine.parallel, len(wanted), sequential=options.sequential)
    runs_here = frozenset() if machine.cross else host.supported()
    # The generic build began when the source was packed.
    generic, began = time.time() - layout.SOURCE.stat().st_mtime, time.monotonic()
    (layout.STATE / copy.TURN).unlink(missing_ok=True)
    for level in wanted:
        tree.forget(Shell(), level)
    _make_tools(wanted, runs_here, machine, cc, options.scope)
    _spare(options.scope, environ)
    before = tree.directories()
    together([
        Build(
            level=level, keep=options.keep, by_hand=not _dh(environ),
            supported=level.name in runs_here, shell=Shell(),
            env=environment.changes(
                environ, _copy(level, source, options, environ, jobs, level.name in runs_here)
            ),
            source=source, gain_root=gain_root(source, environ),
        )
        for level in wanted
    ], at_once)
    _check_tree(before, wanted)
    times = Times(generic=generic, levels=time.monotonic() - began, at_once=at_once)
    layout.TIMES.write_text(json.dumps(asdict(times)))


def _check_tree(before: frozenset[Path], wanted: Sequence[Level]) -> None:
    try:
        untouched(before, tree.directories(), wanted)
    except HwcapsError:
        # Else the same command, run again, would find the levels built and go on.
        for level in wanted:
            tree.forget(Shell(), level)
        raise


def untouched(
    before: frozenset[Path], after: frozenset[Path], wanted: Sequence[Level]
) -> None:
    """Raise HwcapsError when directories of the tree itself are gone, which copies lie in."""
    gone = sorted(map(str, before - after))
    if gone:
        raise HwcapsError(
            f"the build of {' or '.join(level.name for level in wanted)} has removed"
            f" {', '.join(gone)} from the tree itself",
            "A program that it runs looks for its project in parent directories, too, and takes"
            " the tree for the copy in it. Tell it where to work, in debian/rules for both, or if"
            f" {environment.LEVEL} is set. The tree has to be built anew.",
        )


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


def _make_tools(
    wanted: Sequence[Level], runs_here: Collection[str], machine: Host, cc: list[str], scope: str
) -> None:
    shell = Shell()
    for level in wanted:
        specs = isa.gcc_specs(level, host.compiler_default(cc, level.option))
        shell.write(layout.specs(level), specs)
        if scope == "shared" and not host.reads_specs(cc, layout.specs(level)):
            raise HwcapsError(
                f"{level.name}: {' '.join(cc)} does not read GCC's spec files, by which only shared"
                " libraries are raised to a level", "dh_hwcaps_build --scope=all raises everything"
                " that is compiled. Then a builder without the level cannot run the tests of"
                " configure.",
            )
    if not machine.cross and any(level.name not in runs_here for level in wanted):
        source = Path(__file__).with_name("twins.c")
        shell(*cc, "-shared", "-fPIC", "-O2", "-o", layout.TWINS, source)


def _spare(scope: str, environ: Mapping[str, str]) -> None:
    # With --scope=all, static libraries are of the level, too.
    layout.SITE.unlink(missing_ok=True)
    can = scope == "shared" and _dh_tests(environ) and environment.SITE not in environ
    if can and twice.avoidable(Path()):
        layout.SITE.write_text(twice.SITE)


def _dh(environ: Mapping[str, str]) -> bool:
    # Set by our sequence module.
    return "DH_HWCAPS_SEQUENCE" in environ


def _dh_tests(environ: Mapping[str, str]) -> bool:
    # Where dh did not even prepare, rules test on their own.
    return _dh(environ) and not layout.LATE.exists()


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
        twins=None if supported or not layout.TWINS.exists() else layout.TWINS.absolute(),
        site=layout.SITE.absolute() if layout.SITE.exists() else None,
        ldc=any(name in ("ldc", "dh-dlang") for name in source.build_depends),
    )
