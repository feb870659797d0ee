# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The hwcaps command as installed, beside three families, on sound systems and unsound ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import subjects
from real import chroot, loading, machine
from real.chroot import REPOSITORY, Chroot
from real.loading import LIBRARIES
from subjects import LEVELS, NUMFOO, Packages

pytestmark = pytest.mark.system

GENERIC = "generic"
PROGRAM = "/usr/bin/numfoo"
LOADER = "/lib64/ld-linux-x86-64.so.2"
USER = ("runuser", "-u", "nobody", "--")


@pytest.fixture(scope="session")
def packages(addon: list[Path]) -> Callable[[str], Packages]:
    """What a release builds of the families."""
    return lambda suite: subjects.packages(NUMFOO, suite, addon)


@pytest.fixture(scope="session", params=machine.SUITES)
def installed(
    request: pytest.FixtureRequest, addon: list[Path], packages: Callable[[str], Packages]
) -> Iterator[Chroot]:
    """A system with the families and the command, which nobody may change."""
    suite = request.param
    tools = addon[0].parent.glob("hwcaps-tools_*.deb")
    with chroot.throwaway(suite) as system:
        system.publish([*packages(suite).of("split"), *addon, *tools])
        system.run(*chroot.APT, "install", "numfoo", "hwcaps-tools")
        yield system


@pytest.fixture
def system(installed: Chroot) -> Iterator[Chroot]:
    """A system that a test may change."""
    with chroot.copy(installed) as made:
        yield made


def hwcaps(system: Chroot, *words: str, level: str | None = None, code: int = 0) -> Any:
    """Run the command as an ordinary user, on a CPU of some level; return its document."""
    env = loading.masked(level) if level is not None else {}
    done = system.attempt(*USER, "hwcaps", *words[:1], "--json", *words[1:], env=env)
    assert done.returncode == code, done.stdout
    # A command that is run, and our progress, may have spoken before.
    return json.loads(re.sub(r"\A.*?^(?=[\[{]$)", "", done.stdout, flags=re.DOTALL | re.MULTILINE))


def remarks(system: Chroot, family: str, code: int = 0) -> tuple[list[str], str]:
    """Return the levels of a family that are in use, and what is said of it."""
    rows = hwcaps(system, "status", code=code)["families"]
    row = next(row for row in rows if row["family"] == family)
    return row["in_use"], "\n".join(note["text"] for note in row["notes"])


@pytest.mark.parametrize("level", loading.levels(), ids=lambda level: level or GENERIC)
def test_sound_system(installed: Chroot, level: str) -> None:
    status = hwcaps(installed, "status", level=level)
    best = level or GENERIC
    assert {row["family"]: row["in_use"] for row in status["families"]} == {
        family: [best] for family in NUMFOO.families}
    rows = hwcaps(installed, "which", PROGRAM, level=level)["libraries"]
    listed = installed.run(LOADER, "--list", PROGRAM, env=loading.masked(level))
    loaded = re.findall(r"^\t(\S+) => (?:/usr)?(/.+) \(0x", listed, re.MULTILINE)
    assert {row["library"]: row["path"].removeprefix("/usr") for row in rows} == dict(loaded)
    assert {row["level"] for row in rows if row["library"].startswith("libnum")} == {level}
    verdicts = hwcaps(installed, "verify", level=level)
    assert {verdict["family"] for verdict in verdicts} == {*NUMFOO.families}


def test_what_really_runs(installed: Chroot) -> None:
    rows = hwcaps(installed, "which", "--", PROGRAM, "1")["libraries"]
    assert {row["level"] for row in rows if row["library"].startswith("libnum")} == {
        loading.levels()[0]}


def test_bench(installed: Chroot) -> None:
    found = hwcaps(installed, "bench", "-n", "2", "--", PROGRAM, "1")
    remarks = {row["level"]: row["remark"] for row in found["rows"]}
    same = {level for level, remark in remarks.items() if remark.startswith("loads the same")}
    # The families have no variant for x86-64-v2.
    assert remarks.keys() - same == {level or GENERIC for level in loading.levels()}


def test_variant_of_another_version(system: Chroot, packages: Callable[[str], Packages]) -> None:
    system.publish(packages(system.suite).of("next"))
    number = NUMFOO.numbers["next"]
    family = NUMFOO.families[0]
    deb = f"{REPOSITORY}/{family}-avx2_{number}_amd64.deb"
    system.run("dpkg", "--force-depends,breaks", "--install", deb)
    assert f"{family}-avx2 has version {number}" in remarks(system, family, code=1)[1]
    hwcaps(system, "verify", code=1)


def test_file_that_is_gone(system: Chroot) -> None:
    soname, family = next(iter(NUMFOO.sonames.items()))
    best, *rest = loading.levels()
    system.path(f"{LIBRARIES}/glibc-hwcaps/{best}/{soname}").unlink()
    used, said = remarks(system, family, code=1)
    assert used == [rest[0] or GENERIC]
    assert f"is gone: apt reinstall {family}-{LEVELS[best]}" in said
    hwcaps(system, "verify", family, code=1)


def test_stale_cache(system: Chroot) -> None:
    away = f"{LIBRARIES}/away"
    system.run("mv", f"{LIBRARIES}/glibc-hwcaps", away)
    system.run("ldconfig")
    system.run("mv", away, f"{LIBRARIES}/glibc-hwcaps")
    for family in NUMFOO.families:
        used, said = remarks(system, family, code=1)
        assert used == [GENERIC]
        assert "run ldconfig" in said
    rows = hwcaps(system, "which", PROGRAM)["libraries"]
    assert {row["level"] for row in rows if row["library"].startswith("libnum")} == {""}
