# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The upgrade from several library packages to the one family that `convert --merge` makes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numfoo
import pytest
import support
from real import chroot, machine
from real.chroot import Chroot
from real.watch import Watch

pytestmark = pytest.mark.system

OLD = ("libfoo-framework1", "libfoo1", "libfoo-cc1")
DIRECTORY = "/usr/lib/x86_64-linux-gnu"
FILES = [f"{DIRECTORY}/{name}" for name in ("libfoo_framework.so.1", "libfoo.so.1",
                                            "libfoo_cc.so.1")]
DATA = "/usr/share/foo/README.clients"
PROGRAM = "foo"
UPGRADES = [("apt-get", "-q", "-y", "dist-upgrade"), ("apt", "-q", "-y", "full-upgrade"),
            ("apt-get", "-q", "-y", "--with-new-pkgs", "upgrade")]
Versions = dict[str, list[Path]]


@pytest.fixture(scope="module")
def versions(addon: list[Path]) -> Iterator[Versions]:
    """1.0-1 with three library packages, 1.0-2 with one family instead, 1.0-3 the next of it."""
    with chroot.throwaway(machine.SUITES[0]) as builder:
        builder.publish(addon)
        builder.install("dh-sequence-hwcaps")
        made = {}
        for number in ("1.0-1", "1.0-2", "1.0-3"):
            tree = support.make_tree(builder.path(f"/build/{number}"), "make", "merged")
            if number != "1.0-1":
                subprocess.run([support.TOP / "dh_hwcaps", "convert", "--merge=libfoo1"],
                               cwd=tree, check=True)
            numfoo.version(tree, number)
            _log, debs = numfoo.build(builder, f"/build/{number}/foo-1.0")
            made[number] = list(debs.values())
        yield made


@pytest.fixture(params=machine.SUITES)
def bare(request: pytest.FixtureRequest, versions: Versions) -> Iterator[Chroot]:
    """A system of each release that knows the unmerged packages."""
    with chroot.throwaway(request.param, archive=False) as system:
        system.publish(versions["1.0-1"])
        yield system


@pytest.fixture
def installed(bare: Chroot) -> Chroot:
    """A system that has the three unmerged packages and a program that uses all of them."""
    bare.install("foo")
    assert {bare.versions()[name] for name in OLD} == {"1.0-1"}
    return bare


@pytest.mark.parametrize("command", UPGRADES, ids=lambda words: " ".join((words[0], *words[3:])))
def test_libraries_stay_on_disk_while_packages_are_merged(
    installed: Chroot, versions: Versions, command: tuple[str, ...]
) -> None:
    installed.publish(versions["1.0-2"])
    with Watch(installed, [*FILES, DATA], PROGRAM) as watch:
        installed.run(*command)
    found = installed.versions()
    assert {found[name] for name in (*OLD, "libfoo1-generic", "foo")} == {"1.0-2"}
    assert (watch.missing, watch.failures) == (set(), [])
    assert watch.looks > 100
    assert watch.runs > 1
    owners = {_owner(installed, file) for file in FILES}
    assert owners == {"libfoo1-generic"}
    assert _owner(installed, DATA) == "libfoo1"


def test_upgrade_without_new_packages_changes_nothing(
    installed: Chroot, versions: Versions
) -> None:
    before = installed.versions()
    installed.publish(versions["1.0-2"])
    installed.run(*chroot.APT, "upgrade")
    assert installed.versions() == before
    installed.run(PROGRAM)


def test_one_of_the_packages_alone_is_upgraded(bare: Chroot, versions: Versions) -> None:
    bare.install("libfoo-framework1")
    bare.publish(versions["1.0-2"])
    with Watch(bare, FILES[:1], "true") as watch:
        bare.run(*chroot.APT, "dist-upgrade")
    assert {bare.versions()[name] for name in ("libfoo1", "libfoo-framework1")} == {"1.0-2"}
    assert watch.missing == set()


def test_debug_symbols_of_the_old_packages_are_in_nobodys_way(
    installed: Chroot, versions: Versions
) -> None:
    # Nothing but the packages has changed: so have none of the build-ids.
    debug = [f"{name}-dbgsym" for name in OLD]
    installed.install(*debug)
    installed.publish(versions["1.0-2"])
    if installed.suite == "sid":
        # Its solver removes nothing that was asked for by name; see dh-hwcaps(7).
        before = installed.versions()
        installed.run(*chroot.APT, "dist-upgrade")
        assert installed.versions() == before
        installed.run("apt-mark", "auto", *debug)
    installed.run(*chroot.APT, "dist-upgrade")
    found = {name: version for name, version in installed.versions().items()
             if name.endswith("-dbgsym")}
    assert found == {"libfoo1-dbgsym": "1.0-2"}


def test_client_of_the_old_packages_stays_and_is_installable(
    installed: Chroot, versions: Versions
) -> None:
    client = [path for path in versions["1.0-1"] if path.name.startswith("foo_")]
    libraries = [path for path in versions["1.0-2"] if not path.name.startswith("foo_")]
    installed.publish([*libraries, *client])
    installed.run(*chroot.APT, "dist-upgrade")
    assert installed.versions()["foo"] == "1.0-1"
    installed.run(PROGRAM)
    installed.run(*chroot.APT, "--autoremove", "purge", "foo", *OLD)
    assert not {"libfoo1", "libfoo1-generic", *OLD} & set(installed.versions())
    installed.install("foo")
    assert installed.versions()["libfoo-cc1"] == "1.0-2"
    installed.run(PROGRAM)


def test_new_client_does_not_run_with_an_unmerged_family(
    installed: Chroot, versions: Versions
) -> None:
    name = next(path.name for path in versions["1.0-2"] if path.name.startswith("foo_"))
    installed.publish(versions["1.0-2"])
    done = installed.attempt("dpkg", "--install", f"/srv/repository/{name}")
    assert "foo depends on libfoo1 (>= 1.0-2~)" in done.stdout


def test_transitional_package_cannot_come_first(installed: Chroot, versions: Versions) -> None:
    name = next(path.name for path in versions["1.0-2"]
                if path.name.startswith("libfoo-framework1_"))
    installed.publish(versions["1.0-2"])
    done = installed.attempt("dpkg", "--unpack", f"/srv/repository/{name}")
    assert done.returncode, done.stdout
    installed.run(PROGRAM)
    # What mere dependencies would not prevent.
    with Watch(installed, FILES, PROGRAM) as watch:
        installed.run("dpkg", "--force-depends,breaks", "--unpack", f"/srv/repository/{name}")
    assert watch.missing == {"libfoo_framework.so.1"}
    assert watch.failures


def test_transitional_packages_can_be_removed(installed: Chroot, versions: Versions) -> None:
    installed.publish(versions["1.0-2"])
    installed.run(*chroot.APT, "dist-upgrade")
    installed.run(*chroot.APT, "purge", *(name for name in OLD if name != "libfoo1"))
    assert "foo" in installed.versions()
    installed.run(PROGRAM)


def test_next_version_of_the_family(installed: Chroot, versions: Versions) -> None:
    installed.publish(versions["1.0-2"])
    installed.run(*chroot.APT, "dist-upgrade")
    installed.publish(versions["1.0-3"])
    with Watch(installed, FILES, PROGRAM) as watch:
        installed.run(*chroot.APT, "upgrade")
    found = installed.versions()
    assert {found[name] for name in (*OLD, "libfoo1-generic", "foo")} == {"1.0-3"}
    assert (watch.missing, watch.failures) == (set(), [])


def _owner(system: Chroot, file: str) -> str:
    return system.run("dpkg-query", "-S", file).partition(":")[0]
