# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule that stops a variant, broken once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dhhwcaps import isa, verify
from dhhwcaps.elf import SharedObject
from dhhwcaps.symbols import Kind, Symbols, Wanted
from dhhwcaps.units import Units

V3, POWER10 = isa.LEVELS[1], isa.LEVELS[4]
LIBRARY = SharedObject(path=Path("libfoo.so.2.0"), soname="libfoo.so.2", kind="DYN")
FUNCTION = Kind("FUNC", 0, False, False)
INLINE = Kind("FUNC", 0, True, False)
TABLE = Kind("OBJECT", 64, False, False)
SYMBOLS = Symbols(
    exported={("foo", "@@V2"): FUNCTION, ("table", ""): TABLE, ("_ZN1xC2Ev", ""): INLINE},
    undefined=frozenset({Wanted("printf", "@GLIBC_2.2.5", False), Wanted("plugin", "", False)}),
)
GOOD = {
    "level": V3, "package": "libfoo2-avx2", "generic": LIBRARY,
    "variant": replace(LIBRARY, marks=frozenset({V3.name})), "generic_symbols": SYMBOLS,
    "variant_symbols": SYMBOLS, "units": Units(total=40, at_level=37),
}
WHERE = f"libfoo.so.2 at {V3.name} (libfoo2-avx2) "


def check(**changed: Any) -> tuple[verify.Finding, ...]:
    return verify.check(**{**GOOD, **changed})


def only(**changed: Any) -> verify.Finding:
    """Return the one finding and see that it is complete."""
    (found,) = check(**changed)
    assert found.library == "libfoo.so.2"
    assert found.advice and "\n" not in found.message
    return found


def exported(**changed: Kind | None) -> Symbols:
    names = {name: key for key in SYMBOLS.exported for name in key[:1]}
    table = {**SYMBOLS.exported, **{names.get(n, (n, "")): k for n, k in changed.items() if k}}
    gone = {names[name] for name, kind in changed.items() if kind is None}
    return replace(SYMBOLS, exported={k: v for k, v in table.items() if k not in gone})


def test_good() -> None:
    assert check() == ()
    assert check(variant_symbols=exported(new=FUNCTION)) == ()


def test_generic_is_marked() -> None:
    found = only(generic=replace(LIBRARY, marks=frozenset({isa.LEVELS[2].name})))
    assert found.severity == "error"
    assert found.level == isa.LEVELS[2].name
    assert found.message == (
        f"libfoo.so.2: the generic library says that it needs {isa.LEVELS[2].name}"
    )
    assert "*.so*" in found.advice


@pytest.mark.parametrize("marks", [frozenset[str](), frozenset({isa.LEVELS[0].name})])
def test_variant_is_not_marked(marks: frozenset[str]) -> None:
    found = only(variant=replace(LIBRARY, marks=marks))
    assert (found.severity, found.level) == ("error", V3.name)
    assert found.message == WHERE + "lacks its mark: LDFLAGS did not reach the linker"
    assert V3.linker_flag and V3.linker_flag in found.advice
    assert "lld" in found.advice


def test_levels_without_marks_need_none() -> None:
    assert check(level=POWER10, variant=LIBRARY) == ()


def test_soname_differs() -> None:
    found = only(variant=replace(GOOD["variant"], soname="libfoo.so.3"))
    assert found.message == WHERE + "has another SONAME: libfoo.so.3"


def test_symbol_missing() -> None:
    found = only(variant_symbols=exported(foo=None))
    assert found.severity == "error"
    assert found.message == WHERE + "lacks 1 symbol of the generic library: foo@@V2"


def test_default_version_is_part_of_the_interface() -> None:
    table = {(n, "@V2" if n == "foo" else v): k for (n, v), k in SYMBOLS.exported.items()}
    assert "foo@@V2" in only(variant_symbols=replace(SYMBOLS, exported=table)).message


def test_weak_instances_missing_are_a_warning() -> None:
    names = [f"_ZN1x{n}Ev" for n in range(5)]
    unique = replace(SYMBOLS, exported={
        **SYMBOLS.exported, **{(n, ""): INLINE for n in names},
        ("_ZZ1fvE1x", ""): Kind("OBJECT", 8, False, True),
    })
    found = only(generic_symbols=unique)
    assert found.severity == "warning"
    assert found.message == (
        WHERE + "lacks 6 weak symbols of the generic library:"
        " _ZN1x0Ev, _ZN1x1Ev, _ZN1x2Ev and 3 more"
    )


def test_weak_symbols_of_c_are_needed() -> None:
    weak = replace(SYMBOLS, exported={**SYMBOLS.exported, ("alias", ""): INLINE})
    assert only(generic_symbols=weak).severity == "error"


@pytest.mark.parametrize(("name", "kind", "said"), [
    ("table", Kind("OBJECT", 128, False, False),
     "table (OBJECT of 128 bytes, generic OBJECT of 64 bytes)"),
    ("foo", Kind("OBJECT", 1, False, False),
     "foo@@V2 (OBJECT of 1 byte, generic FUNC of 0 bytes)"),
])
def test_symbol_changed(name: str, kind: Kind, said: str) -> None:
    found = only(variant_symbols=exported(**{name: kind}))
    assert found.severity == "error"
    assert found.message == WHERE + f"exports 1 symbol of another type or size: {said}"


def test_weak_or_strong_is_no_change() -> None:
    assert check(variant_symbols=exported(foo=INLINE, _ZN1xC2Ev=FUNCTION)) == ()


def _needing(*more: Wanted) -> Symbols:
    return replace(SYMBOLS, undefined=SYMBOLS.undefined | frozenset(more))


def test_symbol_undefined() -> None:
    found = only(variant_symbols=_needing(Wanted("kernel", "", False)))
    assert found.severity == "error"
    assert found.message == WHERE + "needs 1 symbol that no library gives: kernel"


@pytest.mark.parametrize("wanted", [
    Wanted("kernel", "@LIB_1", False), Wanted("kernel", "", True), Wanted("plugin", "", False),
])
def test_symbol_undefined_in_order(wanted: Wanted) -> None:
    assert check(variant_symbols=_needing(wanted)) == ()


def test_symbol_given_by_a_needed_library() -> None:
    needing = _needing(Wanted("kernel", "", False))
    assert verify.unresolved(SYMBOLS, needing) == {"kernel"}
    assert check(variant_symbols=needing, provided=frozenset({"kernel"})) == ()


@pytest.mark.parametrize("entry", ["$ORIGIN", "${ORIGIN}/../lib"])
def test_origin(entry: str) -> None:
    variant = replace(GOOD["variant"], runpath=("/usr/lib", entry))
    found = only(variant=variant)
    assert found.severity == "error"
    assert f"looks for its libraries in {entry}, which leads elsewhere" in found.message
    assert check(variant=variant, origin_ok=True) == ()
    assert check(variant=replace(variant, runpath=("/usr/lib/foo",))) == ()


def test_no_unit_at_level() -> None:
    found = only(units=Units(total=5, at_level=0, unknown=2))
    assert found.severity == "warning"
    assert "3 compile units, none of them compiled with" in found.message
    assert check(units=Units(total=2, at_level=0, unknown=2)) == ()
    assert check(units=Units()) == ()


def test_strong_symbols_of_cxx_are_needed() -> None:
    strong = replace(SYMBOLS, exported={**SYMBOLS.exported, ("_ZN1y1fEv", ""): FUNCTION})
    found = only(generic_symbols=strong)
    assert (found.severity, found.message) == (
        "error", WHERE + "lacks 1 symbol of the generic library: _ZN1y1fEv")


def test_instances_of_d_come_and_go_too() -> None:
    weak = replace(SYMBOLS, exported={**SYMBOLS.exported, ("_D3foo3barFZv", ""): INLINE})
    assert only(generic_symbols=weak).severity == "warning"


def test_marks_are_listed_in_order() -> None:
    marks = frozenset(level.name for level in isa.LEVELS)
    found = only(generic=replace(LIBRARY, marks=marks))
    assert found.level == ("power10, power9, x86-64-v2, x86-64-v3, x86-64-v4, z13, z14, z15, z16,"
                           " z17")


def test_variant_without_a_soname() -> None:
    found = only(variant=replace(GOOD["variant"], soname=""))
    assert found.message == WHERE + "has another SONAME: none"


def test_symbols_are_listed_in_order_three_at_most() -> None:
    wanted = frozenset(Wanted(f"f{n}", "", False) for n in range(9))
    found = only(variant_symbols=replace(SYMBOLS, undefined=SYMBOLS.undefined | wanted))
    assert found.message.endswith("no library gives: f0, f1, f2 and 6 more")
    more = {(f"g{n}", ""): FUNCTION for n in (2, 0, 1)}
    found = only(generic_symbols=replace(SYMBOLS, exported={**SYMBOLS.exported, **more}))
    assert found.message.endswith("of the generic library: g0, g1, g2")


def test_entries_with_origin_are_listed() -> None:
    variant = replace(GOOD["variant"], runpath=("$ORIGIN/a", "/b", "${ORIGIN}/c"))
    found = only(variant=variant)
    assert found.message == (
        WHERE + "looks for its libraries in $ORIGIN/a:${ORIGIN}/c, which leads elsewhere from there"
    )


MARKED = frozenset({V3.name})


@pytest.mark.parametrize(("changed", "advice"), [
    ({"generic": replace(LIBRARY, marks=MARKED)},
     "A hook in debian/rules that looks for *.so* everywhere has probably put a level's file there;"
     " or the package itself passes -z to the linker."),
    ({"variant": LIBRARY},
     "It must be linked with -Wl,-z,x86-64-v3. Use dpkg-buildflags in debian/rules, or"
     " --inject=environment; lld and gold do not know the option."),
    ({"variant": replace(LIBRARY, marks=MARKED, soname="x")},
     "The SONAME must not depend on the compiler's flags."),
    ({"variant_symbols": exported(foo=None)},
     "Programs that need it would not start. Does the level's build get the same options, and do"
     " sources not decide by the compiler's macros what they export?"),
    ({"variant_symbols": exported(_ZN1xC2Ev=None)},
     "Template instances and inline functions come and go with inlining, and programs have their"
     " own; explicit instantiations must stay."),
    ({"variant_symbols": exported(table=FUNCTION)},
     "Programs rely on both. Types whose size or alignment follows the compiler's flags must not be"
     " exported."),
    ({"variant_symbols": replace(SYMBOLS, undefined=frozenset({Wanted("x", "", False)}))},
     "The generic library does not need it: was a source file or -l option left out?"),
    ({"variant": replace(LIBRARY, marks=MARKED, runpath=("$ORIGIN",))},
     "Remove the RUNPATH (chrpath -d), or let it name the directory without $ORIGIN."),
    ({"units": Units(total=3)},
     "Is it made of objects compiled without -fPIC? --scope=all reaches them."),
])
def test_advice(changed: dict[str, Any], advice: str) -> None:
    assert only(**changed).advice == advice


def test_library_that_is_not_shipped_is_looked_at_as_far_as_it_matters() -> None:
    marked, none = replace(LIBRARY, marks=MARKED, runpath=("$ORIGIN",)), Units(total=2)
    first, second = verify.of_dropped(marked, V3, "libfoo2-avx2", none)
    assert (first.severity, first.level) == ("error", V3.name)
    assert second.message == (
        WHERE + f"has 2 compile units, none of them compiled with {V3.flag}"
    )
    assert verify.of_dropped(LIBRARY, V3, "libfoo2-avx2", Units(total=2, at_level=1)) == ()
