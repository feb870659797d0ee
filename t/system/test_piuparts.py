# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""piuparts: installation, upgrade from before the split and from the split, purge."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import pytest
import table
from real import chroot
from stage import Stage

pytestmark = pytest.mark.system


@pytest.mark.parametrize(("before", "after"), [("old", "split"), ("split", "next")])
def test_piuparts(stage: Stage, before: str, after: str, record_property: Callable) -> None:
    subject = stage.packages.subject
    if subject.name != "numfoo":
        pytest.skip("dpkg cannot be without this subject's library")
    debs = [path for path in stage.packages.of(after) if "-dev_" not in path.name]
    with chroot.copy(stage.at("bare", before)) as system:
        done = subprocess.run(
            ["piuparts", f"--existing-chroot={system.root}", "--keep-sources-list",
             f"--distribution={stage.suite}", "--warn-on-leftovers-after-purge",
             "--no-eatmydata", "--do-not-verify-signatures", *debs],
            env=os.environ | {"PATH": chroot.ENVIRONMENT["PATH"], "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )
    assert done.returncode == 0, done.stdout
    assert "PASS: Installation, upgrade and purging tests." in done.stdout
    record_property(table.SEEN, (subject.name, f"piuparts, {before} to {after}", stage.suite,
                                 "PASS: All tests"))
