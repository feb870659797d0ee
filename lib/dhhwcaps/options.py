# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of every step: debhelper's common options and our own."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dhhwcaps import isa
from dhhwcaps.boundary import Parser
from dhhwcaps.errors import UsageError

TEST_MODES = ("fail", "warn", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the maintainer, dh and the environment asked for."""

    verbose: bool = False
    no_act: bool = False
    scope: str = "shared"
    """`shared`: the level's flags go into shared libraries only; `all`: into everything."""
    inject: str = "flags"
    """`flags`: through dpkg-buildflags; `environment`: also through GCC's own specs file."""
    tests: tuple[tuple[str, str], ...] = ()
    """(level's name or "", mode); the last one that fits a level counts."""
    sequential: bool = False
    keep: bool = False
    abi: str = "symbols"
    check_leaks: bool = False
    selection: tuple[str, ...] = ()
    """debhelper's package selecting options as given, for dh_listpackages."""

    def test_mode(self, level: str) -> str:
        """Return what a failing test suite of that level means: `fail`, `warn` or `off`."""
        modes = [mode for name, mode in self.tests if name in ("", level)]
        return modes[-1] if modes else "fail"


def parser(prog: str) -> argparse.ArgumentParser:
    """Return the parser that all steps share; debhelper(7) tells of the first group."""
    made = Parser(
        prog=prog, allow_abbrev=False, usage=f"{prog} [debhelper options] [options]",
        description=f"See {prog}(1).",
        epilog="dh_hwcaps rebuild builds a -src package for this CPU: see dh_hwcaps rebuild --help."
        " dh_hwcaps convert changes an existing debian/, dh_hwcaps check looks for mistakes"
        " in it: see their --help.",
    )
    common = made.add_argument_group("debhelper options")
    common.add_argument("-v", "--verbose", action="store_true", help="show what is done")
    common.add_argument("--no-act", action="store_true", help="show what would be done, do nothing")
    for short, long in (("-a", "--arch"), ("-i", "--indep"), ("-s", "--same-arch")):
        common.add_argument(short, long, action="store_true", help="act on these packages only")
    for short, long in (("-p", "--package"), ("-N", "--no-package")):
        common.add_argument(short, long, action="append", default=[], metavar="PACKAGE")
    common.add_argument("--remaining-packages", action="store_true")
    ours = made.add_argument_group("options")
    ours.add_argument("--scope", choices=("shared", "all"),
                      help="raise shared libraries only (default), or all that is compiled")
    ours.add_argument("--inject", choices=("flags", "environment"),
                      help="how the flags get in: dpkg-buildflags (default), or also GCC's specs")
    ours.add_argument("--tests", action="append", type=_test_mode, default=[],
                      metavar="[LEVEL:]MODE", help="fail (default), warn or off")
    ours.add_argument("--sequential", action="store_true", help="build one level after the other")
    ours.add_argument("--keep", action="store_true", help="leave the copies of the source behind")
    ours.add_argument("--abi", choices=("symbols", "types"),
                      help="types: also compare the types of the interface (abidiff)")
    ours.add_argument("--check-leaks", action="store_true",
                      help="warn of code above the baseline in the generic libraries")
    return made


def parse(prog: str, argv: Sequence[str], environ: Mapping[str, str]) -> Options:
    """Return the options of a step.

    `argv` is without the program's name.  Inside override targets dh passes options in
    DH_INTERNAL_OPTIONS, separated by 0x1e (Debian::Debhelper::Dh_Getopt); users set DH_OPTIONS,
    DH_VERBOSE and DH_NO_ACT (debhelper(7)).  Unknown options are errors only when given by hand:
    dh passes on what may be meant for another command.

    Raises UsageError.
    """
    if "-O" in argv:
        raise UsageError("-O: the option is to follow without a space", "-O--option")
    environment = environ.get("DH_INTERNAL_OPTIONS", "").split("\x1e")
    environment += environ.get("DH_OPTIONS", "").split()
    made = parser(prog)
    by_hand = made.parse_args([word for word in argv if not word.startswith("-O")])
    by_dh, _ = made.parse_known_args([word[2:] for word in argv if word.startswith("-O")])
    earlier, _ = made.parse_known_args([w.removeprefix("-O") for w in environment if w])
    return _options((earlier, by_dh, by_hand), environ)


def _options(sources: Sequence[argparse.Namespace], environ: Mapping[str, str]) -> Options:
    def last(name: str) -> str:
        # A default counts too when it is given by hand, against what dh passes on.
        given = [str(getattr(n, name)) for n in sources if getattr(n, name)]
        return given[-1] if given else str(getattr(Options(), name))

    def either(name: str) -> bool:
        return any(getattr(n, name) for n in sources)

    return Options(
        verbose=either("verbose") or bool(environ.get("DH_VERBOSE")),
        no_act=either("no_act") or bool(environ.get("DH_NO_ACT")),
        scope=last("scope"),
        inject=last("inject"),
        tests=tuple(test for n in sources for test in n.tests),
        sequential=either("sequential"),
        keep=either("keep"),
        abi=last("abi"),
        check_leaks=either("check_leaks"),
        # dh_listpackages reads the environment by itself.
        selection=tuple(word for n in sources[1:] for word in _selection(n)),
    )


def _selection(given: argparse.Namespace) -> tuple[str, ...]:
    flags = [f"--{name.replace('_', '-')}" for name in
             ("arch", "indep", "same_arch", "remaining_packages") if getattr(given, name)]
    flags += [f"-p{name}" for name in given.package]
    flags += [f"-N{name}" for name in given.no_package]
    return tuple(flags)


def _test_mode(text: str) -> tuple[str, str]:
    name, _, mode = text.rpartition(":")
    if mode not in TEST_MODES:
        raise argparse.ArgumentTypeError(f"{text}: MODE is one of {', '.join(TEST_MODES)}")
    level = isa.named(name)
    if name and not level:
        raise argparse.ArgumentTypeError(f"{text}: there is no level {name}")
    return level.name if level else "", mode
