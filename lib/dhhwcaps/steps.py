# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps, each a debhelper command of its own; dh_hwcaps(1) tells when dh runs which."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dhhwcaps import build as levels
from dhhwcaps import (
    control,
    environment,
    host,
    layout,
    libraries,
    links,
    modules,
    plan,
    private,
    relations,
    report,
    run,
    stub,
    tree,
)
from dhhwcaps import install as installing
from dhhwcaps import split as splitting
from dhhwcaps import substvars as variables
from dhhwcaps.control import Source
from dhhwcaps.errors import HwcapsError
from dhhwcaps.families import Family
from dhhwcaps.host import Host
from dhhwcaps.options import Options
from dhhwcaps.plan import Plan
from dhhwcaps.run import Shell
from dhhwcaps.source import level as source_level
from dhhwcaps.source import pack
from dhhwcaps.source.package import SourcePackage, holders


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What every step starts from; nothing of it is stored between steps."""

    plan: Plan
    source: Source
    machine: Host
    options: Options
    environ: Mapping[str, str]
    selected: frozenset[str]
    sources: tuple[SourcePackage, ...] = ()
    """The packages that are to hold the source."""

    @classmethod
    def read(cls, options: Options, environ: Mapping[str, str]) -> Build:
        """Read debian/control, the machine and debhelper's selection of packages.

        Raises ControlError.
        """
        source = control.read()
        machine = host.read(environ)
        selected = host.selected(options.selection)
        made = plan.make(source, arch=machine.arch, selected=selected,
                         baseline=host.present_baseline(machine, environ))
        return cls(plan=made, source=source, machine=machine, options=options, environ=environ,
                   selected=selected, sources=pack.wanted(source, selected))

    @property
    def shell(self) -> Shell:
        """How this step runs commands."""
        return Shell(verbose=self.options.verbose, no_act=self.options.no_act)


def show(build: Build) -> None:
    """Print the plan."""
    _check_control(build)
    supported = host.supported()
    if not build.plan.families and not build.sources:
        run.say("hwcaps: no family: no package P of debian/control has a sibling P-generic")
    for package in build.sources:
        run.say(f"hwcaps: {package.package}: the source, as {package.tar}")
    for family in build.plan.families:
        members = [m for m in family.members if not (family.elsewhere and m == family.generic)]
        beside = f", beside {family.generic} of another source" if family.elsewhere else ""
        run.say(f"hwcaps: {family.name}: {', '.join(members)}{beside}")
        if family.modules:
            run.say(f"hwcaps: {family.name}: also modules: {' '.join(family.modules)}")
    for level in build.plan.levels:
        able = "runs here" if level.name in supported else "this machine cannot run it"
        run.say(f"hwcaps: {level.name}: {' '.join(level.compiler_flags)} for"
                f" {'shared libraries' if build.options.scope == 'shared' else 'all'}; {able}")


def prepare(build: Build) -> None:
    """Check debian/control, and keep the source as it is before anything is built."""
    _check_control(build)
    if build.plan.levels:
        environment.check_place(Path.cwd())
    if build.plan.levels and not build.plan.elsewhere:
        tree.pack(build.shell, build.source)
    # All of them: dh may call this for Architecture: any packages, build, and then call it again.
    everything = host.selected(()) if holders(build.source) else frozenset()
    _keep(build, pack.wanted(build.source, everything), late=False)


def build(build: Build) -> None:
    """Build all levels that are not built yet."""
    if not levels.missing(build.plan):
        return
    environment.check_place(Path.cwd())
    source = build.source
    if build.plan.elsewhere:
        source = source_level.pack(
            build.plan.families, build.source, build.shell, build.environ
        )
    elif not layout.SOURCE.exists():
        _check_control(build)
        tree.pack(build.shell, build.source, late=True)
    levels.levels(build.plan, source, build.machine, build.options, build.environ)


def install(step: Build) -> None:
    """Place the levels' libraries in their packages; build them first if dh did not.

    And place the source.
    """
    _keep(step, step.sources, late=True)
    pack.place(step.sources, step.shell)
    if not step.plan.families:
        return
    build(step)
    if step.options.no_act:
        return
    for family in step.plan.families:
        merged = relations.transitional(step.source, family)
        installing.none_left(family.name, merged, step.machine)
        if family.elsewhere:
            source_level.stage(family, step.shell, step.environ)
    rows = installing.variants(
        step.plan, step.machine, step.options, step.selected, step.shell
    )
    step.shell.write(layout.ROWS, json.dumps([asdict(row) for row in rows]))


def split(build: Build) -> None:
    """Move each family's libraries, shlibs and symbols to its generic package."""
    if not build.plan.families or _is_split(build):
        return
    packaged = installing.packaged(build.plan, build.machine, build.selected)
    found = installing.generic(build.plan, build.machine, packaged)
    cc = host.compiler(build.machine, build.environ)
    for family in build.plan.families:
        held = found[family.name].libraries
        splitting.move(family, held, cc, build.shell)
        since, merged = relations.merged(build.source, family)
        if merged:
            splitting.ask_for(family, since, build.shell)
            splitting.replace_debug_symbols(family, merged, since, build.shell)
        splitting.triggers(family, held, build.machine.triplet, build.shell)
        private.add(family, held, build.shell)


def substvars(build: Build) -> None:
    """Write `${hwcaps:*}`, take families out of their own members' dependencies, report."""
    _check_control(build, warnings=False)  # The first step gave them.
    for family in build.plan.families:
        links.check(build.source, family, build.selected)
        version = _version(build, family)
        stub.place(family.name, build.shell)
        variables.write(build.source, family, build.plan.arch, build.shell, version)
        private.remove(family, build.shell)
    if build.plan.levels and not build.options.no_act:
        _report(build)


def _keep(build: Build, packages: Collection[SourcePackage], *, late: bool) -> None:
    missing = [package for package in packages if not layout.packed(package.package).exists()]
    if not missing:
        return
    if not layout.SOURCE.exists():
        tree.pack(build.shell, build.source, late=late)
    pack.keep(missing, build.source, build.shell, build.environ)
    if not build.plan.levels:
        build.shell("rm", "-rf", layout.STATE)


def _version(build: Build, family: Family) -> str:
    if family.elsewhere:
        return source_level.version(family, build.environ)
    return relations.VERSION


def _report(build: Build) -> None:
    if not layout.ROWS.exists():
        raise HwcapsError("dh_hwcaps_install has not run", "dh_hwcaps(1) tells where it goes.")
    rows = [report.Row(**row) for row in json.loads(layout.ROWS.read_text())]
    results = [report.Result(**json.loads(layout.result(level).read_text()))
               for level in build.plan.levels]
    sizes = report.sizes(rows, {f.name: f for f in build.plan.families}, build.plan.levels)
    times = report.Times(**json.loads(layout.TIMES.read_text()))
    for line in report.table(rows, sizes, [level.name for level in build.plan.levels]):
        run.say(line)
    for line in report.notes(rows):
        run.say(line)
    run.say(report.summary(rows, results, times))
    document = report.document(rows, sizes, results, times)
    build.shell.write(layout.REPORT, json.dumps(document, indent=2) + "\n")


def _is_split(build: Build) -> bool:
    return all(
        not any((layout.staging(f.name) / "DEBIAN" / name).exists() for name in splitting.MOVED)
        and not any(
            found for directory in libraries.default_directories(build.machine.triplet)
            for found in (layout.staging(f.name) / directory.lstrip("/")).glob("*.so*")
        )
        and any(path for pattern in ("**/*.so*", f"usr/lib/*/{modules.PARENT}/{f.name}/*")
                for path in layout.staging(f.generic).glob(pattern))
        for f in build.plan.families
    )


def _check_control(build: Build, *, warnings: bool = True) -> None:
    compat = host.compat()
    for family in build.plan.families:
        for warning in relations.check(build.source, family, compat):
            if warnings:
                run.warn(warning)
