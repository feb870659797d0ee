# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is made of the names of Eigen that stand in debug information."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dhhwcaps import eigen, isa, run
from dhhwcaps.elf import SharedObject
from dhhwcaps.verify import Finding

LEVEL = isa.LEVELS[1]
PLAIN = ["String dump of section '.debug_str':", "  [     0]  plain_array<double, 4, 0, 16>",
         "  [    1f]  plain_array<float, 3, 1, 0>", "  [    2f]  throw_std_bad_alloc"]
MALLOC = "  [    3f]  handmade_aligned_malloc"
WIDE = "  [    5f]  plain_array<double, 4, 0, 32>"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Give what readelf says of each library."""
    said = {"generic": PLAIN, "variant": PLAIN}

    def lines(*argv: str | Path) -> Iterator[str]:
        assert argv[:-1] == ("readelf", "--decompress", "--string-dump=.debug_str", "--")
        yield from said[str(argv[-1])]

    monkeypatch.setattr(run, "lines", lines)
    return said


def check(*, types: bool = False) -> tuple[Finding, ...]:
    twins = (SharedObject(path=Path(p), soname="libfoo.so.1") for p in ("generic", "variant"))
    return eigen.check(*twins, LEVEL, "readelf", types=types)


def test_nothing_differs(names: dict[str, list[str]]) -> None:
    assert check() == check(types=True) == ()
    names["generic"] = names["variant"] = [*PLAIN, MALLOC, WIDE]
    assert check() == check(types=True) == ()


@pytest.mark.parametrize(("more", "verb"), [
    ([MALLOC], "allocates"), ([WIDE], "aligns"), ([WIDE, MALLOC], "allocates and aligns"),
])
def test_warning(names: dict[str, list[str]], more: list[str], verb: str) -> None:
    names["variant"] = [*PLAIN, *more]
    (finding,) = check()
    assert finding.severity == "warning"
    assert finding.message == (
        f"libfoo.so.1 at {LEVEL.name} {verb} Eigen's matrices otherwise than the generic library"
    )
    assert ("no tool sees" in finding.advice) == (MALLOC in more)
    assert ("--abi=types looks" in finding.advice) == (WIDE in more)


def test_abidiff_sees_the_layout_only(names: dict[str, list[str]]) -> None:
    names["variant"] = [*PLAIN, WIDE]
    assert check(types=True) == ()
    names["variant"] = [*PLAIN, MALLOC, WIDE]
    (finding,) = check(types=True)
    assert f"{LEVEL.name} allocates Eigen's" in finding.message
