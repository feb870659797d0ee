# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, names that users give, bad input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps import elf, host
from dhhwcaps.admin import bench, command, cpu, screen, target, timing
from dhhwcaps.admin.bench import Result, by_tunables
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.health import Note
from dhhwcaps.admin.status import Line, Status
from dhhwcaps.admin.target import Target
from dhhwcaps.admin.which import Answer, Row
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import HwcapsError, UsageError
from dhhwcaps.text import inert
from fakes import Commands
from systems import BEST, CPU, V2, V3, V4, put


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(host, "searched", lambda: frozenset({V2, V3, V4}))
    monkeypatch.setattr(host, "supported", lambda env=None: frozenset(
        {V2} if env and (env.get("GLIBC_TUNABLES") or "").endswith("-AVX2") else {V2, V3}))
    monkeypatch.setattr(command.boundary.signal, "signal", lambda *_words: None)
    yield


@pytest.mark.parametrize(("words", "said", "code"), [
    (["nonsense"], "invalid choice: 'nonsense'", 2),
    (["which"], "which wants a PROGRAM", 2),
    (["which", "--"], "-- and no command", 2),
    (["which", "prog", "--", "prog"], "which wants a PROGRAM", 2),
    (["bench", "prog"], "unrecognized arguments: prog", 2),
    (["bench"], "bench wants a command", 2),
    (["bench", "-n", "1", "--", "true"], "two runs or more", 2),
    (["bench", "--plot", "x.doc", "--", "true"], "a name that ends in .svg", 2),
    (["--root", "/nonexistent"], "'/nonexistent' is no directory", 1),
    (["--root", ".", "which", "--", "true"], "only looked at, not run", 2),
    (["--root", "."], "there is no dpkg database", 1),
    (["--root", ".", "verify", "x"], "there is no dpkg database", 1),
    (["which", "./a\x1b[31m\nb"], r"a\x1b[31m\nb': there is no such file", 1),
    (["which", "no-such-program"], "there is no such program in PATH", 1),
    (["which", "./udc80\udc80"], r"\udc80", 1),
    (["verify", "--", "x"], "verify runs no command", 2),
])
def test_bad_input_is_one_line_and_a_code(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str, code: int
) -> None:
    assert command.main(["hwcaps", *words]) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.startswith("hwcaps: error: ")
    assert len(err.splitlines()) <= 2
    assert "\x1b" not in err


@pytest.mark.parametrize(("content", "said"), [
    (b"", "neither a program nor a library"),
    (b"#!\n", "'/loop' is a script whose first line names no interpreter"),
    (b"#!relative\n", "'/loop' is a script whose first line names no interpreter"),
    (b"#!/loop\n", "too many scripts"),
    (b"#!/gone\n", "'/loop' is a script, its interpreter '/gone': there is no such file"),
    (b"#!/usr/bin/env gone\n", "'/loop' is a script, its interpreter 'gone': there is no such pro"),
])
def test_files_that_are_no_program(tmp_path: Path, content: bytes, said: str) -> None:
    put(tmp_path, "/loop", content=content)
    with pytest.raises(HwcapsError, match=said):
        target.read("/loop", Disk(root=tmp_path))


def test_unknown_type_of_elf_file(tmp_path: Path, commands: Commands) -> None:
    put(tmp_path, "/x")
    commands.say("readelf", out="  Type:                              <unknown>: 300\n")
    with pytest.raises(HwcapsError, match="but ELF of type <unknown>"):
        target.read("/x", Disk(root=tmp_path))


def test_loader_that_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "searched", lambda: frozenset())
    monkeypatch.setattr(host, "loader", lambda: "")
    with pytest.raises(HwcapsError, match="readelf does not find it"):
        cpu.read("amd64")


def test_links_stay_below_the_root(tmp_path: Path) -> None:
    put(tmp_path, "/usr/lib/x")
    (tmp_path / "lib").symlink_to("/usr/lib")
    (tmp_path / "up").symlink_to("../../../../usr/lib")
    (tmp_path / "loop").symlink_to("loop")
    disk = Disk(root=tmp_path)
    assert disk.real("/lib/../lib/x") == "/usr/lib/x"
    assert disk.real("/up/x") == "/usr/lib/x"
    assert disk.exists("/lib/x")
    with pytest.raises(HwcapsError, match="too many symbolic links"):
        disk.real("/loop")


def test_cpu_as_the_loader_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    assert cpu.read("amd64") == CPU
    assert cpu.read("s390x") == Cpu(arch="s390x")


def test_masked_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2")
    masked = Cpu(arch="amd64", levels=(V2,), masked=(V3,), lacking=(V4,))
    assert cpu.read("amd64") == masked
    assert screen.cpu(masked) == f"This CPU: {V2}  ({V3} masked by GLIBC_TUNABLES; not {V4})"


@pytest.mark.parametrize(("arch", "name", "levels"), [
    ("amd64", "x86-64-v3", (V3, V2)), ("amd64", "avx2", (V3, V2)), ("amd64", "generic", ()),
    ("s390x", "z14", ("z14", "z13")), ("", "power9", ("power9",)),
])
def test_supposed_cpu(arch: str, name: str, levels: tuple[str, ...]) -> None:
    found = cpu.read(arch, name)
    assert (found.levels, found.supposed) == (levels, True)


def test_supposed_cpu_of_another_architecture() -> None:
    with pytest.raises(UsageError, match="there is no level z14 on amd64"):
        cpu.read("amd64", "z14")


def test_nothing_of_a_package_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "a\x1b[31m\x07\r\n[bold]\u202e"
    screen.which(Answer(target=evil, cpu=evil, notes=(evil,), libraries=(
        Row(library=evil, path=evil, level="", reason=evil),)))
    screen.status(Status(cpu=CPU, notes=(Note(kind="x", text=evil),), families=(Line(
        family=evil, arch=evil, version=evil, in_use=(evil,), packages=(),
        notes=(Note(kind="x", text=evil),)),)))
    said = "".join(capsys.readouterr())
    assert all(character.isprintable() or character == "\n" for character in said)
    assert r"a\x1b[31m\x07\r\n[bold]\u202e" in said


def test_json_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    screen.document(Answer(target="a\x1b\u202e", cpu="", libraries=()))
    text = capsys.readouterr().out
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["target"] == "a\x1b\u202e"


def test_inert_text() -> None:
    assert inert("ä b\t\x9b\udcff\u200b") == r"ä b\t\x9b\xff\u200b"


def test_ratios_and_what_the_spread_hides() -> None:
    generic, fast, same = timing.rows({
        "generic": [2.0, 2.2, 2.1], "fast": [1.0, 1.1, 1.05], "same": [2.1, 2.0, 2.2]})
    assert (generic.ratio_text, generic.remark) == (f"1.00{timing.TIMES}", "")
    assert (fast.ratio_text, fast.remark) == (f"2.00{timing.TIMES} ± 0.00", "")
    assert same.remark == "no difference beyond the spread"


def test_two_runs_prove_little() -> None:
    lucky = {"generic": [0.334, 0.350], "fast": [0.236, 0.200]}
    assert timing.rows(lucky)[1].remark == "no difference beyond the spread"
    more = {level: times * 3 for level, times in lucky.items()}
    assert timing.rows(more)[1].remark == ""


def test_level_that_loads_nothing_of_its_own() -> None:
    rows = [Row(library="a", path="/a", level=V4, reason="", copies=(V4,)),
            Row(library="b", path="/b", level="", reason="")]
    same = bench.alike(rows, BEST)
    assert same == {V2: "generic", V3: "generic"}
    made = timing.rows({"generic": [2.0, 2.1], V2: [1.0, 1.1]}, same)
    assert made[1].remark == "loads the same as generic"


def test_bars(capsys: pytest.CaptureFixture[str]) -> None:
    rows = timing.rows({"generic": [2.0, 2.0], "x": [1.0, 1.0]})
    screen.bench(Result(command=("c",), rows=rows, notes=()))
    first, second = capsys.readouterr().out.splitlines()
    assert (first.count("█"), second.count("█")) == (24, 12)


def test_programs_that_are_not_measured() -> None:
    alien = Target(path="/x", object=SharedObject(path=Path("/x")), identity=b"other")
    with pytest.raises(HwcapsError, match="'/x' is for another machine"):
        bench._refuse(alien, BEST)
    static = replace(alien, identity=elf.identity(Path(sys.executable)),
                     object=SharedObject(path=Path("/x"), kind="EXEC"))
    with pytest.raises(HwcapsError, match="'/x' is statically linked"):
        bench._refuse(static, BEST)


def test_masks_for_children_take_the_lowest_unwanted_level() -> None:
    ways = by_tunables(["c"], BEST, {})
    assert [(way.level, way.env["GLIBC_TUNABLES"]) for way in ways] == [
        ("generic", "glibc.cpu.hwcaps=-SSE4_2"), (V2, "glibc.cpu.hwcaps=-AVX2"),
        (V3, "glibc.cpu.hwcaps=-AVX512F"), (V4, None)]


def test_no_mask_for_children_elsewhere() -> None:
    with pytest.raises(HwcapsError, match="no tunable of glibc masks"):
        by_tunables(["c"], Cpu(arch="ppc64el", levels=("power10", "power9")), {})


def test_one_run_proves_nothing() -> None:
    made = timing.rows({"generic": [2.0], V2: [1.0]})
    assert (made[1].ratio, made[1].remark) == (2.0, "no difference beyond the spread")
