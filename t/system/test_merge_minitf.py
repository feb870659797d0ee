# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitf in tensorflow's old layout, a package for each library, merged by `convert --merge`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numfoo
import pytest
import support
from real import chroot, machine, sources
from real.watch import Watch

pytestmark = pytest.mark.system

SUITE = machine.SUITES[0]
"""The Python module is for the Python of one release."""
OLD = ("libminitf-framework2", "libminitf2", "libminitf-cc2")
FILES = [f"/usr/lib/x86_64-linux-gnu/{name}.so.2"
         for name in ("libminitf_framework", "libminitf", "libminitf_cc")]
ISA = ("python3", "-B", "-c", "import json, minitf; print(json.dumps(minitf.isa()))")
Debs = list[Path]


@pytest.fixture(scope="module")
def versions(addon: list[Path]) -> Iterator[tuple[Debs, Debs]]:
    """2.3.1-1 with a package for each library, and what is built of it after the conversion."""
    with chroot.throwaway(SUITE, "debhelper", "dh-python", "python3-dev") as builder:
        builder.publish(addon)
        builder.install("dh-sequence-hwcaps")
        made = []
        for number in ("1", "2"):
            tree = support.copy_source(builder.path(f"/build/{number}"), "minitf", "2.3.1")
            shutil.copytree(support.PACKAGES / "minitf-bazel", tree, dirs_exist_ok=True)
            if number == "2":
                sources.run([support.TOP / "dh_hwcaps", "convert", "--merge=libminitf2"], tree)
                assert "no mistake" in sources.run([support.TOP / "dh_hwcaps", "check"], tree)
            _log, debs = numfoo.build(builder, f"/build/{number}/minitf-2.3.1")
            made.append([path for name, path in debs.items() if "-dbgsym" not in name])
        yield made[0], made[1]


def test_three_packages_become_one_family(versions: tuple[Debs, Debs]) -> None:
    old, new = versions
    best = [*machine.supported(), "generic"][0]
    with chroot.throwaway(SUITE, "debhelper", "dh-python", "python3-dev") as system:
        system.publish(old)
        system.install("minitf")
        assert {system.versions()[name] for name in OLD} == {"2.3.1-1"}
        assert set(json.loads(system.run(*ISA)).values()) == {"generic"}
        system.publish(new)
        with Watch(system, FILES, *ISA) as watch:
            system.run(*chroot.APT, "dist-upgrade")
        assert (watch.missing, watch.failures) == (set(), [])
        assert watch.runs > 1
        found = system.versions()
        assert {found[name] for name in (*OLD, "libminitf2-generic", "minitf")} == {"2.3.1-2"}
        said = json.loads(system.run(*ISA))
        assert {said[name] for name in ("framework", "c", "cc")} == {best}
        system.run(*chroot.APT, "purge", "libminitf-framework2", "libminitf-cc2")
        assert "minitf" in system.versions()
        assert json.loads(system.run(*ISA)) == said
