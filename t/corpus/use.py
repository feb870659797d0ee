# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Install a family over the archive's package, and use it at every level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from real import chroot, clients, loading
from real.chroot import Chroot
from real.watch import Watch

from corpus.pins import SUITE, Pin

Loaded = dict[str, str]
"""SONAME → where below the directory of libraries the file came from."""
GENERIC = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was seen on a system that had the archive's package and got the family."""

    upgraded: str
    """The archive's version."""
    looks: int
    runs: int
    loaded: Mapping[str, Loaded]
    """By level."""
    emulated: tuple[str, ...]
    """The levels that this machine's CPU lacks."""
    faults: tuple[str, ...]


def try_out(pin: Pin, debs: Mapping[str, Path], sonames: Iterable[str]) -> Use:
    """Upgrade from the archive's packages under watch, then run the program at each level.

    `sonames` are those of all families. Raises ChrootError.
    """
    case = pin.case
    families = [name.removesuffix("-generic") for name in debs if name.endswith("-generic")]
    development, name, function = case.client
    with chroot.throwaway(SUITE) as system:
        system.install(*case.packages, development, *families)
        case.prepare(system.path("/tmp/input"))
        system.shell(case.command)
        before = clients.depends(system, name, function)
        version = system.versions()[families[0]]
        system.publish(debs.values())
        files = [f"{loading.LIBRARIES}/{soname}" for soname in case.sonames]
        with Watch(system, files, "sh", "-ec", case.command) as watch:
            system.run(*chroot.APT, "full-upgrade")
        # With what they recommend.
        system.run(*chroot.APT, "install", *families)
        after = clients.depends(system, name, function)
        loaded = {level or GENERIC: _loaded(system, pin, sonames, level)
                  for level in (*loading.lacking(), *loading.levels())}
        faults = [*_watched(watch), *_installed(system, debs), *_client(before, after),
                  *_levels(system, loaded, [*case.sonames, *sonames])]
    return Use(upgraded=version, looks=watch.looks, runs=watch.runs, loaded=loaded,
               emulated=loading.lacking(), faults=tuple(faults))


def _loaded(system: Chroot, pin: Pin, sonames: Iterable[str], level: str) -> Loaded:
    # The program uses some of the libraries; the rest is asked for by name.
    wanted = sorted({*sonames, *pin.case.sonames})
    commands = (f"LD_PRELOAD='{' '.join(wanted)}' /bin/true", pin.case.command)
    found: Loaded = {}
    if level in loading.lacking():
        found = loading.loaded_emulated(system, *commands)
    else:
        for command in commands:
            found |= loading.loaded(system, command, level)
    return {name: found[name].removeprefix(f"{loading.LIBRARIES}/") for name in wanted
            if name in found}


def _watched(watch: Watch) -> list[str]:
    found = [f"{name} was not on disk during the upgrade" for name in sorted(watch.missing)]
    found += [f"the program failed during the upgrade: {said.strip()}"
              for said in watch.failures[:1]]
    return found + (["the upgrade was not watched"] if watch.looks < 100 or not watch.runs else [])


def _installed(system: Chroot, debs: Mapping[str, Path]) -> list[str]:
    # A variant that is not empty provides a name, and its family recommends it.
    versions = system.versions()
    wanted = {name: path.name.split("_")[1] for name, path in debs.items()
              if name.endswith("-generic")}
    return [f"{name} {version} is not installed after the upgrade"
            for name, version in wanted.items()
            if versions.get(name, "").partition(":")[2] != version
            and versions.get(name) != version]


def _client(before: Sequence[str], after: Sequence[str]) -> list[str]:
    if before == after:
        return []
    return [f"a client depends on {', '.join(after)}, with the plain library"
            f" on {', '.join(before)}"]


def _levels(system: Chroot, loaded: Mapping[str, Loaded], wanted: Sequence[str]) -> list[str]:
    found = []
    for level, files in loaded.items():
        for soname in dict.fromkeys(wanted):
            best = loading.best(system, soname, "" if level == GENERIC else level)
            expected = best.removeprefix(f"{loading.LIBRARIES}/")
            if files.get(soname) != expected:
                found.append(f"at {level} {soname} came from {files.get(soname, 'nowhere')},"
                             f" not from {expected}")
    return found
