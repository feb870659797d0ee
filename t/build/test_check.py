# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps check` as a maintainer or a CI job runs it, beside what a build says."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from test_refused import CONTROL, Edit

pytestmark = pytest.mark.build

Package = Callable[..., Path]
SAMPLES = sorted(path.name for path in support.PACKAGES.iterdir()
                 if (path / "debian").is_dir() and path.name != "common")

BROKEN = {
    "alternatives": ("libfoo1.alternatives", "", "Name: libfoo.so.1\nLink: /usr/lib/libfoo.so.1\n"),
    "architecture": ("control", "Architecture: amd64", "Architecture: any"),
    "build-profiles": ("control", "-generic\nArch", "-generic\nBuild-Profiles: <!nocheck>\nArch"),
    "cycle": ("control", "${hwcaps:Depends}", "${hwcaps:Depends}, libfoo1"),
    "dev-without-generic": ("control", "libfoo1-generic (= ${binary:Version}), ", ""),
    "excludes-family": ("control", "Breaks: ${", "Conflicts: libfoo1-generic\nBreaks: ${"),
    "generated-control": ("control.in", "", "Source: foo\n"),
    "level-twice": ("control", "Package: foo\n", "Package: libfoo1-amd64v3\n"),
    "library-in-member": ("libfoo1-avx2.install", "", "usr/lib/*/libfoo.so.*\n"),
    "looks-into-family": ("rules", "", "\noverride_dh_shlibdeps:\n\tdh_shlibdeps -Llibfoo1\n"),
    "looks-into-member": (
        "rules", "", "\noverride_dh_makeshlibs:\n\tdh_makeshlibs -plibfoo1-generic\n"),
    "missing-package": ("control", "Package: libfoo1\n", "Package: libfoo2\n"),
    "missing-substvar": ("control", "Provides: ${hwcaps:Provides}\n", ""),
    "multi-arch": ("control", "amd64\nMulti-Arch: same\n", "amd64\n"),
    "needs-variant": (
        "control", "${shlibs:Depends}\nDescription: sum of numbers - program",
        "libfoo1-avx2\nDescription: sum of numbers - program"),
    "no-level": ("control", "libfoo1-avx2", "libfoo1-other"),
    "not-activated": ("control", ", dh-sequence-hwcaps", ""),
    "stale-name": ("libfoo1-avx512.lintian-overrides", "", "some-tag\n"),
    "stale-script": ("libfoo1.postinst", "", "#!/bin/sh\nrm -f /usr/lib/libfoo.so\n"),
    "step-left-out": ("rules", "", "\noverride_dh_hwcaps_split:\n"),
    "stray-modules": (
        "control", "Package: foo\n", "Package: foo\nX-Hwcaps-Modules: usr/lib/*/foo/*.so\n"),
    "takeover-missing": ("control", "Replaces: libfoo1 (<< 1.0~)\n", ""),
    "takeover-other-soname": ("control", "libfoo1 (<< 1.0~)", "libfoo0 (<< 1.0~)"),
    "takeover-version": ("control", "(<< 1.0~)", "(<< 1.1~)"),
    "unknown-option": ("rules", "", "\noverride_dh_hwcaps_build:\n\tdh_hwcaps_build --keeep\n"),
    "unknown-step": ("rules", "", "\noverride_dh_hwcaps_biuld:\n"),
    "unknown-substvar": ("control", "${hwcaps:Depends}", "${hwcaps:Depends}, ${hwcaps:Needs}"),
    "unknown-suffix": ("control", "libfoo1-avx2", "libfoo1-avx3"),
    "unknown-variable": ("rules", "", "\nifeq ($(DH_HWCAPS_LEVEL),avx2)\nendif\n"),
    "unreadable": ("control", "Package: foo\n", "Packag: foo\n"),
    "unused-file": ("libfoo1-generic.symbols", "", "libfoo.so.1 libfoo1\n"),
}
"""Rule → (file of debian/, what is replaced there or "" at its end, by what)."""
BEFORE = """
foo (0.9) unstable; urgency=medium

  * The whole library in one package.

 -- dh-hwcaps developers <dh-hwcaps@packages.debian.org>  Tue, 31 Dec 2024 12:00:00 +0000
"""


def check(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command, which must not have a traceback."""
    command = support.commands(tree.parent) / "dh_hwcaps"
    said = subprocess.run([command, "check", *words], cwd=tree, capture_output=True, text=True)
    assert "Traceback" not in said.stderr, said.stderr
    return said


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_sample_has_a_mistake(package: Package, sample: str) -> None:
    said = check(package("make", sample))
    assert (said.returncode, said.stderr) == (0, ""), said.stdout


def test_what_convert_makes_has_no_mistake(package: Package) -> None:
    tree = package("make")
    for name in ("libfoo1-generic", "libfoo1-avx2"):
        support.drop_stanza(tree, name)
    control = tree / "debian/control"
    support.edit(control, "Pre-Depends: ${hwcaps:Pre-Depends}\n", "")
    support.edit(control, "Recommends: ${hwcaps:Recommends}\n", "")
    support.edit(control, ", dh-sequence-hwcaps", "")
    support.edit(control, "libfoo1-generic (= ${binary:Version}), ", "")
    support.edit(tree / "debian/changelog", "Split the library by CPU baseline.", "New.")
    assert check(tree).stdout == "nothing to check: no package P has a sibling P-generic\n"
    command = support.commands(tree.parent) / "dh_hwcaps"
    subprocess.run([command, "convert"], cwd=tree, check=True, capture_output=True)
    said = check(tree)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize(("rule", "change"), BROKEN.items(), ids=BROKEN)
def test_each_kind_of_mistake(package: Package, rule: str, change: tuple[str, str, str]) -> None:
    tree = package("make")
    support.append(tree / "debian/changelog", BEFORE)
    name, old, new = change
    if old:
        support.edit(tree / "debian" / name, old, new)
    else:
        support.append(tree / "debian" / name, new)
    assert check(tree).returncode == 1
    found = json.loads(check(tree, "--json").stdout)["findings"]
    wrong = {finding["rule"] for finding in found if finding["severity"] != "note"}
    assert rule in wrong, found


@pytest.mark.parametrize("change", [change for change, _words in CONTROL.values()], ids=CONTROL)
def test_what_stops_a_build_is_found_in_the_same_words(
    package: Package, fails: Callable[..., str], change: Edit
) -> None:
    tree = package("make")
    support.edit(tree / "debian/control", *change)
    found = json.loads(check(tree, "--json").stdout)["findings"]
    first, *advice = fails(tree).splitlines()
    message = first.split("debian/control: ", 1)[1]
    same = [f for f in found if f["message"] == message and f["severity"] == "error"]
    assert same, found
    assert same[0]["advice"].splitlines() == [line.strip() for line in advice]
