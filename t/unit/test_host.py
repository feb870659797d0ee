# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the machine says, in the words of its own programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import host, run
from dhhwcaps.errors import CommandError
from dhhwcaps.host import Host
from fakes import Commands, level

AMD64 = Host(arch="amd64", triplet="x86_64-linux-gnu", gnu_type="x86_64-linux-gnu")
TO_S390X = Host(arch="s390x", triplet="s390x-linux-gnu", gnu_type="s390x-linux-gnu", cross=True)
ARCHITECTURE = """\
DEB_BUILD_ARCH=amd64
DEB_BUILD_GNU_TYPE=x86_64-linux-gnu
DEB_BUILD_MULTIARCH=x86_64-linux-gnu
DEB_HOST_ARCH={arch}
DEB_HOST_ARCH_ABI=base
DEB_HOST_GNU_TYPE={gnu_type}
DEB_HOST_MULTIARCH={triplet}
DEB_TARGET_ARCH={arch}
"""
HERE = ARCHITECTURE.format(
    arch="amd64", gnu_type="x86_64-linux-gnu", triplet="x86_64-linux-gnu"
)
READELF = "      [Requesting program interpreter: /lib64/ld-linux-x86-64.so.2]\n"
LOADER = "/lib64/ld-linux-x86-64.so.2"
SEARCH_PATH = """\
Usage: /lib64/ld-linux-x86-64.so.2 [OPTION]... EXECUTABLE-FILE [ARGS-FOR-PROGRAM...]
You have invoked 'ld.so', the program interpreter for dynamically-linked
ELF programs.

  --list                list all dependencies and how they are resolved
  --help                display this help and exit

Shared library search path:
  (libraries located via /etc/ld.so.cache)
  /lib/x86_64-linux-gnu (system search path)
  /usr/lib (system search path)

"""
HEADING = "Subdirectories of glibc-hwcaps directories, in priority order:\n"
LEGACY = """
Legacy HWCAP subdirectories under library search path directories:
  x86_64 (AT_PLATFORM; supported, searched)
  tls (supported, searched)
  avx512_1
  x86_64 (supported, searched)
"""
GLIBC_2_36 = f"""{SEARCH_PATH}{HEADING}\
  x86-64-v4
  x86-64-v3 (supported, searched)
  x86-64-v2 (supported, searched)
{LEGACY}"""
GLIBC_2_41 = f"""{SEARCH_PATH}{HEADING}\
  x86-64-v4 (supported, searched)
  x86-64-v3 (supported, searched)
  x86-64-v2 (supported, searched)
"""
MASKED = f"""{SEARCH_PATH}{HEADING}\
  mylevel (searched)
  x86-64-v4 (masked)
  x86-64-v3 (supported, masked)
  x86-64-v2 (supported, searched)
"""
S390X = f"""{SEARCH_PATH}{HEADING}\
  z16
  z15
  z14
  z13 (supported, searched)
"""
ARM64 = f"""{SEARCH_PATH}No subdirectories of glibc-hwcaps directories are searched.
{LEGACY}"""


@pytest.mark.parametrize(("text", "supported", "searched"), [
    (GLIBC_2_36, {"x86-64-v2", "x86-64-v3"}, {"x86-64-v2", "x86-64-v3", "x86-64-v4"}),
    (GLIBC_2_41, {"x86-64-v2", "x86-64-v3", "x86-64-v4"}, {"x86-64-v2", "x86-64-v3", "x86-64-v4"}),
    (MASKED, {"x86-64-v2"}, {"mylevel", "x86-64-v2", "x86-64-v3", "x86-64-v4"}),
    (S390X, {"z13"}, {"z13", "z14", "z15", "z16"}),
    (ARM64, set(), set()),
], ids=["2.36, legacy list", "2.41", "masked", "s390x", "arm64"])
def test_loader(
    commands: Commands, text: str, supported: set[str], searched: set[str]
) -> None:
    commands.say("readelf -l", READELF)
    commands.say(f"{LOADER} --help", text)
    assert host.supported() == supported
    assert host.searched() == searched


@pytest.mark.parametrize(("code", "text"), [(0, "static, no interpreter"), (1, READELF)])
def test_interpreter_unknown(commands: Commands, code: int, text: str) -> None:
    commands.say("readelf -l", text, code=code)
    assert host.supported() == frozenset()


def test_loader_fails(commands: Commands) -> None:
    commands.say("readelf -l", READELF)
    commands.say(LOADER, GLIBC_2_41, code=127)
    assert host.searched() == frozenset()


@pytest.mark.parametrize(("environ", "expected"), [
    ({}, {}),
    ({"DEB_BUILD_OPTIONS": "nocheck parallel=8"},
     {"parallel": 8, "build_options": frozenset({"nocheck", "parallel=8"})}),
    ({"DEB_BUILD_OPTIONS": "parallel=8 parallel=3"},
     {"parallel": 3, "build_options": frozenset({"parallel=8", "parallel=3"})}),
    ({"DEB_BUILD_OPTIONS": "parallel=0"}, {"build_options": frozenset({"parallel=0"})}),
    ({"DEB_BUILD_OPTIONS": "parallel=\u00b2"}, {"build_options": frozenset({"parallel=\u00b2"})}),
    ({"DEB_BUILD_OPTIONS": "parallel=many"}, {"build_options": frozenset({"parallel=many"})}),
], ids=["none", "jobs", "the last counts", "zero", "no decimal", "no number"])
def test_read(
    commands: Commands, environ: dict[str, str], expected: dict[str, object]
) -> None:
    commands.say("dpkg-architecture", HERE)
    assert host.read(environ) == Host(
        arch="amd64", triplet="x86_64-linux-gnu", gnu_type="x86_64-linux-gnu", **expected
    )


def test_read_variant_of_the_architecture(commands: Commands) -> None:
    commands.say("dpkg-architecture", HERE + "DEB_HOST_ARCH_VARIANT=amd64v3\n")
    assert host.read({}).variant == "amd64v3"


def test_read_cross(commands: Commands) -> None:
    commands.say("dpkg-architecture", ARCHITECTURE.format(
        arch="s390x", gnu_type="s390x-linux-gnu", triplet="s390x-linux-gnu"
    ))
    assert host.read({}) == TO_S390X


@pytest.mark.parametrize(("machine", "environ", "cc"), [
    (AMD64, {}, ["gcc"]),
    (TO_S390X, {}, ["s390x-linux-gnu-gcc"]),
    (TO_S390X, {"CC": "clang --target=s390x"}, ["clang", "--target=s390x"]),
    (AMD64, {"CC": ""}, ["gcc"]),
    (AMD64, {"CC": "ccache gcc-14"}, ["ccache", "gcc-14"]),
])
def test_compiler(machine: Host, environ: dict[str, str], cc: list[str]) -> None:
    assert host.compiler(machine, environ) == cc


GCC_AMD64 = """\
The following options are target specific:
  -m128bit-long-double        \t\t[enabled]
  -march=                     \t\tx86-64
  -mtune-ctrl=                \t\t
  -mtune=                     \t\tgeneric

  Known valid arguments for -march= option:
    i386 i486 x86-64 x86-64-v2 x86-64-v3 x86-64-v4
"""
GCC_S390X = "  -march=                     \t\tz196\n  -mwarn-framesize=           \t\t0\n"
GCC_PPC64EL = "  -mcpu=                      \t\tpower8\n  -mtune=                     \t\t\n"


@pytest.mark.parametrize(("text", "option", "value"), [
    (GCC_AMD64, "march", "x86-64"), (GCC_S390X, "march", "z196"), (GCC_PPC64EL, "mcpu", "power8"),
    (GCC_AMD64, "mcpu", ""), ("", "march", ""),
])
def test_compiler_default(commands: Commands, text: str, option: str, value: str) -> None:
    commands.say("ccache gcc '-###'")
    commands.say("ccache gcc -Q --help=target", text)
    assert host.compiler_default(["ccache", "gcc"], option) == value


@pytest.mark.parametrize("said", [
    "COLLECT_GCC_OPTIONS='-E' '-march=z196'\n /cc1 -E -quiet /dev/null '-march=z196' -dumpdir a-\n",
    ' /cc1 -E -quiet /dev/null "-march=z196" "-mtune=z15"\n',
    " /cc1 -E -quiet -march=z196\n",
])
def test_compiler_default_is_what_the_driver_passes_on(commands: Commands, said: str) -> None:
    # With this name for it in the specs nothing would be raised.
    commands.say("gcc -Q --help=target", "  -march=                     \t\tarch9\n")
    commands.say("gcc '-###'", err=said)
    assert host.compiler_default(["gcc"], "march") == "z196"


def test_compiler_without_default(commands: Commands) -> None:
    commands.say("gcc", err="COLLECT_GCC_OPTIONS='-E'\n")
    commands.say("gcc -Q --help=target", "  -mcpu=                      \t\t[default]\n")
    assert host.compiler_default(["gcc"], "mcpu") == ""


def test_compiler_does_not_tell(commands: Commands) -> None:
    commands.say("clang", GCC_AMD64, "clang: error: unknown argument: '-Q'", code=1)
    assert host.compiler_default(["clang"], "march") == ""


def test_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*argv: str) -> None:
        raise CommandError(f"{argv[0]}: command not found")

    monkeypatch.setattr(run, "attempt", missing)
    assert host.compiler_default(["gcc"], "march") == ""
    assert host.supported() == frozenset()


@pytest.mark.parametrize(("code", "known"), [(0, True), (1, False)])
def test_compiler_knows_a_level(commands: Commands, code: int, known: bool) -> None:
    commands.say("gcc", code=code)
    assert host.knows(["gcc"], level("power9")) is known
    assert commands.ran == ["gcc -mcpu=power9 -mno-htm -E -x c /dev/null"]


@pytest.mark.parametrize(("variant", "default", "names"), [
    ("", "x86-64", set()),
    ("", "", set()),
    ("", "x86-64-v2", {"x86-64-v2"}),
    ("amd64v3", "x86-64", {"x86-64-v2", "x86-64-v3"}),
    ("amd64v3", "x86-64-v4", {"x86-64-v2", "x86-64-v3", "x86-64-v4"}),
    ("", "power9", {"power9"}),
    ("", "z196", set()),
    ("", "z15", {"z13", "z14", "z15"}),
])
def test_baseline(variant: str, default: str, names: set[str]) -> None:
    machine = Host(arch="amd64", triplet="", gnu_type="", variant=variant)
    assert host.baseline(machine, default) == names


def test_tools() -> None:
    assert AMD64.tool("readelf") == "readelf"
    assert TO_S390X.tool("readelf") == "s390x-linux-gnu-readelf"


def test_selected(commands: Commands) -> None:
    commands.say("dh_listpackages", "libfoo1\nlibfoo1-generic\n")
    assert host.selected(("--arch", "-Nx")) == {"libfoo1", "libfoo1-generic"}
    assert commands.ran == ["dh_listpackages --arch -Nx"]


def test_nothing_selected(commands: Commands) -> None:
    commands.say("dh_listpackages", "")
    assert host.selected(()) == frozenset()


def test_compat(commands: Commands) -> None:
    commands.say("dh_assistant active-compat-level",
                 '{"active-compat-level":13,"declared-compat-level":13}')
    assert host.compat() == 13


@pytest.mark.parametrize(("plain", "raised", "code", "reads"), [
    ("#define __SSE2__ 1\n", "#define __SSE2__ 1\n#define __AVX2__ 1\n", 0, True),
    ("#define __SSE2__ 1\n", "#define __SSE2__ 1\n", 0, False),
    ("#define __SSE2__ 1\n", "", 1, False),
], ids=["gcc", "clang ignores it", "refused"])
def test_reads_specs(
    commands: Commands, plain: str, raised: str, code: int, reads: bool
) -> None:
    question = "cc -fPIC -dM -E -x c /dev/null"
    commands.say(f"{question} -specs=a/specs", raised, code=code)
    commands.say(question, plain)
    assert host.reads_specs(["cc"], Path("a/specs")) is reads


@pytest.mark.parametrize(("machine", "compiler"), [
    (AMD64, "gcc"), (TO_S390X, "s390x-linux-gnu-gcc"),
])
def test_identity_of_the_hosts_libraries(
    commands: Commands, machine: Host, compiler: str, tmp_path: Path
) -> None:
    path = tmp_path / "lib/libc.so.6"
    path.parent.mkdir()
    path.write_bytes(b"\x7fELF\x02\x02" + bytes(10) + b"\x00\x03\x00\x16")
    commands.say(f"{compiler} -print-file-name=libc.so.6", f"{path}\n")
    assert host.identity(machine) == b"\x02\x02\x00\x16"
    commands.say(f"{compiler} -print-file-name=libc.so.6", "libc.so.6\n")
    assert host.identity(machine) == b""  # GCC prints what it does not find as it is.
