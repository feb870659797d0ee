# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""From the command line of `hwcaps` to the subcommand."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dhhwcaps import boundary
from dhhwcaps.admin.disk import Disk
from dhhwcaps.boundary import Parser
from dhhwcaps.errors import HwcapsError, UsageError

STATUS = "status"
DASHES = "--"


def main(argv: Sequence[str]) -> int:
    """Run `hwcaps`; return the exit code."""
    return boundary.guarded("hwcaps", lambda: _run(list(argv[1:])))


def parser() -> Parser:
    """Return the parser of the words before `--`."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--root", metavar="DIR", help="look at the system in this directory")
    common.add_argument("--cpu", metavar="LEVEL",
                        help="suppose a CPU whose best level this is, or generic")
    top = Parser(prog="hwcaps", parents=[common],
                 description="Which copy of a library is used, is it sound, is it worth it.")
    names = top.add_subparsers(dest="command", metavar="COMMAND")
    names.add_parser(STATUS, parents=[common], help="the CPU and the families (the default)")
    which = names.add_parser(
        "which", parents=[common], help="the copy of each library that is or would be loaded",
        usage="hwcaps which [options] PROGRAM|LIBRARY|PID | hwcaps which [options] -- COMMAND ...")
    which.add_argument("target", nargs="?", metavar="PROGRAM|LIBRARY|PID")
    verify = names.add_parser("verify", parents=[common], help="check installed families")
    verify.add_argument("package", nargs="*", metavar="PACKAGE")
    bench = names.add_parser("bench", parents=[common], help="measure a command at each level",
                             usage="hwcaps bench [options] -- COMMAND ...")
    bench.add_argument("-n", "--runs", type=int, default=10, metavar="N",
                       help="timed runs at each level (10)")
    bench.add_argument("--children", action="store_true",
                       help="by GLIBC_TUNABLES, which the command's children inherit")
    bench.add_argument("--plot", metavar="FILE", help="also draw the times: .svg, .png, .pdf")
    return top


def _run(words: list[str]) -> int:
    own, command = split(words)
    given = parser().parse_args(own)
    disk = _disk(getattr(given, "root", ""))
    choice = given.command or STATUS
    if command is not None and choice not in ("which", "bench"):
        raise UsageError(f"{choice} runs no command", "See hwcaps --help.")
    actions = {STATUS: _status, "which": _which, "verify": _verify, "bench": _bench}
    return actions[choice](given, disk, command)


def split(words: list[str]) -> tuple[list[str], list[str] | None]:
    """Return our own words, and the command after `--`; None without one.

    Raises UsageError when nothing follows.
    """
    if DASHES not in words:
        return words, None
    at = words.index(DASHES)
    if not words[at + 1:]:
        raise UsageError("-- and no command after it", "hwcaps which -- COMMAND ...")
    return words[:at], words[at + 1:]


def _status(given: argparse.Namespace, disk: Disk, _command: list[str] | None) -> int:
    from dhhwcaps.admin import screen, status

    found = status.status(status.read(disk, _supposed(given)))
    _show(given, found, screen.status)
    return int(found.wrong)


def _which(given: argparse.Namespace, disk: Disk, command: list[str] | None) -> int:
    from dhhwcaps.admin import process, screen, trace, which

    if bool(given.target) == bool(command):
        raise UsageError("which wants a PROGRAM, a LIBRARY or a PID, or -- and a COMMAND")
    if command or given.target.isdecimal():
        _only_here(given, disk)
    if command:
        answer = trace.observe(command, os.environ)
    elif given.target.isdecimal():
        answer = process.process(given.target, os.environ)
    else:
        answer = which.program(given.target, disk, _supposed(given), os.environ)
    _show(given, answer, screen.which)
    return answer.code


def _verify(given: argparse.Namespace, disk: Disk, _command: list[str] | None) -> int:
    from dhhwcaps.admin import screen, status, verify

    with screen.progress() as step:
        system = status.read(disk, _supposed(given))
        verdicts = verify.verify(system, given.package, step)
    _show(given, verdicts, screen.verify)
    return int(any(verdict.wrong for verdict in verdicts))


def _bench(given: argparse.Namespace, disk: Disk, command: list[str] | None) -> int:
    from dhhwcaps.admin import bench, plot, screen

    _only_here(given, disk)
    if not command:
        raise UsageError("bench wants a command", "hwcaps bench -- COMMAND ...")
    if given.runs < 2:
        raise UsageError("-n: two runs or more, or there is no spread")
    if given.plot:
        plot.check(Path(given.plot))
    with screen.progress() as step:
        result = bench.bench(command, given.runs, given.children, os.environ,
                             lambda done, all_: step(f"{done} of {all_} rounds"))
    _show(given, result, screen.bench)
    if given.plot:
        plot.save(result, Path(given.plot))
    return 0


def _show(given: argparse.Namespace, result: Any, table: Any) -> None:
    from dhhwcaps.admin import screen

    if getattr(given, "json", False):
        screen.document(result)
    else:
        table(result)


def _disk(root: str) -> Disk:
    if not root:
        return Disk()
    if not Path(root).is_dir():
        raise HwcapsError(f"--root: {root!r} is no directory")
    return Disk(root=Path(root).resolve())


def _supposed(given: argparse.Namespace) -> str:
    return str(getattr(given, "cpu", ""))


def _only_here(given: argparse.Namespace, disk: Disk) -> None:
    if not disk.own or _supposed(given):
        raise UsageError("--root and --cpu are for what is only looked at, not run",
                         "In another system, run hwcaps there: chroot, ssh.")
