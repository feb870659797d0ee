# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The hwcaps command on systems that are really there: this one, and generated ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import generated
import pytest
import support
from generated import Generated

pytestmark = pytest.mark.build

COMMAND = shutil.which("hwcaps") if support.INSTALLED else support.TOP / "hwcaps"
MANY = 200
SECONDS = 1.0
"""Of CPU time beyond Python's start, for `MANY` families."""
PROGRAMS = ("bash", "dpkg", "gcc", "git", "objdump", "perl", "python3", "tar")
V3, V4 = "x86-64-v3", "x86-64-v4"


@pytest.fixture(autouse=True)
def _amd64() -> None:
    if support.architecture() != "amd64":
        pytest.skip("the families have levels of amd64")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """Make a system with many families, which no test changes."""
    return generated.make(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture
def few(tmp_path: Path) -> Generated:
    """Make a system with three families."""
    return generated.make(tmp_path, 3)


def hwcaps(*words: str | Path, code: int = 0, **env: str) -> str:
    """Run the command and return its output."""
    clean = {name: v for name, v in os.environ.items() if not name.startswith(("LD_", "GLIBC_"))}
    said = subprocess.run([COMMAND, *words], capture_output=True, text=True, check=False,
                          env=clean | {"LC_ALL": "C.UTF-8"} | env)
    assert "Traceback" not in said.stderr
    assert said.returncode == code, said.stdout + said.stderr
    return said.stdout


def status(system: Generated, code: int = 0, cpu: str = V3) -> dict[str, tuple[list[str], str]]:
    """Return for each family the levels in use and the remarks."""
    said = json.loads(hwcaps("--json", "--root", system.root, "--cpu", cpu, code=code))
    return {row["family"]: (row["in_use"], "\n".join(note["text"] for note in row["notes"]))
            for row in said["families"]}


def listed(program: Path, *options: str | Path) -> dict[str, str]:
    """Return what the loader itself says."""
    argv = [support.interpreter(), *options, "--list", program]
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"^\t(\S+) => (/.+) \(0x", said, re.MULTILINE)
    return {name: os.path.realpath(path) for name, path in rows}


def told(*words: str | Path, **env: str) -> dict[str, str]:
    rows = json.loads(hwcaps("which", "--json", *words, **env))["libraries"]
    return {row["library"]: os.path.realpath(row["path"]) for row in rows}


@pytest.mark.parametrize("name", PROGRAMS)
def test_which_says_what_the_loader_does(name: str) -> None:
    path = shutil.which(name, path=support.SYSTEM_PATH)
    if not path:
        pytest.skip(f"{name} is not installed")
    assert told(path) == listed(Path(path))


@pytest.mark.parametrize("mask", ["", "-AVX512F", "-AVX2", "-SSE4_2"])
def test_which_obeys_masks_as_the_loader_does(
    few: Generated, monkeypatch: pytest.MonkeyPatch, mask: str
) -> None:
    env = {"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={mask}"} if mask else {}
    for key, value in env.items():
        monkeypatch.setenv(key, value)
    prog = few.root / "usr/bin/prog"
    found = told(prog, LD_LIBRARY_PATH=str(few.libraries), **env)
    assert found == listed(prog, "--library-path", few.libraries)
    assert len(found) == 4  # and libc


def test_what_a_command_opens_at_run_time(few: Generated) -> None:
    script = "import ctypes; ctypes.CDLL('libgen0001.so.1')"
    rows = told("--", "/usr/bin/python3", "-c", script, LD_LIBRARY_PATH=str(few.libraries))
    best = ["", *support.supported()][-1]
    directory = few.libraries / (f"glibc-hwcaps/{best}" if best else "")
    assert rows["libgen0001.so.1"] == str(directory / "libgen0001.so.1")


def test_running_process(few: Generated) -> None:
    process = subprocess.Popen(["/usr/bin/python3", "-c", "input()"], stdin=subprocess.PIPE)
    try:
        time.sleep(1)
        assert "libc.so.6" in hwcaps("which", str(process.pid))
    finally:
        process.kill()
        process.communicate()


def test_status_of_a_sound_system(few: Generated) -> None:
    idle = "takes 102.4 kB that this CPU cannot use"
    assert status(few) == {name: ([V3], f"{name}-avx512 {idle}") for name in few.names}
    assert status(few, cpu=V4) == {name: ([V4], "") for name in few.names}


def test_status_and_verify_of_an_unsound_system(few: Generated) -> None:
    database = few.root / "var/lib/dpkg/status"
    support.edit(database, f"Package: libgen0000-avx2\nStatus: install ok installed\n"
                           f"Version: {generated.VERSION}",
                 "Package: libgen0000-avx2\nStatus: install ok installed\nVersion: 0.9-1")
    (few.libraries / "glibc-hwcaps" / V4 / "libgen0001.so.1").unlink()
    damaged = few.libraries / "glibc-hwcaps" / V4 / "libgen0002.so.1"
    damaged.write_bytes(damaged.read_bytes()[:200])
    found = status(few, code=1, cpu=V4)
    assert "libgen0000-avx2 has version 0.9-1" in found["libgen0000"][1]
    assert found["libgen0001"][0] == [V3]
    assert "is gone: apt reinstall libgen0001-avx512" in found["libgen0001"][1]
    said = hwcaps("verify", "--root", few.root, "libgen0002", code=1)
    assert "libgen0002.so.1: not a whole ELF file" in said


def test_stale_cache(few: Generated) -> None:
    shutil.move(few.libraries / "glibc-hwcaps", few.root / "away")
    few.ldconfig()
    shutil.move(few.root / "away", few.libraries / "glibc-hwcaps")
    levels, remark = status(few, code=1)["libgen0000"]
    assert (levels, remark.split("\n")[0]) == (
        ["generic"], f"ld.so.cache lacks {V3}, {V4}: run ldconfig")


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_broken_cache(few: Generated, content: bytes) -> None:
    (few.root / "etc/ld.so.cache").write_bytes(content)
    said = hwcaps("--root", few.root, "--cpu", V3, code=1)
    assert "/etc/ld.so.cache cannot be read" in said
    assert f"in use: {V3}" in said  # The loader then looks into the directories.


def test_cache_of_another_byte_order(few: Generated) -> None:
    cache = few.root / "etc/ld.so.cache"
    content = bytearray(cache.read_bytes())
    content[28] ^= 1  # glibc: sysdeps/generic/dl-cache.h, cache_file_new_flags_endian
    cache.write_bytes(content)
    said = hwcaps("--root", few.root, "--cpu", V3)
    assert "/etc/ld.so.cache is in another machine's byte order" in said
    assert f"in use: {V3}" in said
    assert "not loaded" in hwcaps("verify", "--root", few.root, "--cpu", V3)


def test_marks_are_verified(few: Generated) -> None:
    copy = few.libraries / "glibc-hwcaps" / V3 / "libgen0000.so.1"
    plain = few.libraries / "libgen0000.so.1"
    content = copy.read_bytes()
    copy.write_bytes(plain.read_bytes())
    plain.write_bytes(content)
    said = hwcaps("verify", "--root", few.root, "libgen0000", code=1)
    assert f"{V3}/libgen0000.so.1 is not marked as {V3}" in said
    assert f"/libgen0000.so.1 is generic and needs {V3}" in said


@pytest.mark.parametrize("words", [("status",), ("which", "/usr/bin/prog")])
def test_many_families_take_no_time(many: Generated, words: tuple[str, ...]) -> None:
    if words[0] == "which":
        shutil.copy(os.path.realpath("/lib64/ld-linux-x86-64.so.2"), many.libraries)
        shutil.copy(f"/lib/{support.triplet()}/libc.so.6", many.libraries)
    before = os.times()
    said = hwcaps(*words, "--root", many.root, "--cpu", V3)
    after = os.times()
    seconds = sum(after[2:4]) - sum(before[2:4])
    print(f"{words}: {seconds:.2f} s")
    assert said.count(V3) >= MANY
    assert seconds < SECONDS


def test_bench_tells_levels_apart(few: Generated) -> None:
    if not support.supported():
        pytest.skip("this machine has no level")
    prog = few.root / "usr/bin/prog"
    said = json.loads(hwcaps("bench", "--json", "-n", "2", "--", prog,
                             LD_LIBRARY_PATH=str(few.libraries)))
    levels = [row["level"] for row in said["rows"]]
    assert levels[0] == "generic"
    assert set(support.supported()) <= set(levels)
    assert {len(row["times"]) for row in said["rows"]} == {2}


def test_program_for_another_machine_is_told_so(few: Generated) -> None:
    other = few.root / "usr/bin/other"
    content = bytearray((few.root / "usr/bin/prog").read_bytes())
    content[18:20] = b"\xb7\x00"  # AArch64
    other.write_bytes(content)
    said = subprocess.run([COMMAND, "which", other], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "--cpu LEVEL" in said.stderr or "no C library" in said.stderr
