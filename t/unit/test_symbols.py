# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Dynamic symbols, from captured lines of readelf."""

from __future__ import annotations

import resource
from collections.abc import Iterator

from dhhwcaps import symbols
from dhhwcaps.symbols import Kind, Wanted

LISTING = """
Symbol table '.dynsym' contains 12 entries:
   Num:    Value          Size Type    Bind   Vis      Ndx Name
     0: 0000000000000000     0 NOTYPE  LOCAL  DEFAULT  UND
     1: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND printf@GLIBC_2.2.5 (2)
     2: 0000000000000000     0 NOTYPE  WEAK   DEFAULT  UND __gmon_start__
     3: 0000000000001130    11 FUNC    GLOBAL DEFAULT   12 foo@@V2
     4: 0000000000001140    17 IFUNC   GLOBAL DEFAULT   12 foo@V1
     5: 0000000000004020 0x1869f OBJECT  GLOBAL PROTECTED   20 table
     6: 0000000000001150    17 FUNC    WEAK   DEFAULT   12 _ZN1xC2Ev
     7: 0000000000004030     8 OBJECT  UNIQUE DEFAULT   20 _ZZ1fvE1x
     8: 0000000000001160    17 FUNC    GLOBAL DEFAULT [<localentry>: 8]    12 power
     9: 0000000000000000     0 OBJECT  GLOBAL DEFAULT  ABS V2
    10: 0000000000001170    17 FUNC    GLOBAL HIDDEN    12 inner
    11: 0000000000000010     4 TLS     GLOBAL DEFAULT   20 a b@c d
    12: 0000000000001180     1 <OS specific>: 11 GLOBAL DEFAULT   12 odd
    13: 0000000000001190     1 FUNC    GLOBAL DEFAULT   12 x@y@@V2
""".splitlines()


def test_parse() -> None:
    found = symbols.parse(LISTING)
    assert found.undefined == {
        Wanted("printf", "@GLIBC_2.2.5", False), Wanted("__gmon_start__", "", True),
    }
    assert found.exported == {
        ("foo", "@@V2"): Kind("FUNC", 0, False, False),
        ("foo", "@V1"): Kind("FUNC", 0, False, False),
        ("table", ""): Kind("OBJECT", 99999, False, False),
        ("_ZN1xC2Ev", ""): Kind("FUNC", 0, True, False),
        ("_ZZ1fvE1x", ""): Kind("OBJECT", 8, False, True),
        ("power", ""): Kind("FUNC", 0, False, False),
        ("V2", ""): Kind("OBJECT", 0, False, False),
        ("a b@c d", ""): Kind("TLS", 4, False, False),
        ("odd", ""): Kind("<OS specific>: 11", 0, False, False),
        ("x@y", "@@V2"): Kind("FUNC", 0, False, False),
    }


def test_long_names_stay_whole() -> None:
    name = "_Z" + "n" * 5000
    line = f"     3: 0000000000001130    11 FUNC    GLOBAL DEFAULT   12 {name}@@V2"
    assert (name, "@@V2") in symbols.parse([line]).exported


def test_memory_of_many_symbols() -> None:
    """A hundred thousand symbols take tens of megabytes, not hundreds."""
    def lines() -> Iterator[str]:
        for n in range(100_000):
            yield f"{n:6}: {n:016x}    11 FUNC    WEAK   DEFAULT   12 _ZN4name{n:060}Ev@@V2"

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = symbols.parse(lines())
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(found.exported) == 100_000
    assert used < 60_000
