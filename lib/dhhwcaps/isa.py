# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of CPU baselines ("levels") that glibc's loader knows; every ISA word lives here.

A level is a subdirectory of `glibc-hwcaps/` (glibc: sysdeps/*/dl-hwcaps-subdirs.c).  glibc defines
none for other architectures than the three below, so there a family has only its generic package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One row: a CPU baseline above the architecture's own."""

    name: str
    """The glibc-hwcaps subdirectory, which is also the psABI's or vendor's name."""
    arch: str
    """Debian architecture (DEB_HOST_ARCH)."""
    short: str
    """Name of the level's working directory; unix sockets in a build allow paths of 107 bytes."""
    suffixes: tuple[str, ...]
    """Package name suffixes, the preferred one first."""
    extends: str | None
    """The next lower level, None above the architecture's baseline."""
    option: str
    """The compiler option that selects it, as in `-march=`."""
    extra: str
    """Options that cut the compiler's idea of the level down to what glibc checks for."""
    mark: bool
    """Whether `ld -z NAME` writes a note that the loader checks ("x86 ISA needed")."""
    glibc: str
    """First glibc that searches the subdirectory."""
    gcc: int
    """First GCC that knows the option's value."""
    support: str | None
    """Package of src:isa-support whose installation fails on lesser CPUs."""
    rust: str
    """rustc's target-cpu."""
    go: tuple[str, str] | None
    """Go's environment variable and its value."""
    tunable: str | None = None
    """The feature that `GLIBC_TUNABLES=glibc.cpu.hwcaps=-FEATURE` takes away, and the level and
    all above it with it (glibc: manual/tunables.texi, sysdeps/x86/cpu-tunables.c)."""
    worthwhile: bool = False
    """Whether `dh_hwcaps convert` proposes it unless told otherwise; see PROPOSED."""

    @property
    def suffix(self) -> str:
        """The preferred package suffix."""
        return self.suffixes[0]

    @property
    def flag(self) -> str:
        """The one compiler flag by which a compile unit is seen to be at this level."""
        return f"-{self.option}={self.name}"

    @property
    def compiler_flags(self) -> tuple[str, ...]:
        """All flags that make GCC's C, C++, Objective-C, Fortran and D compile for this level."""
        return (self.flag, *self.extra.split())

    @property
    def linker_flag(self) -> str | None:
        """The flag for the compiler driver that marks a shared library, where marks exist."""
        return f"-Wl,-z,{self.name}" if self.mark else None


def _x86(n: int, suffix: str, extends: str | None, support: str | None, feature: str) -> Level:
    # psABI x86-64, "micro-architecture levels"; glibc 2.33 f267e1c9dd; GCC 11 release notes.
    name = f"x86-64-v{n}"
    return Level(
        name=name, arch="amd64", short=f"v{n}", suffixes=(suffix, name, f"amd64v{n}"),
        extends=extends, option="march", extra="", mark=True, glibc="2.33", gcc=11,
        support=support, rust=name, go=("GOAMD64", f"v{n}"), tunable=feature, worthwhile=n > 2,
    )


def _power(n: int, extends: str | None, gcc: int) -> Level:
    # glibc 2.33 4c38c1a229 checks ARCH_3_00/ARCH_3_1 and IEEE128/MMA, never HTM, which GCC's
    # power9 turns on (__HTM__): hence -mno-htm.
    name = f"power{n}"
    return Level(
        name=name, arch="ppc64el", short=f"p{n}", suffixes=(name,), extends=extends, option="mcpu",
        extra="-mno-htm", mark=False, glibc="2.33", gcc=gcc, support=None, rust=f"pwr{n}",
        go=("GOPPC64", name),
    )


def _z(n: int, extends: str | None, glibc: str, gcc: int) -> Level:
    # glibc 2.33 fdf8fbca45, z16: 2.36 2376944b9e, z17: 2.42 4f6dae2195; transactional execution
    # is never checked, and GCC's -march=zN turns it on: hence -mno-htm.
    name = f"z{n}"
    return Level(
        name=name, arch="s390x", short=name, suffixes=(name,), extends=extends, option="march",
        extra="-mno-htm", mark=False, glibc=glibc, gcc=gcc, support=None, rust=name, go=None,
    )


LEVELS = (
    _x86(2, "sse4.2", None, "x86-64-v2-support", "SSE4_2"),
    _x86(3, "avx2", "x86-64-v2", "x86-64-v3-support", "AVX2"),
    _x86(4, "avx512", "x86-64-v3", None, "AVX512F"),
    _power(9, None, 8),
    _power(10, "power9", 10),
    _z(13, None, "2.33", 7),
    _z(14, "z13", "2.33", 8),
    _z(15, "z14", "2.33", 9),
    _z(16, "z15", "2.36", 12),
    _z(17, "z16", "2.42", 15),
)
"""Lower levels first within an architecture; the order that counts is `extends`."""

PROPOSED = tuple(level.suffix for level in LEVELS if level.worthwhile)
"""Suffixes that `dh_hwcaps convert` writes unless told otherwise.

Each package costs time on the architecture's buildds and space in the archive, so a level is
proposed where it was measured to gain: v3 and v4 by FMA and wider vectors, 1.2 to 1.6 times as fast
in libraries that compute.  v2 hardly differs from amd64's baseline in compiled code; of ppc64el and
s390x nothing is measured yet.
"""

SUBDIRECTORY = "glibc-hwcaps"
"""Below each library directory the loader looks here first (glibc: elf/dl-load.c, open_path)."""

# amd64's baseline goes up to SSE2.  tzcnt is left out: GCC writes it for any CPU as "rep bsf".
_X86_BEYOND = r"""
    v(?!err|erw|m(?:call|clear|func|gexit|launch|load|mcall|ptr|read|resume|run|save|write|xo))[a-z]
    | addsubp[sd] | hsubp[sd] | haddp[sd] | lddqu | mov(?:ddup|s[hl]dup) | fisttp
    | pabs[bdw] | palignr | ph(?:add|sub)(?:s?w|d) | pmaddubsw | pmulhrsw | pshufb | psign[bdw]
    | blendv?p[sd] | dpp[sd] | extractps | insertps | movntdqa | mpsadbw | packusdw | pblend(?:vb|w)
    | pcmp(?:eqq|gtq|[ei]str[im]) | pextr[bdq] | pinsr[bdq] | phminposuw | pmulld | pmuldq | ptest
    | pm(?:ax|in)(?:s[bd]|u[dw]) | pmov[sz]x[bdw]{2} | pmov[sz]x(?:wq|dq|bq) | round[ps][sd]
    | crc32 | popcnt | lzcnt | movbe | cmpxchg16b | aes(?:enc|dec|imc|key) | pclmul | sha(?:1|256)
    | gf2p8 | andn[lq]?\b | bextr | bls(?:i|msk|r)[lq]?\b | bzhi | mulx | pdep | pext[lq]?\b | rorx
    | s(?:ar|hl|hr)x | ad[co]x
"""

BEYOND_BASELINE = {
    "amd64": re.compile(
        r"""\ +[0-9a-f]+:\t (?:(?:lock|repn?z?|bnd|notrack|\{\w+\})\ )*
        (?:""" + _X86_BEYOND + r""" | .*%(?:[yz]mm|k[0-7]|xmm(?:1[6-9]|[23]\d)))""",
        re.VERBOSE,
    ),
}
"""By architecture: what the beginning of a line of `objdump -d --no-show-raw-insn` matches when the
instruction is not in the baseline (Intel SDM volume 2; psABI x86-64 for the baseline)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How code asks at run time what the CPU can do."""

    instruction: str
    """As objdump writes it."""
    code: bytes
    """The instruction's bytes; instructions begin at any address."""
    filler: bytes
    """An instruction of one byte that does nothing."""
    machine: str
    """objdump's `-m` for bare code."""
    calls: tuple[str, ...]
    """Functions of glibc's that answer the question as well."""


ASKS_THE_CPU = {
    "amd64": Question(
        instruction="cpuid", code=b"\x0f\xa2", filler=b"\x90", machine="i386:x86-64",
        calls=("__get_cpu_features", "__x86_get_cpuid_feature_leaf"),
    ),
}
"""By architecture (Intel SDM volume 2; glibc: sys/platform/x86.h).  __builtin_cpu_supports brings
the instruction with it.  Elsewhere the question is mostly a call of getauxval, which many libraries
ask for other things: only IFUNC symbols tell there."""

LOOKS_LIKE_LEVEL = re.compile(
    r"(avx|sse|x86-64-v|x86_64|amd64v|power|pwr|z|fma|haswell)[0-9._-]*f?"
)
"""Package suffixes that were surely meant to be a level."""


NATIVE = {
    **dict.fromkeys(("amd64", "arm64", "armel", "armhf", "i386", "loong64", "s390x"),
                    "-march=native"),
    **dict.fromkeys(("powerpc", "ppc64", "ppc64el"), "-mcpu=native"),
}
"""By architecture: GCC's option for the CPU that it runs on (GCC manual, "Machine Options")."""


def native(arch: str) -> str:
    """Return the option that makes GCC compile for the CPU that it runs on; "" without one."""
    return NATIVE.get(arch, "")


def for_arch(arch: str) -> tuple[Level, ...]:
    """Return the levels of a Debian architecture, lowest first; none where glibc has none."""
    return tuple(level for level in LEVELS if level.arch == arch)


def named(name: str) -> Level | None:
    """Return the level of that name or package suffix, on whatever architecture."""
    return next((lv for lv in LEVELS if name == lv.name or name in lv.suffixes), None)


def split(package: str) -> tuple[str, Level | None]:
    """Return what a package name is without its level suffix, and the level; or it and None."""
    for level in LEVELS:
        for suffix in level.suffixes:
            if package.endswith(f"-{suffix}"):
                return package.removesuffix(f"-{suffix}"), level
    return package, None


def upto(level: Level) -> tuple[str, ...]:
    """Return the names of a level and of all that it extends, highest first."""
    below = named(level.extends) if level.extends else None
    return (level.name, *(upto(below) if below else ()))


def marks(notes: str) -> frozenset[str]:
    """Return the levels that a file's notes ask for; `notes` is what `readelf -n -W` printed.

    Only GNU_PROPERTY_X86_ISA_1_NEEDED counts, which the loader obeys (psABI x86-64, "Program
    Property"); "x86 ISA used" is information.  The baseline's own mark is no level.
    """
    found = re.findall(r"x86 ISA needed: ([^:,\n]+(?:, [^:,\n]+)*)(?=,|\n|$)", notes)
    words = frozenset(word for listing in found for word in listing.split(", "))
    return frozenset(level.name for level in LEVELS if level.mark and level.name in words)


def gcc_specs(level: Level, default: str) -> str:
    """Return a GCC spec file that adds the level's flags to what goes into shared libraries.

    Only `-fPIC`/`-fpic` compilations are raised, and only where the source has not chosen a CPU
    itself; DEFAULT is what the compiler passes by itself.  Only `-shared` links are marked.  So
    programs that the build runs (configure tests, generators) work on a builder without the level.
    (GCC manual, "Spec Files"; dpkg's own pie-compile.specs is the model.)
    """
    flags = " ".join(level.compiler_flags)
    option = level.option
    compiling = f"%{{fPIC|fpic:%{{!{option}=*:{flags}}}%{{{option}={default}:{flags}}}}}"
    linking = f" %{{shared:{level.linker_flag}}}" if level.linker_flag else ""
    return f"*self_spec:\n+ {compiling}{linking}\n\n"
