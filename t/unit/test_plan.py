# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The levels that a build makes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dhhwcaps.errors import ControlError
from dhhwcaps.plan import Plan
from fakes import EVERYWHERE, family, planned, stanzas


def test_families_and_levels() -> None:
    made = planned(stanzas(*EVERYWHERE))
    assert made.families == (family("libfoo1", "avx2", "avx512"),)
    assert [lv.name for lv in made.levels] == ["x86-64-v3", "x86-64-v4"]


def test_levels_of_all_families_lowest_first() -> None:
    made = Plan(arch="amd64", families=(family("a", "avx512"), family("b", "sse4.2", "avx512")))
    assert [lv.name for lv in made.levels] == ["x86-64-v2", "x86-64-v4"]


def test_levels_are_elsewhere_when_those_of_one_family_are() -> None:
    own, other = family("a", "avx2"), replace(family("b", "avx2"), elsewhere=True)
    assert Plan(arch="amd64", families=(own, other)).elsewhere
    assert not Plan(arch="amd64", families=(own,)).elsewhere


def test_what_cannot_be_meant_is_no_plan() -> None:
    with pytest.raises(ControlError, match="there is no package libfoo1-generic"):
        planned(stanzas("libfoo1", "libfoo1-avx2 amd64"))
