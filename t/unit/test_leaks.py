# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Code above the baseline in a generic library, from lines of objdump."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import dispatch, isa, leaks, run
from dhhwcaps.elf import SharedObject
from dhhwcaps.host import Host
from dhhwcaps.leaks import Leaks

ABOVE = """\
vmovaps %xmm0,%xmm1|vzeroupper|vfmadd213ps %zmm1,%zmm2,%zmm3|kmovw %k1,%eax|lock cmpxchg16b (%rdi)
movaps %xmm16,%xmm1|pext %rsi,%rdi,%rax|andn %eax,%ecx,%edx|blsr %eax,%eax|popcnt %edi,%eax
crc32b %sil,%eax|pshufb %xmm6,%xmm7|haddps %xmm0,%xmm0|roundsd $0x9,%xmm0,%xmm0|pmaxsd %xmm0,%xmm1
pextrd $0x1,%xmm0,%eax|movbe (%rdi),%eax|aesenc %xmm0,%xmm1|sha256rnds2 %xmm0,%xmm1,%xmm2
pmovzxbw %xmm0,%xmm1|lzcnt %edi,%eax|shlx %rdi,%rsi,%rax|{vex} vpdpbusd %ymm1,%ymm2,%ymm3
ptest %xmm0,%xmm0|pcmpistri $0x1a,(%rdi),%xmm0|adcx %rax,%rbx|phminposuw %xmm0,%xmm1
"""
BASELINE = """\
movaps %xmm15,%xmm1|addps %xmm0,%xmm1|tzcnt %edi,%eax|rep bsf %edi,%eax|andnps %xmm0,%xmm1
pextrw $0x1,%xmm0,%eax|pinsrw $0x1,%eax,%xmm0|pmaxub %xmm0,%xmm1|pmaxsw %xmm0,%xmm1|verr %ax
pminub %xmm0,%xmm1|lock cmpxchg %rdx,(%rdi)|shl $0x3,%rax|sar %rdi|call 1040 <vadd_avx@plt>
pcmpeqd %xmm0,%xmm1|pcmpgtd %xmm0,%xmm1|bsr %edi,%eax|movmskps %xmm0,%eax|adc %rax,%rbx
vmcall|nopw 0x0(%rax,%rax,1)|lea 0x2fc1(%rip),%rdi        # 4008 <popcnt>|pmuludq %xmm0,%xmm1
cvttsd2si %xmm0,%eax|psadbw %xmm0,%xmm1|pmullw %xmm0,%xmm1|sfence|movnti %eax,(%rdi)
"""


def instructions(text: str) -> list[str]:
    return [f"    102c:\t{words}" for line in text.splitlines() for words in line.split("|")]


@pytest.mark.parametrize("line", instructions(ABOVE))
def test_above_the_baseline(line: str) -> None:
    assert isa.BEYOND_BASELINE["amd64"].match(line)


@pytest.mark.parametrize("line", instructions(BASELINE))
def test_baseline(line: str) -> None:
    assert not isa.BEYOND_BASELINE["amd64"].match(line)


def listing(**functions: list[str]) -> list[str]:
    lines = ["", "lib.so:     file format elf64-x86-64", "Disassembly of section .text:"]
    for name, body in functions.items():
        lines += ["", f"0000000000001130 <{name}>:", *(f"    1130:\t{words}" for words in body)]
    return lines


def test_functions_are_named() -> None:
    found = leaks.parse(listing(
        few=["vaddps %ymm0,%ymm1,%ymm2        # 4008 <x>"], none=["ret"], many=["vzeroupper"] * 4,
        c=["vzeroupper"], d=["vzeroupper"],
    ), "amd64")
    assert found == Leaks(
        functions=(("many", 4), ("few", 1), ("c", 1), ("d", 1)), example="vaddps %ymm0,%ymm1,%ymm2"
    )
    (finding,) = leaks.judge("libfoo.so.2", found)
    assert finding.severity == "warning"
    assert finding.message == (
        "libfoo.so.2: the generic library has 7 instructions above the baseline"
        " (vaddps %ymm0,%ymm1,%ymm2) in many, few, c and 1 more"
    )


def test_nothing_found() -> None:
    assert leaks.judge("libfoo.so.2", leaks.parse(listing(f=["ret"]), "amd64")) == ()


def test_check_asks_the_hosts_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def lines(*argv: str | Path) -> list[str]:
        asked.append(argv[0])
        return listing(fast=["vzeroupper"])

    monkeypatch.setattr(run, "lines", lines)
    monkeypatch.setattr(dispatch, "sign", lambda path, arch, *tools: asked.extend(tools) or "")
    host = Host(arch="amd64", triplet="x", gnu_type="gnu-type", cross=True)
    library = SharedObject(path=Path("lib.so"), soname="libfoo.so.2")
    assert [finding.library for finding in leaks.check(library, host)] == ["libfoo.so.2"]
    assert asked == ["gnu-type-objdump", "gnu-type-readelf", "gnu-type-objdump"]


def test_dispatch_excuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "sign", lambda *_argv: "cpuid in init")
    found = leaks.scan(Path("lib.so"), "amd64")
    assert found == Leaks(dispatch="cpuid in init")
    assert leaks.judge("libfoo.so.2", found) == ()


def test_no_table_for_the_architecture() -> None:
    assert leaks.scan(Path("lib.so"), "riscv64") == Leaks()
