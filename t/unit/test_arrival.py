# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a level's flags have reached the compiler, from counts of compile units."""

from __future__ import annotations

import pytest
from dhhwcaps import arrival
from dhhwcaps.units import Units
from fakes import level

V3 = level("x86-64-v3")


def test_flags_did_not_arrive_at_any_unit() -> None:
    units = {"libb.so.1": Units(total=2), "liba.so.1": Units(total=3, unknown=1)}
    [found] = arrival.check(V3, "libfoo2-avx2", units, {"liba.so.1": "", "libb.so.1": ""})
    assert found.severity == "error"
    assert found.message == (
        f"liba.so.1, libb.so.1 (libfoo2-avx2) is compiled without {V3.flag} in all of 4 units at"
        f" {V3.name}: the flags did not reach the compiler"
    )
    assert "--inject=environment" in found.advice and "--scope=all" in found.advice


def test_cpu_that_the_source_chose_by_itself_is_named() -> None:
    units = {"liba.so.1": Units(total=3, others=frozenset({"-march=znver3", "-march=x86-64"}))}
    [found] = arrival.check(V3, "p", units, {"liba.so.1": "same as generic"})
    assert found.advice.startswith("The debug information tells of -march=x86-64, -march=znver3. ")
    [found] = arrival.check(V3, "p", {"liba.so.1": Units(total=3)}, {})
    assert found.advice.startswith("Does debian/rules")


def test_place_where_flags_are_set_by_hand_is_named() -> None:
    rules = "%:\n\tdh $@\nCFLAGS = -O3\nCXXFLAGS = -O3\n"
    [found] = arrival.check(V3, "p", {"liba.so.1": Units(total=3)}, {}, rules)
    assert found.advice.startswith(
        "debian/rules:3 sets CFLAGS, debian/rules:4 sets CXXFLAGS by hand. Use dpkg-buildflags"
    )


@pytest.mark.parametrize("units", [Units(total=4), Units(), Units(total=2, unknown=2)])
def test_library_that_stayed_the_same_was_not_reached(units: Units) -> None:
    [found] = arrival.check(
        V3, "libfoo2-avx2", {"libb.so.1": units, "libnone.so.1": Units()},
        {"libb.so.1": "same as generic", "libnone.so.1": "no code"},
    )
    assert found.message == (
        f"libb.so.1 (libfoo2-avx2) is the same at {V3.name} as in the generic build: the flags did"
        " not reach the compiler"
    )


@pytest.mark.parametrize(("units", "dropped"), [
    ({"liba.so.1": Units(total=2), "libb.so.1": Units(total=3, at_level=1)}, {"liba.so.1": ""}),
    ({"libr.so.1": Units(total=9, unknown=9)}, {"libr.so.1": ""}),
    ({"liba.so.1": Units(total=2, at_level=2)}, {"liba.so.1": "same as generic"}),
    ({"libr.so.1": Units(total=9, unknown=9)}, {"libr.so.1": "same as x86-64-v2"}),
    ({"libnone.so.1": Units()}, {"libnone.so.1": "no code"}),
    ({}, {}),
])
def test_flags_arrived_or_nobody_knows(
    units: dict[str, Units], dropped: dict[str, str]
) -> None:
    assert arrival.check(V3, "p", units, dropped) == ()
