# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What apt and dpkg of each release make of the relations between a family's packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numfoo
import pytest
from real import chroot, machine
from real.chroot import Chroot
from real.watch import Watch
from support import Deb

pytestmark = pytest.mark.system

DIRECTORY = "/usr/lib/x86_64-linux-gnu"
FILES = [f"{DIRECTORY}/{name}" for name in ("libnumkernel.so.1", "libnummath.so.1",
                                            "libnumfoo.so.1")]
PROGRAM = ("numfoo", "1")
Versions = dict[str, list[Path]]


@pytest.fixture(scope="module")
def versions(addon: list[Path]) -> Iterator[Versions]:
    """The example's packages: 1.0 is not split, 1.1 is, 1.2 has no -avx512."""
    with chroot.throwaway(machine.SUITES[0]) as builder:
        builder.publish(addon)
        builder.install("dh-sequence-hwcaps")
        made = {}
        for number in ("1.0", "1.1", "1.2"):
            tree = numfoo.copy(builder, f"/build/{number}/numfoo")
            numfoo.version(tree, number)
            if number == "1.0":
                numfoo.unsplit(tree)
            elif number == "1.2":
                numfoo.drop(tree, ["-avx512"])
            _log, debs = numfoo.build(builder, f"/build/{number}/numfoo")
            made[number] = numfoo.only(debs)
        yield made


@pytest.fixture(params=machine.SUITES)
def installed(request: pytest.FixtureRequest, versions: Versions) -> Iterator[Chroot]:
    """A system of each release that has the unsplit packages."""
    with chroot.throwaway(request.param, archive=False) as system:
        system.publish(versions["1.0"])
        system.install("numfoo")
        yield system


@pytest.fixture
def split(installed: Chroot, versions: Versions) -> Chroot:
    """A system that has the split packages."""
    installed.publish(versions["1.1"])
    installed.run(*chroot.APT, "full-upgrade")
    assert set(_members(installed, "1.1")) == {
        f"{library}{suffix}" for library in numfoo.LIBRARIES for suffix in ("", *numfoo.SPLIT)
        if any(path.name.startswith(f"{library}{suffix}_") for path in _whole(versions["1.1"]))
    }
    return installed


def test_libraries_stay_on_disk_while_the_package_is_split(
    installed: Chroot, versions: Versions
) -> None:
    installed.publish(versions["1.1"])
    with Watch(installed, FILES, *PROGRAM) as watch:
        installed.run(*chroot.APT, "full-upgrade")
    assert installed.versions()["libnumfoo1-generic"] == "1.1"
    assert (watch.missing, watch.failures) == (set(), [])
    assert watch.looks > 100
    assert watch.runs > 1


def test_watch_sees_a_library_that_goes(installed: Chroot, versions: Versions) -> None:
    deb = next(path for path in versions["1.1"] if path.name.startswith("libnumfoo1_"))
    installed.publish(versions["1.1"])
    with Watch(installed, FILES, *PROGRAM) as watch:
        installed.attempt("dpkg", "--force-all", "--install", f"/srv/repository/{deb.name}")
    assert watch.missing == {"libnumfoo.so.1"}
    assert watch.failures


def test_newer_generic_alone_is_refused(split: Chroot, versions: Versions) -> None:
    before = split.versions()
    split.publish(versions["1.2"])
    for library in numfoo.LIBRARIES:
        name = next(path.name for path in versions["1.2"]
                    if path.name.startswith(f"{library}-generic_"))
        done = split.attempt("dpkg", "--install", f"/srv/repository/{name}")
        assert done.returncode, done.stdout
    assert split.versions() == before
    split.run(*PROGRAM)


def test_dropped_level_does_not_stay(split: Chroot, versions: Versions) -> None:
    assert any(name.endswith("-avx512") for name in split.versions())
    split.publish(versions["1.2"])
    with Watch(split, FILES, *PROGRAM) as watch:
        split.run(*chroot.APT, "full-upgrade")
    assert (watch.missing, watch.failures) == (set(), [])
    members = _members(split, "1.2")
    assert {f"{library}-generic" for library in numfoo.LIBRARIES} <= set(members)
    assert not any(name.endswith("-avx512") for name in split.versions())
    assert not list(split.path(f"{DIRECTORY}/glibc-hwcaps").glob("x86-64-v4/libnum*"))
    assert set(members.values()) == {"1.2"}


def test_next_version_keeps_all_levels_together(split: Chroot, versions: Versions) -> None:
    """Plain `apt-get upgrade`, which removes nothing, must not mix versions either."""
    split.publish(versions["1.2"])
    with Watch(split, FILES, *PROGRAM) as watch:
        split.run(*chroot.APT, "upgrade")
    assert (watch.missing, watch.failures) == (set(), [])
    for library in numfoo.LIBRARIES:
        found = {v for name, v in _members(split, "").items() if name.startswith(library)}
        assert len(found) == 1


def _members(system: Chroot, version: str) -> dict[str, str]:
    """Return the installed packages of the families, of a version if one is given."""
    return {name: found for name, found in system.versions().items()
            if name.startswith(numfoo.LIBRARIES) and found.startswith(version)}


def _whole(debs: list[Path]) -> list[Path]:
    """Leave out variants that are empty."""
    return [path for path in debs
            if not path.name.split("_")[0].endswith(("-avx2", "-avx512"))
            or Deb(path).fields.get("Provides")]
