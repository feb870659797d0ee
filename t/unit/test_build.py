# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""How each level is built: jobs, root, tests, and what is refused beforehand."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from dhhwcaps import build, host, isa, layout, tree
from dhhwcaps.control import Source
from dhhwcaps.errors import HwcapsError
from dhhwcaps.host import Host
from dhhwcaps.level import Build
from dhhwcaps.options import Options
from dhhwcaps.plan import Plan
from fakes import Commands, family, level, stanzas, write

V3, V4 = level("x86-64-v3"), level("x86-64-v4")
HERE = Host(arch="amd64", triplet="x86_64-linux-gnu", gnu_type="x86_64-linux-gnu", parallel=5)
PLAN = Plan(arch="amd64", families=(family("libfoo1", "avx2", "avx512"),))
SOURCE = stanzas("libfoo1", "libfoo1-generic", "libfoo1-avx2 amd64", "libfoo1-avx512 amd64")


@pytest.mark.parametrize(("parallel", "levels", "sequential", "expected"), [
    (1, 2, False, (1, 1)), (2, 2, False, (2, 1)), (4, 2, False, (2, 2)), (5, 2, False, (2, 2)),
    (3, 5, False, (3, 1)), (8, 3, False, (3, 2)), (8, 1, False, (1, 8)), (8, 3, True, (1, 8)),
    (1, 3, True, (1, 1)), (4, 0, False, (1, 4)),
])
def test_share(parallel: int, levels: int, sequential: bool, expected: tuple[int, int]) -> None:
    at_once, jobs = build.share(parallel, levels, sequential=sequential)
    assert (at_once, jobs) == expected
    assert at_once * jobs <= parallel


@pytest.mark.parametrize(("user", "environ", "needs", "command"), [
    (1000, {}, "binary-targets", ("fakeroot",)),
    (1000, {"DEB_GAIN_ROOT_CMD": "sudo -E --"}, "binary-targets", ("sudo", "-E", "--")),
    (1000, {}, "no", ()),
    (1000, {"DEB_RULES_REQUIRES_ROOT": "no"}, "binary-targets", ()),
    (1000, {"DEB_RULES_REQUIRES_ROOT": "binary-targets"}, "no", ("fakeroot",)),
    (1000, {}, "dpkg/target-subcommand", ()),
    (1000, {}, "dpkg/target-subcommand binary-targets", ("fakeroot",)),
    (1000, {"FAKEROOTKEY": "1"}, "binary-targets", ()),
    (0, {}, "binary-targets", ()),
])
def test_gain_root(
    monkeypatch: pytest.MonkeyPatch, user: int, environ: dict[str, str], needs: str,
    command: tuple[str, ...],
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    source = Source(name="foo", packages=(), requires_root=needs)
    assert build.gain_root(source, environ) == command


def test_missing() -> None:
    assert build.missing(PLAN) == (V3, V4)
    write(layout.collected(V3))
    assert build.missing(PLAN) == (V3, V4)
    write(layout.result(V3))
    assert build.missing(PLAN) == (V4,)
    write(layout.result(V4))
    assert build.missing(PLAN) == (V4,)


@pytest.mark.parametrize(("knows", "searched", "said"), [
    (False, {"z17"},
     "z17: gcc -m64 does not know -march=z17 -mno-htm\n"
     "  GCC knows it from 15 on. Build with a newer one, or drop the packages of z17 from"
     " debian/control."),
    (True, {"z13", "z16"},
     "z17: this distribution's ld.so does not know it, so nobody could use it\n"
     "  glibc knows it from 2.42 on."),
], ids=["compiler", "loader"])
def test_level_that_is_not_known(
    monkeypatch: pytest.MonkeyPatch, knows: bool, searched: set[str], said: str
) -> None:
    monkeypatch.setattr(host, "knows", lambda _cc, _level: knows)
    monkeypatch.setattr(host, "searched", lambda: frozenset(searched))
    with pytest.raises(HwcapsError) as caught:
        build.check(level("z17"), HERE, ["gcc", "-m64"])
    assert str(caught.value) == said


def test_level_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "knows", lambda _cc, _level: True)
    monkeypatch.setattr(host, "searched", lambda: frozenset({"x86-64-v3"}))
    build.check(V3, HERE, ["gcc"])
    cross = Host(arch="s390x", triplet="", gnu_type="", cross=True)
    build.check(level("z17"), cross, ["gcc"])


class Levels:
    """Calls `build.levels` on a machine that runs v3 only; holds what it would build."""

    def __init__(self, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
        self.builds: Sequence[Build] = ()
        self.at_once = 0
        self.commands = commands
        commands.say("gcc -shared")
        monkeypatch.setattr(host, "knows", lambda _cc, _level: True)
        monkeypatch.setattr(host, "searched", lambda: frozenset({"x86-64-v3", "x86-64-v4"}))
        monkeypatch.setattr(host, "supported", lambda: frozenset({"x86-64-v3"}))
        monkeypatch.setattr(host, "compiler_default", lambda _cc, _option: "x86-64")
        monkeypatch.setattr(host, "reads_specs", lambda _cc, specs: specs.exists())
        monkeypatch.setattr(build, "together", self.together)
        write(layout.SOURCE)

    def together(self, builds: Sequence[Build], at_once: int) -> None:
        self.builds, self.at_once = builds, at_once

    def __call__(
        self, options: Options | None = None, environ: dict[str, str] | None = None,
        machine: Host = HERE, source: Source = SOURCE,
    ) -> list[Build]:
        build.levels(PLAN, source, machine, options or Options(), environ or {})
        return list(self.builds)

    def tests(self, *words: object, **rest: object) -> list[str | None]:
        return [made.env["DH_HWCAPS_TESTS"] for made in self(*words, **rest)]

    def nocheck(self, *words: object, **rest: object) -> list[bool]:
        return [" nocheck" in str(made.env["DEB_BUILD_OPTIONS"]) for made in self(*words, **rest)]


@pytest.fixture
def levels(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Levels:
    return Levels(commands, monkeypatch)


def test_builds(levels: Levels) -> None:
    first, second = levels(Options(keep=True))
    assert levels.at_once == 2
    assert [(b.level, b.supported, b.keep) for b in (first, second)] == [
        (V3, True, True), (V4, False, True)
    ]
    assert [package.name for package in first.source.packages] == [
        "libfoo1", "libfoo1-generic", "libfoo1-avx2", "libfoo1-avx512",
    ]
    assert first.env["PWD"] == str(Path("debian/.debhelper/hw/v3").absolute())
    assert first.env["DEB_BUILD_OPTIONS"] == "parallel=2 nostrip"
    specs = layout.specs(V4)
    assert second.env["DEB_CFLAGS_APPEND"] == f"-specs={specs.absolute()}"
    assert specs.read_text() == isa.gcc_specs(V4, "x86-64")


def test_sequential(levels: Levels) -> None:
    first, _second = levels(Options(sequential=True))
    assert levels.at_once == 1
    assert first.env["DEB_BUILD_OPTIONS"] == "parallel=5 nostrip"


def test_only_what_is_missing(levels: Levels) -> None:
    write(layout.collected(V3))
    write(layout.result(V3))
    assert [made.level for made in levels()] == [V4]
    assert layout.collected(V3).exists()


def test_nothing_of_an_interrupted_build_is_left(levels: Levels) -> None:
    stale = [layout.collected(V3), layout.log(V3), layout.tests(V3), layout.rules(V3),
             layout.tests(V3).with_suffix(".failed"), layout.stubs(V3) / "dh_auto_test",
             layout.STATE / "tests-running"]
    for path in stale:
        write(path)
    levels()
    assert [path for path in stale if path.exists()] == []
    assert layout.SOURCE.exists()


def test_seconds_of_the_builds_are_noted(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(layout.SOURCE, (1000.0, 1000.0))
    clock = iter([5.0, 65.5])
    monkeypatch.setattr("time.time", lambda: 1012.25)
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    levels()
    noted = json.loads(layout.TIMES.read_text())
    assert (noted["generic"], noted["levels"]) == (12.25, 60.5)


def test_no_act(levels: Levels, capsys: pytest.CaptureFixture[str]) -> None:
    assert levels(Options(no_act=True)) == []
    assert capsys.readouterr().out == (
        "\thwcaps: build x86-64-v3 in debian/.debhelper/hw/v3\n"
        "\thwcaps: build x86-64-v4 in debian/.debhelper/hw/v4\n"
    )
    assert not layout.specs(V3).exists()
    assert levels.commands.ran == []


@pytest.mark.parametrize(("given", "expected"), [
    ((), ["fail", "unsupported"]),
    ((("", "warn"),), ["warn", "unsupported"]),
    ((("", "off"),), ["off", "off"]),
    ((("x86-64-v4", "off"),), ["fail", "off"]),
])
def test_tests(
    levels: Levels, given: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    assert levels.tests(Options(tests=given)) == expected


def test_cross_builds_never_test(levels: Levels) -> None:
    cross = Host(arch="amd64", triplet="", gnu_type="x86_64-linux-gnu", cross=True)
    assert levels.tests(machine=cross) == ["unsupported", "unsupported"]


@pytest.mark.parametrize(("environ", "late", "expected"), [
    ({"DH_HWCAPS_SEQUENCE": "1"}, False, [False, False]),
    ({"DH_HWCAPS_SEQUENCE": "1"}, True, [False, True]),
    ({}, False, [False, True]),
], ids=["dh leaves them out", "dh came late", "rules without dh"])
def test_nocheck_where_dh_does_not_run_the_tests(
    levels: Levels, environ: dict[str, str], late: bool, expected: list[bool]
) -> None:
    if late:
        write(layout.LATE)
    assert levels.nocheck(environ=environ) == expected


def test_nocheck_when_tests_are_off(levels: Levels) -> None:
    assert levels.nocheck(Options(tests=(("", "off"),))) == [True, True]


SEQUENCE = {"DH_HWCAPS_SEQUENCE": "1"}


@pytest.mark.parametrize(("environ", "options", "spared"), [
    (SEQUENCE, Options(), True),
    (SEQUENCE, Options(scope="all"), False),
    ({}, Options(), False),
    ({**SEQUENCE, "CONFIG_SITE": "/etc/config.site"}, Options(), False),
], ids=["dh", "all code is of the level", "rules without dh", "a site file of its own"])
def test_static_libraries_are_spared(
    levels: Levels, environ: dict[str, str], options: Options, spared: bool
) -> None:
    write("src/foo.lo", "# libtool\npic_object='.libs/foo.o'\nnon_pic_object='foo.o'\n")
    for made in levels(options, environ):
        assert made.env.get("CONFIG_SITE") == (str(layout.SITE.absolute()) if spared else None)
    assert layout.SITE.exists() is spared


def test_nothing_is_spared_where_libtool_compiles_nothing_twice(levels: Levels) -> None:
    write(layout.SITE, "stale")
    assert not any("CONFIG_SITE" in made.env for made in levels(environ=SEQUENCE))
    assert not layout.SITE.exists()


@pytest.mark.parametrize(("needs", "flag"), [
    ("ldc", "-mcpu=x86-64-v3"), ("dh-dlang", "-mcpu=x86-64-v3"), ("gdc", "-specs="),
])
def test_compiler_of_d(levels: Levels, needs: str, flag: str) -> None:
    source = Source(name="foo", packages=(), build_depends=("debhelper-compat", needs))
    assert str(levels(source=source)[0].env["DEB_DFLAGS_APPEND"]).startswith(flag)


def test_levels_of_a_tree_that_lost_directories_do_not_count_as_built(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("built").mkdir()

    def together(_builds: Sequence[Build], _at_once: int) -> None:
        write(layout.collected(V3))
        write(layout.result(V3))
        Path("built").rmdir()

    monkeypatch.setattr(build, "together", together)
    with pytest.raises(HwcapsError, match="has removed built from the tree itself"):
        levels()
    assert build.missing(PLAN) == (V3, V4)
    assert not layout.collected(V3).exists()


def test_tree_that_lost_directories_to_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                              ) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("build/src/deep", "debian/.debhelper/hw/v3", "doc"):
        Path(name).mkdir(parents=True)
    before = tree.directories()
    assert before == {Path(name) for name in ("build", "build/src", "debian", "doc")}
    build.untouched(before, before | {Path("new")}, (V3,))
    with pytest.raises(HwcapsError, match="of x86-64-v3 or x86-64-v4 has removed build, build/src"):
        build.untouched(before, frozenset({Path("debian"), Path("doc")}), (V3, V4))


def test_unknown_level_stops_before_anything_is_built(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "searched", lambda: frozenset({"x86-64-v3"}))
    with pytest.raises(HwcapsError, match="x86-64-v4: this distribution's"):
        levels()
    assert not layout.TIMES.exists()


def test_compiler_that_reads_no_specs(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "reads_specs", lambda _cc, _specs: False)
    with pytest.raises(HwcapsError) as caught:
        levels(environ={"CC": "clang -m64"})
    assert str(caught.value) == (
        "x86-64-v3: clang -m64 does not read GCC's spec files, by which only shared libraries are"
        " raised to a level\n"
        "  dh_hwcaps_build --scope=all raises everything that is compiled. Then a builder without"
        " the level cannot run the tests of configure."
    )
    assert levels.builds == ()
    assert len(levels(Options(scope="all"))) == 2


@pytest.mark.parametrize(("machine", "made"), [
    (HERE, True),
    (Host(arch="amd64", triplet="", gnu_type="x86_64-linux-gnu", cross=True), False),
])
def test_twins_where_this_machine_lacks_a_level(
    levels: Levels, machine: Host, made: bool
) -> None:
    levels.commands.say("x86_64-linux-gnu-gcc")
    levels(machine=machine)
    assert any(f" -o {layout.TWINS} " in line for line in levels.commands.ran) is made


def test_no_twins_where_all_levels_run(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "supported", lambda: frozenset({"x86-64-v3", "x86-64-v4"}))
    first, second = levels()
    assert levels.commands.ran == []
    assert "LD_AUDIT" not in {**first.env, **second.env}


def test_only_the_level_that_cannot_run_has_twins(levels: Levels) -> None:
    write(layout.TWINS)
    first, second = levels()
    assert "LD_AUDIT" not in first.env
    assert second.env["LD_AUDIT"] == str(layout.TWINS.absolute())
