# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What abidiff says about two libraries."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from dhhwcaps import abi, isa, run, sections
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import CommandError, HwcapsError
from dhhwcaps.sections import Section
from dhhwcaps.verify import Finding

LEVEL = isa.LEVELS[1]

REPORT = """\
Functions changes summary: 0 Removed, 1 Changed, 0 Added function
Variables changes summary: 0 Removed, 0 Changed, 0 Added variable

1 function with some indirect sub-type change:

  [C] 'function float use(const holder&)' at e.cc:8:1 has some indirect sub-type changes:
          type size changed from 256 to 512 (in bits)
"""
REMOVED = """\
Functions changes summary: 1 Removed, 0 Changed, 0 Added function
Variables changes summary: 0 Removed, 0 Changed, 0 Added variable
"""
VARIABLE = REMOVED.replace("Removed, 0 Changed, 0 Added var", "Removed, 2 Changed, 0 Added var")


@pytest.fixture
def abidiff(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Give a dictionary by which abidiff and the libraries' sections can be set."""
    state: dict[str, object] = {"answer": (0, "", ""), "sections": {}}

    def attempt(*argv: str | Path) -> object:
        if isinstance(state["answer"], Exception):
            raise state["answer"]
        return state["answer"]

    def table(path: Path) -> tuple[Section, ...]:
        name = ".text" if path.name == "stripped" else ".debug_info"
        return (Section(name=name, kind="PROGBITS", address=0, offset=0, size=1, flags=""),)

    monkeypatch.setattr(run, "attempt", attempt)
    monkeypatch.setattr(sections, "read", table)
    return state


def check(generic: str = "g", variant: str = "v") -> tuple[Finding, ...]:
    libraries = (SharedObject(path=Path(p), soname="libfoo.so.2") for p in (generic, variant))
    return abi.check(*libraries, LEVEL)


@pytest.mark.parametrize("code", [4, 8, 12])
def test_types_differ(abidiff: dict[str, object], code: int) -> None:
    abidiff["answer"] = (code, REPORT, "")
    (finding,) = check()
    assert finding.severity == "error"
    assert finding.message == (
        f"libfoo.so.2 at {LEVEL.name}: types of its interface differ from the generic library's"
    )
    assert "type size changed from 256 to 512" in finding.advice


def test_changed_variable() -> None:
    assert abi.judge("libfoo.so.2", LEVEL, 4, VARIABLE)


def test_long_reports_are_cut() -> None:
    (finding,) = abi.judge("libfoo.so.2", LEVEL, 4, REPORT + "line\n" * 1000)
    assert len(finding.advice.splitlines()) == abi.SHOWN + 1


def test_same_types(abidiff: dict[str, object]) -> None:
    assert check() == ()
    abidiff["answer"] = (12, REMOVED, "")
    assert check() == ()


@pytest.mark.parametrize(("generic", "variant", "which"), [
    ("stripped", "v", "the generic library"), ("g", "stripped", "the library"),
])
def test_no_debug_information(
    abidiff: dict[str, object], generic: str, variant: str, which: str
) -> None:
    (finding,) = check(generic, variant)
    assert f"{which} has no debug information" in finding.message


@pytest.mark.parametrize("code", [1, 3, -11])
def test_abidiff_fails(abidiff: dict[str, object], code: int) -> None:
    abidiff["answer"] = (code, "", "no such file\n")
    with pytest.raises(CommandError, match="abidiff --no-added-syms g v returned exit code"):
        check()


def test_abidiff_is_not_there(abidiff: dict[str, object]) -> None:
    abidiff["answer"] = CommandError("abidiff: command not found")
    with pytest.raises(HwcapsError, match="not installed\n  Add abigail-tools to Build-Depends"):
        check()


def test_a_long_report_is_read_at_once() -> None:
    began = time.process_time()
    assert abi.judge("libfoo.so.2", LEVEL, 4, "changes summary: " * 20000) == ()
    assert time.process_time() - began < 1
