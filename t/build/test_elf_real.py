# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading libraries that real compilers have made."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from dhhwcaps import abi, dispatch, elf, isa, leaks, samecode
from dhhwcaps.errors import HwcapsError, VerificationError
from dhhwcaps.symbols import symbols
from dhhwcaps.units import Units, units

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(support.architecture() != "amd64", reason="flags of amd64"),
]

LEVEL = isa.LEVELS[1]
SOURCES = {
    "a.c": """
        #include <stdio.h>
        struct entry { const char *name; int (*call)(const char *, ...); };
        const struct entry entries[] = {{"a", printf}, {"b", printf}};
        static int state[1000]; __thread int per_thread = 4; int *address = &state[5];
        int pick(int a, int *b) { switch (a) {
            case 0: return b[0]; case 1: return b[1] * 3; case 2: b[1] = 4; return 2;
            case 3: return b[9] - b[7]; case 4: b[2]++; return 7; case 5: return b[5] / 3; }
            return state[a] + per_thread; }
        double sum(double *a, int n) { double s = 0; for (int i = 0; i < n; i++) a[i] *= a[i] + n;
            for (int i = 0; i < n; i++) s += a[i]; printf("%f", s); return s; }
    """,
    "data.c": "const int table[100] = {1, 2, 3}; int word = 4;",
    "list.c": """
        struct node { struct node *next; int key; };
        struct node *find(struct node *n, int key) {
            while (n && n->key != key) n = n->next;
            return n; }
    """,
    "cc.cc": """
        #include <stdexcept>
        #include <string>
        #include <vector>
        struct base { virtual ~base() {} virtual int f() { return 1; } };
        base *make() { return new base; }
        int caught(int n) { try { if (n > 3) throw std::runtime_error("x");
            std::vector<int> v(n); return (std::string("a") + std::to_string(v[0])).size(); }
            catch (std::exception &e) { return e.what()[0]; } }
    """,
    "f.f90": "subroutine s(a, n)\n integer n\n real a(n)\n a = a * 2\nend subroutine\n",
    "d.d": "extern(C) int twice(int a) { return a * 2; }",
    "s.S": ".globl asmf\nasmf: ret\n.section .note.GNU-stack\n",
    "r.rs": '#[no_mangle] pub extern "C" fn rr(a: i32) -> i32 { a * 2 }',
    "weird.S": '.globl "a b"\n.type "a b",@function\n"a b": ret\n.size "a b",1\n'
               ".section .note.GNU-stack\n",
}
Link = Callable[..., Path]


@pytest.fixture
def link(tmp_path: Path) -> Link:
    """Make a shared library of sources with options."""
    for name, text in SOURCES.items():
        (tmp_path / name).write_text(text)

    def make(name: str, *words: str, cc: str = "gcc") -> Path:
        where = tmp_path / name
        common = ["-g", "-O2", "-ftree-vectorize", "-fPIC", "-shared", "-Wl,-soname,liba.so.1"]
        subprocess.run([cc, *common, *words, "-o", where], cwd=tmp_path, check=True)
        return where

    return make


def test_read(link: Link) -> None:
    path = link("l", "a.c", f"-Wl,-z,{LEVEL.name},-rpath,/x:$ORIGIN/y", "-lm", "-Wl,--no-as-needed")
    (found,) = elf.read([path])
    assert (found.soname, found.kind, found.elf_class) == ("liba.so.1", "DYN", "ELF64")
    assert found.runpath == ("/x", "$ORIGIN/y")
    assert "libc.so.6" in found.needed
    assert found.marks == {LEVEL.name}
    assert not found.has_interp


def test_broken_files_are_named_and_odd_ones_are_not(link: Link, tmp_path: Path) -> None:
    whole = link("whole", "a.c")
    subprocess.run(["gcc", "-c", "a.c"], cwd=tmp_path, check=True)
    subprocess.run(["objcopy", "--only-keep-debug", "whole", "whole.debug"], cwd=tmp_path,
                   check=True)
    odd = [tmp_path / "a.o", tmp_path / "whole.debug"]
    assert [item.soname for item in elf.read([*odd, whole])] == ["", "", "liba.so.1"]
    for size in (4, 40, 600, 9000, whole.stat().st_size - 1):
        cut = tmp_path / f"cut{size}"
        cut.write_bytes(whole.read_bytes()[:size])
        with pytest.raises(VerificationError, match=f"cut{size}: not a whole ELF file"):
            elf.read([whole, cut])
        with pytest.raises(HwcapsError, match=f"cut{size}"):
            samecode.same(cut, cut)


def test_symbols(link: Link, tmp_path: Path) -> None:
    (tmp_path / "map").write_text("V1 { global: sum; local: *; }; V2 { global: pick; };")
    found = symbols(link("l", "a.c", "-Wl,--version-script=map"))
    assert found.exported["sum", "@@V1"].type == "FUNC"
    assert found.exported["pick", "@@V2"].type == "FUNC"
    assert "printf" in {wanted.name for wanted in found.undefined}
    assert ("a b", "") in symbols(link("w", "weird.S")).exported


@pytest.mark.parametrize("name", ["a.c", "cc.cc"])
@pytest.mark.parametrize("link_with", [
    (), ("-Wl,-z,noseparate-code",), ("-Wl,-z,relro,-z,now", "-fcf-protection"), ("-fuse-ld=gold",),
])
def test_same_code_in_another_file(link: Link, name: str, link_with: tuple[str, ...]) -> None:
    """Whatever the link adds and moves, the code is the same; and at the level it is not."""
    words = (name, *link_with)
    first = link("first", *words, cc="g++")
    others = [(), ("-Wl,-rpath,/a",), ("-Wl,-rpath,/" + "a" * 5000,), ("-Wl,--build-id=none",),
              ("-s",), ("-gz",)]
    if "-fuse-ld=gold" not in link_with:
        others.append((f"-Wl,-z,{LEVEL.name}",))
    for more in others:
        assert samecode.same(first, link("other", *words, *more, cc="g++")), more
    assert samecode.same(first, link("stripped", *words, "-s", cc="g++"))
    assert not samecode.same(first, link("other", *words, LEVEL.flag, cc="g++"))


def test_same_code_at_the_level(link: Link) -> None:
    """Code without loops over arrays has nothing to gain; the mark alone is no difference."""
    level = (LEVEL.flag, f"-Wl,-z,{LEVEL.name}")
    assert samecode.same(link("generic", "list.c"), link("level", "list.c", *level))


def test_same_code_from_another_path(link: Link, tmp_path: Path) -> None:
    built = []
    for place in ("p", "a/much/longer/place"):
        where = tmp_path / place
        where.mkdir(parents=True)
        shutil.copy(tmp_path / "cc.cc", where)
        link(f"{place}/l", f"{where}/cc.cc", f"-ffile-prefix-map={where}=.", cc="g++")
        built.append(where / "l")
    assert samecode.same(built[0], built[1])


def test_has_code(link: Link) -> None:
    assert samecode.has_code(link("code", "a.c", "-s"))
    assert not samecode.has_code(link("data", "data.c"))
    assert not samecode.has_code(link("stripped", "data.c", "-s"))
    hidden = ("list.c", "-fvisibility=hidden")
    assert samecode.has_code(link("hidden", *hidden))


@pytest.mark.parametrize(("compiler", "source", "total"), [
    ("gcc", "a.c", 1), ("g++", "cc.cc", 1), ("gfortran", "f.f90", 1), ("gdc", "d.d", 1),
    ("gcc", "s.S", 0),
])
def test_units_by_language(link: Link, compiler: str, source: str, total: int) -> None:
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")
    path = link("l", source, LEVEL.flag, cc=compiler)
    assert units(path, LEVEL.flag) == Units(total=total, at_level=total)
    baseline = frozenset({"-march=x86-64"} if total else ())
    assert units(link("g", source, cc=compiler), LEVEL.flag) == Units(total=total, others=baseline)


@pytest.mark.parametrize("debug", ["-gz", "-gdwarf-4", "-gdwarf-5"])
def test_units_by_debug_format(link: Link, debug: str) -> None:
    path = link("l", "a.c", debug, LEVEL.flag)
    assert units(path, LEVEL.flag) == Units(total=1, at_level=1)


def test_units_in_files_beside_are_unknown(link: Link) -> None:
    path = link("l", "a.c", "-gsplit-dwarf", LEVEL.flag)
    assert units(path, LEVEL.flag) == Units(total=1, unknown=1)


def test_units_through_lto(link: Link, tmp_path: Path) -> None:
    """What counts is how a unit was compiled, not how the optimiser was started at the link."""
    for name, flags in (("level.o", [LEVEL.flag]), ("plain.o", [])):
        compiling = ["gcc", "-g", "-O2", "-fPIC", "-flto", "-c", "a.c", *flags, "-o", name]
        subprocess.run(compiling, cwd=tmp_path, check=True)
    level = link("l", "-flto", "level.o", "data.c")
    assert units(level, LEVEL.flag).at_level == 1
    plain = link("p", "-flto", LEVEL.flag, "plain.o")
    assert units(plain, LEVEL.flag) == Units(total=1, others=frozenset({"-march=x86-64"}))


def test_units_of_rust_are_unknown(tmp_path: Path) -> None:
    if not shutil.which("rustc"):
        pytest.skip("no rustc")
    (tmp_path / "r.rs").write_text(SOURCES["r.rs"])
    subprocess.run(["rustc", "-g", "--crate-type=cdylib", "r.rs"], cwd=tmp_path, check=True)
    found = units(tmp_path / "libr.so", LEVEL.flag)
    assert found.total == found.unknown > 0


def test_units_of_a_stripped_library(link: Link) -> None:
    assert units(link("l", "a.c", "-s"), LEVEL.flag) == Units()


def test_units_after_dwz(link: Link, tmp_path: Path) -> None:
    if not shutil.which("dwz"):
        pytest.skip("no dwz")
    for name in ("l", "m"):
        link(name, "a.c", "data.c", "list.c", LEVEL.flag)
    subprocess.run(["dwz", "-m", "alt.debug", "l", "m"], cwd=tmp_path, check=True)
    assert units(tmp_path / "l", LEVEL.flag) == Units(total=3, at_level=3)


def test_leaks(link: Link, tmp_path: Path) -> None:
    (tmp_path / "clones.c").write_text(
        f'__attribute__((target_clones("arch={LEVEL.name}", "default")))'
        " void f(int *a, int n) { for (int i = 0; i < n; i++) a[i] *= 3; }"
    )
    baseline = leaks.scan(link("g", "a.c"), "amd64")
    assert baseline == leaks.Leaks()
    found = leaks.scan(link("v", "a.c", LEVEL.flag), "amd64")
    assert "sum" in dict(found.functions) and not found.dispatch
    assert leaks.judge("liba.so.1", found)
    assert leaks.scan(link("c", "clones.c"), "amd64").dispatch == "GNU_IFUNC f"


def test_dispatch(link: Link, tmp_path: Path) -> None:
    (tmp_path / "asks.c").write_text(
        '#include <cpuid.h>\nunsigned has(void) { unsigned a, b, c, d;'
        ' return __get_cpuid(7, &a, &b, &c, &d) ? b : 0; }'
    )
    (tmp_path / "supports.c").write_text(
        'int has(void) { __builtin_cpu_init(); return __builtin_cpu_supports("avx2"); }'
    )
    (tmp_path / "bytes.c").write_text(
        "unsigned like(unsigned x) { return x * 0x1234a20f + 0xa20f; }"
        ' __asm__(".text; .rept 2000; mov $0xa20f0fa2,%eax; .endr");'
        ' const unsigned char table[] = {15, 162, 15, 162};'
    )
    assert dispatch.sign(link("asks", "asks.c"), "amd64") == "cpuid in has"
    assert dispatch.sign(link("stripped", "asks.c", "-s"), "amd64") == "cpuid in has"
    hidden = "-fvisibility=hidden"
    assert dispatch.sign(link("hidden", "asks.c", "-s", hidden), "amd64") == "cpuid"
    # In which of libgcc's functions differs by release.
    assert dispatch.sign(link("supports", "supports.c"), "amd64").startswith("cpuid in ")
    assert dispatch.sign(link("bytes", "bytes.c"), "amd64") == ""
    assert dispatch.sign(link("bare", "bytes.c", "-s", hidden), "amd64") == ""


def test_abi_of_types(link: Link, tmp_path: Path) -> None:
    if not shutil.which("abidiff"):
        pytest.skip("no abidiff")
    (tmp_path / "e.cc").write_text("""
        struct alignas(ALIGNED) vec { float v[4]; };
        struct holder { int n; vec a; };
        float use(const holder &h) { return h.a.v[0] + h.n; }
    """)
    generic, wide, level = elf.read([
        link("g", "e.cc", "-DALIGNED=16", cc="g++"), link("w", "e.cc", "-DALIGNED=32", cc="g++"),
        link("v", "e.cc", "-DALIGNED=16", LEVEL.flag, cc="g++"),
    ])
    (finding,) = abi.check(generic, wide, LEVEL)
    assert "type size changed from" in finding.advice
    assert abi.check(generic, level, LEVEL) == ()
