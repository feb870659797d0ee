# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands: how they are shown, and what becomes of their output."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import pytest
from dhhwcaps import run
from dhhwcaps.errors import CommandError
from dhhwcaps.run import Shell
from dhhwcaps.text import read_text
from fakes import Commands, write
from plumbum import local

ODD = ["", " ", "a b", "'", '"', "$HOME", "`id`", "\\", "*", "~", "!x", "a=b", "-n", "ä\n", "#"]


@pytest.mark.parametrize(("argv", "rest", "expected"), [
    (["true"], {}, "true"),
    (["printf", "%s", "a b", "", "it's"], {}, "printf %s 'a b' '' 'it'\"'\"'s'"),
    ([Path("x"), Path("a b")], {}, "x 'a b'"),
    (["make"], {"cwd": Path("a b")}, "cd 'a b' && make"),
    (["make", "-n"], {"env": {"A": "1 2", "B": ""}}, "A='1 2' B='' make -n"),
    (["make"], {"env": {"A": "1", "B": None, "C": None}}, "A=1 env -u B -u C make"),
    (["make"], {"cwd": Path("/x"), "env": {"B": None}}, "cd /x && env -u B make"),
])
def test_line(argv: list[str], rest: dict[str, Any], expected: str) -> None:
    assert run.line(argv, **rest) == expected


@pytest.mark.build
def test_pasted_line_does_the_same() -> None:
    write("a b/it's/probe", '#!/bin/sh\npwd\nenv | grep "^T_" | sort\nprintf "<%s>\\n" "$0" "$@"\n')
    argv, where = ["./probe", *ODD], Path("a b/it's")
    (where / "probe").chmod(0o755)
    for env in ({"T_A": "1 $HOME 'x'"}, {"T_GONE": None, "T_B": "b"}, {}):
        with local.env(T_GONE="x"):
            ours = run.attempt(*argv, cwd=where, env=env)[1]
            pasted = run.output("sh", "-c", run.line(argv, cwd=where, env=env))
        assert pasted == ours
        assert ("T_GONE=x" in ours) == ("T_GONE" not in env)
        assert ours.startswith(str(where.absolute()))
        assert "<a=b>\n<-n>\n<ä\n>" in ours


@pytest.mark.build
def test_relative_command_is_the_one_of_its_directory() -> None:
    for tree in (".", "copy"):
        rules = write(f"{tree}/debian/rules", f"#!/bin/sh\necho {tree} $0\n")
        rules.chmod(0o755)
    for env in ({}, {"X": None}):
        assert run.output("debian/rules", cwd=Path("copy"), env=env) == "copy debian/rules\n"
    assert run.output("debian/rules").startswith(". ")


@pytest.mark.build
def test_started_command_is_its_own_session() -> None:
    with Path("log").open("wb") as log:
        process = run.start(["sh", "-c", "echo $X; echo err >&2; exit 3"], cwd=Path(),
                            env={"X": "y"}, log=log)
        assert os.getpgid(process.pid) == process.pid
        assert process.wait() == 3
    assert Path("log").read_text() == "y\nerr\n"


@pytest.mark.build
def test_output_is_bytes_that_need_not_be_text() -> None:
    out = run.output("printf", r"\377x")
    assert out.encode("utf-8", "surrogateescape") == b"\xffx"


@pytest.mark.build
def test_what_we_read_is_not_translated() -> None:
    with local.env(LC_ALL="de_DE.UTF-8", LANGUAGE="fr:de"):
        assert run.output("sh", "-c", "echo $LC_ALL $LANGUAGE") == "C.UTF-8\n"
        assert list(run.lines("sh", "-c", "echo $LC_ALL $LANGUAGE")) == ["C.UTF-8"]


@pytest.mark.build
def test_lines_come_while_the_command_runs() -> None:
    lines = run.lines("sh", "-c", "echo a; read x < fifo; echo b")
    os.mkfifo("fifo")
    assert next(lines) == "a"
    Path("fifo").write_text("go\n")
    assert list(lines) == ["b"]


@pytest.mark.build
@pytest.mark.parametrize(("script", "advice"), [
    ("echo a; echo oh >&2; exit 2", "oh"),
    ("echo a; echo 'readelf: Error: x' >&2", "readelf: Error: x"),
])
def test_lines_of_a_command_that_fails(script: str, advice: str) -> None:
    lines = run.lines("sh", "-c", script)
    assert next(lines) == "a"
    with pytest.raises(CommandError) as caught:
        next(lines)
    code = 2 if "exit" in script else 0
    assert str(caught.value) == (
        f"sh -c {shlex.quote(script)} returned exit code {code}\n  {advice}"
    )


@pytest.mark.build
def test_lines_live_with_warnings() -> None:
    assert list(run.lines("sh", "-c", "echo a; echo 'readelf: Warning: x' >&2")) == ["a"]


def test_unknown_command() -> None:
    with pytest.raises(CommandError) as caught:
        run.attempt("dh-hwcaps-no-such-command", "x")
    assert str(caught.value) == "dh-hwcaps-no-such-command: command not found"


@pytest.mark.build
def test_without_path() -> None:
    with local.env():
        del local.env["PATH"]
        assert run.output("echo", "there") == "there\n"


def test_output(commands: Commands) -> None:
    commands.say("grep", "found\n")
    assert run.output("grep", "x") == "found\n"


@pytest.mark.parametrize(("out", "err", "advice"), [
    ("", "", ""),
    ("said\n", "", "\n  said"),
    ("said\n", "1\n2\n3\n4\n5\n6\n", "\n  2\n  3\n  4\n  5\n  6"),
])
def test_output_of_a_command_that_fails(
    commands: Commands, out: str, err: str, advice: str
) -> None:
    commands.say("cd y && tar", out, err, code=2)
    with pytest.raises(CommandError) as caught:
        run.output("tar", "a b", cwd=Path("y"))
    assert str(caught.value) == f"cd y && tar 'a b' returned exit code 2{advice}"


def test_exit_codes_that_are_no_failure(commands: Commands) -> None:
    commands.say("grep", "", code=1)
    assert run.output("grep", "x", ok=(0, 1)) == ""
    with pytest.raises(CommandError):
        run.output("grep", "x", ok=(0,))


@pytest.mark.parametrize(("shell", "shown", "done"), [
    (Shell(), False, True), (Shell(verbose=True), True, True), (Shell(no_act=True), True, False),
], ids=["quiet", "verbose", "no-act"])
def test_shell(
    commands: Commands, capsys: pytest.CaptureFixture[str], shell: Shell, shown: bool, done: bool
) -> None:
    shell("mkdir", "-p", Path("a b"))
    shell.write(Path("c d/e"), "it's\n")
    assert capsys.readouterr().out == (
        "\tmkdir -p 'a b'\n\tprintf %s 'it'\"'\"'s\n' > 'c d/e'\n" if shown else ""
    )
    assert Path("a b").is_dir() is done
    assert Path("c d").exists() is done
    if done:
        assert Path("c d/e").read_text() == "it's\n"


def test_shell_fails(commands: Commands) -> None:
    commands.say("mv", err="mv: cannot stat 'a'\n", code=1)
    with pytest.raises(CommandError) as caught:
        Shell()("mv", "a", "b")
    assert str(caught.value) == "mv a b returned exit code 1\n  mv: cannot stat 'a'"


def test_warning(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/dh_hwcaps_install", "-v"])
    run.say("before")
    run.warn("odd")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("before\n", "dh_hwcaps_install: warning: odd\n")


def test_bytes_that_are_no_text_are_written_as_they_were_read() -> None:
    Path("a").write_bytes(b"\xff\xc3\xa4\n")
    Shell().write(Path("b"), read_text(Path("a")))
    assert Path("b").read_bytes() == b"\xff\xc3\xa4\n"
