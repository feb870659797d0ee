# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Options: by hand, through dh, and from the environment."""

from __future__ import annotations

import pytest
from dhhwcaps import options
from dhhwcaps.errors import UsageError
from dhhwcaps.options import Options

BUILD = "dh_hwcaps_build"


@pytest.mark.parametrize(("argv", "environ", "expected"), [
    ([], {}, Options()),
    (["-v"], {}, Options(verbose=True)),
    (["--verbose", "--no-act"], {}, Options(verbose=True, no_act=True)),
    ([], {"DH_VERBOSE": "1", "DH_NO_ACT": "1"}, Options(verbose=True, no_act=True)),
    ([], {"DH_VERBOSE": "", "DH_NO_ACT": ""}, Options()),
    (["--scope=all", "--inject", "environment", "--abi=types"], {},
     Options(scope="all", inject="environment", abi="types")),
    (["--sequential", "--keep", "--check-leaks"], {},
     Options(sequential=True, keep=True, check_leaks=True)),
    (["-a", "-plibfoo1", "-p", "libbar1", "-Nlibfoo-dev"], {},
     Options(selection=("--arch", "-plibfoo1", "-plibbar1", "-Nlibfoo-dev"))),
    (["-i"], {}, Options(selection=("--indep",))),
    (["-s", "--remaining-packages"], {},
     Options(selection=("--same-arch", "--remaining-packages"))),
    (["--package=libfoo1", "--no-package=x"], {}, Options(selection=("-plibfoo1", "-Nx"))),
    # What dh passes on may be meant for another command.
    (["-O--scope=all", "-O--builddirectory=b", "-O-v", "-O-Xfoo.la"], {},
     Options(scope="all", verbose=True)),
    (["-O--parallel", "--keep", "-O-plibfoo1"], {}, Options(keep=True, selection=("-plibfoo1",))),
    ([], {"DH_INTERNAL_OPTIONS": "-O--buildsystem=cmake\x1e-O--scope=all\x1e-v"},
     Options(scope="all", verbose=True)),
    ([], {"DH_OPTIONS": "--keep  --no-package=x --exclude=y"}, Options(keep=True)),
    # The nearest counts, a default also.
    (["--scope=shared"], {"DH_OPTIONS": "--scope=all"}, Options(scope="shared")),
    (["--inject=flags", "-O--inject=environment"], {}, Options(inject="flags")),
    (["-O--abi=symbols"], {"DH_INTERNAL_OPTIONS": "-O--abi=types"}, Options(abi="symbols")),
    (["--scope=all"], {"DH_OPTIONS": "--scope=shared"}, Options(scope="all")),
    (["--tests=off"], {"DH_OPTIONS": "--tests=z15:warn"},
     Options(tests=(("z15", "warn"), ("", "off")))),
    (["--tests=avx2:off"], {}, Options(tests=(("x86-64-v3", "off"),))),
])
def test_parse(argv: list[str], environ: dict[str, str], expected: Options) -> None:
    assert options.parse(BUILD, argv, environ) == expected


@pytest.mark.parametrize(("given", "level", "mode"), [
    ([], "z15", "fail"),
    (["--tests=warn"], "z15", "warn"),
    (["--tests=z15:off"], "z15", "off"),
    (["--tests=z15:off"], "z14", "fail"),
    (["--tests=warn", "--tests=z15:off"], "z15", "off"),
    (["--tests=warn", "--tests=z15:off"], "z14", "warn"),
    (["--tests=z15:off", "--tests=warn"], "z15", "warn"),
    (["--tests=avx512:off"], "x86-64-v4", "off"),
    (["--tests=x86-64-v4:off"], "x86-64-v4", "off"),
    (["--tests=amd64v4:off"], "x86-64-v3", "fail"),
])
def test_mode_of_tests(given: list[str], level: str, mode: str) -> None:
    assert options.parse(BUILD, given, {}).test_mode(level) == mode


@pytest.mark.parametrize(("argv", "environ", "said"), [
    (["--scpe=all"], {}, "unrecognized arguments: --scpe=all"),
    (["--scop=all"], {}, "unrecognized arguments: --scop=all"),
    (["libfoo1"], {}, "unrecognized arguments: libfoo1"),
    (["--tests=of"], {}, "argument --tests: of: MODE is one of fail, warn, off"),
    (["--tests=avx3:off"], {}, "argument --tests: avx3:off: there is no level avx3"),
    ([], {"DH_OPTIONS": "--tests=z19:off"}, "argument --tests: z19:off: there is no level z19"),
    (["-O--tests=no"], {}, "argument --tests: no: MODE is one of fail, warn, off"),
    (["-p"], {}, "argument -p/--package: expected one argument"),
])
def test_wrong_use(argv: list[str], environ: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.parse(BUILD, argv, environ)
    assert str(caught.value) == f"{said}\n  see dh_hwcaps_build --help"


def test_wrong_choice() -> None:
    # The words after it differ between versions of Python.
    with pytest.raises(UsageError, match="argument --scope: invalid choice: 'some' "):
        options.parse(BUILD, ["--scope=some"], {})


def test_space_after_capital_o() -> None:
    with pytest.raises(UsageError) as caught:
        options.parse(BUILD, ["-O", "--keep"], {})
    assert str(caught.value) == "-O: the option is to follow without a space\n  -O--option"


def test_help_needs_no_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        options.parse(BUILD, ["--help"], {})
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: dh_hwcaps_build [debhelper options] [options]\n\n"
                           "See dh_hwcaps_build(1).\n")
