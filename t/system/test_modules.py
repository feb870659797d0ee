# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plugins and extension modules as installed: before the split, after it, and at each level."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numfoo
import pytest
import support
from real import chroot, loading, machine
from real.chroot import APT, Chroot
from real.loading import LIBRARIES

pytestmark = pytest.mark.system

SAMPLES = ("plugins", "extension")
FAMILIES = ("foo-plugins", "python3-foo")
PLUGINS = f"{LIBRARIES}/foo"
OLD, SPLIT = "0.9", "1.0"


@dataclass
class Life:
    """A system on which the samples were installed before they were split."""

    system: Chroot
    debs: dict[str, list[Path]]
    before: dict[str, str]
    """What each command said then."""


def commands(system: Chroot) -> dict[str, list[str]]:
    """Return what uses the modules, by name; Python in each version that is there."""
    versions = system.run("py3versions", "--supported", "--version").split()
    python = {f"python3.{v}": [f"python{v}", "-m", "foo.use"] for v in versions}
    return {"foo": ["foo", PLUGINS], **python}


def said(system: Chroot, argv: list[str], *words: str, level: str = "") -> str:
    env = loading.masked(level) | {"PYTHONDONTWRITEBYTECODE": "1"}
    return system.run(*argv, *words, env=env)


@pytest.fixture(scope="session")
def built(addon: list[Path]) -> Callable[[str], dict[str, list[Path]]]:
    """Build the samples as a release does, before and after the split."""
    made: dict[str, dict[str, list[Path]]] = {}

    def once(suite: str) -> dict[str, list[Path]]:
        if suite not in made:
            with chroot.throwaway(suite) as system:
                system.publish(addon)
                made[suite] = {number: _build(system, number) for number in (OLD, SPLIT)}
                where = addon[0].parent / f"modules-{suite}"
                made[suite] = {number: [_kept(path, where) for path in paths]
                               for number, paths in made[suite].items()}
        return made[suite]

    return once


def _build(system: Chroot, number: str) -> list[Path]:
    where = system.path(f"/build/{number}")
    where.mkdir(parents=True)
    for sample in SAMPLES:
        tree = support.copy_source(where, sample, number)
        numfoo.version(tree, number)
        if number == OLD:
            numfoo.unsplit(tree)
        place = f"/build/{number}/{tree.name}"
        system.run(*APT, "--no-install-recommends", "build-dep", place)
        numfoo.build(system, place)
    return sorted(p for p in where.glob("*.deb") if "-dbgsym_" not in p.name)


def _kept(path: Path, where: Path) -> Path:
    where.mkdir(exist_ok=True)
    return Path(shutil.copy(path, where))


@pytest.fixture(scope="session", params=machine.SUITES)
def life(
    request: pytest.FixtureRequest, addon: list[Path],
    built: Callable[[str], dict[str, list[Path]]],
) -> Iterator[Life]:
    """Install the samples of before the split, ask them, and upgrade."""
    debs = built(request.param)
    tools = [*addon, *addon[0].parent.glob("hwcaps-tools_*.deb")]
    with chroot.throwaway(request.param) as system:
        system.publish([*debs[OLD], *tools])
        system.install("foo", "python3-foo", "hwcaps-tools", "python3-all")
        before = {name: said(system, argv, *_quiet(name))
                  for name, argv in commands(system).items()}
        system.publish([*debs[SPLIT], *tools])
        system.run(*APT, "dist-upgrade")
        yield Life(system, debs, before)


def _quiet(name: str) -> list[str]:
    return ["quiet"] if name == "foo" else []


def test_upgrade_brings_all_packages(life: Life) -> None:
    held = {name: version for name, version in life.system.versions().items()
            if name.startswith(FAMILIES)}
    assert held == {f"{family}{suffix}": SPLIT for family in FAMILIES
                    for suffix in ("", "-generic", "-avx2", "-avx512")}


@pytest.mark.parametrize("level", loading.levels(), ids=lambda level: level or "generic")
def test_same_behaviour_at_each_level(life: Life, level: str) -> None:
    for name, argv in commands(life.system).items():
        assert said(life.system, argv, *_quiet(name), level=level) == life.before[name]
    best = level or "generic"
    for name, argv in commands(life.system).items():
        loud = said(life.system, argv, *(["level"] if name != "foo" else []), level=level)
        assert loud.startswith(f"plugin0 {best} " if name == "foo" else f"{best} {best}\n")


def test_verify_loads_all_modules(life: Life) -> None:
    verdicts = json.loads(life.system.run("hwcaps", "verify", "--json"))
    assert {v["family"]: v["wrong"] for v in verdicts} == {family: [] for family in FAMILIES}
    assert all("loaded at" in verdict["checked"] for verdict in verdicts)


def test_which_shows_stub_and_module(life: Life) -> None:
    done = life.system.run("hwcaps", "which", "--json", "--", "foo", PLUGINS, "quiet")
    rows = json.loads(done[done.index("\n{") :])["libraries"]
    module = "foo-plugins.foo.plugin7.so"
    reasons = {row["library"]: (row["level"], row["reason"]) for row in rows}
    assert reasons["plugin7.so"] == ("", f"opened by path, a stub of {module}")
    assert reasons[module][0] == loading.levels()[0]


def test_a_module_that_is_gone(life: Life) -> None:
    best, *rest = loading.levels()
    with chroot.copy(life.system) as system:
        name = "foo-plugins.foo.plugin0.so"
        where = f"{LIBRARIES}/hwcaps/foo-plugins"
        system.path(f"{where}/glibc-hwcaps/{best}/{name}").unlink()
        assert system.attempt("hwcaps", "verify").returncode == 1
        loud = said(system, ["foo", PLUGINS], level=best)
        assert loud.startswith(f"plugin0 {rest[0] or 'generic'} ")


def test_removal_of_levels_leaves_generic(life: Life) -> None:
    with chroot.copy(life.system) as system:
        system.run(*APT, "purge", *(f"{f}-{s}" for f in FAMILIES for s in ("avx2", "avx512")))
        for name, argv in commands(system).items():
            assert said(system, argv, *_quiet(name)) == life.before[name]
        assert said(system, ["foo", PLUGINS]).startswith("plugin0 generic ")
        verdicts = json.loads(system.run("hwcaps", "verify", "--json"))
        assert all("loaded at" in verdict["checked"] for verdict in verdicts)
