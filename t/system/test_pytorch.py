# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The debian/ of pytorch itself, converted."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest
import support
from real import sources
from real.sources import Source

pytestmark = pytest.mark.system

SUITE = "trixie"
PYTORCH = Source("pytorch", SUITE, "2.6.0+dfsg-7",
                 "24783f3515b228ee476e788608ea0beea80409dbc8e861b6b8035c592d79646e")
EXPECTED = Path(__file__).with_name("pytorch.diff")
FAMILY = "libtorch2.6"
MEMBERS = (f"{FAMILY}-generic", f"{FAMILY}-avx2", f"{FAMILY}-avx512")


@pytest.fixture
def converted(tmp_path: Path) -> Path:
    """The source after `dh_hwcaps convert`, beside a copy of its debian/control."""
    tree = sources.unpack(PYTORCH, tmp_path)
    (tmp_path / "control").write_text((tree / "debian/control").read_text())
    sources.run([support.TOP / "dh_hwcaps", "convert"], tree)
    return tree


def test_conversion_reads_as_kept(converted: Path) -> None:
    old, new = (path.read_text().splitlines() for path in
                (converted.parent / "control", converted / "debian/control"))
    diff = difflib.unified_diff(old, new, "a/debian/control", "b/debian/control", lineterm="", n=0)
    # The words of the description are repeated for each member.
    ours = [line for line in diff if not (re.match(r"\+ \S", line) and line[1:] in old)]
    assert ours == EXPECTED.read_text().splitlines()
    said = sources.run([support.TOP / "dh_hwcaps", "check"], converted)
    assert said == f"{FAMILY}: no mistake found\n"
    plan = sources.run([support.TOP / "dh_hwcaps"], converted)
    assert plan.startswith(f"hwcaps: {FAMILY}: {', '.join(MEMBERS)}\n")
