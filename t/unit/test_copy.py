# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Inside a level's copy: tests that do not count, and collecting what was built."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from dhhwcaps import copy, elf, idle, layout, run
from dhhwcaps.copy import Here
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import HwcapsError
from fakes import LIB, Commands, level, shared_object, write
from plumbum import local

V3 = level("x86-64-v3")
STATE = Path("state")
RULES = Path("debian/rules")
REAL = "#!/usr/bin/make -f\n%:\n\tdh $@\n"
NOTHING = (
    "#!/bin/sh\n# Stands in for debian/rules: dh_hwcaps leaves this step out.\nexit 0\n"
)
BIN = STATE / "x86-64-v3.bin"
NOTE = STATE / "x86-64-v3.tests"


@pytest.fixture(autouse=True)
def _copy() -> None:
    write(RULES, REAL).chmod(0o755)
    STATE.mkdir()


def here(tests: str = "fail") -> Here:
    return Here(level=V3, state=STATE, tests=tests)


def runnable(path: Path) -> str:
    """Return the text of a program."""
    assert os.access(path, os.X_OK)
    return path.read_text()


@pytest.mark.parametrize(("environ", "expected"), [
    ({}, None),
    ({"DH_HWCAPS_LEVEL": "x86-64-v3"}, None),
    ({"DH_HWCAPS_LEVEL": "mine", "DH_HWCAPS_STATE": "state"}, None),
    ({"DH_HWCAPS_LEVEL": "", "DH_HWCAPS_STATE": "state"}, None),
    ({"DH_HWCAPS_LEVEL": "x86-64-v3", "DH_HWCAPS_STATE": "state"}, here("fail")),
    ({"DH_HWCAPS_LEVEL": "x86-64-v3", "DH_HWCAPS_STATE": "state", "DH_HWCAPS_TESTS": "off"},
     here("off")),
])
def test_where_we_are(environ: dict[str, str], expected: Here | None) -> None:
    assert copy.here(environ) == expected


def test_tests_that_count_are_left_alone(commands: Commands) -> None:
    copy.before_test(here("fail"))
    assert RULES.read_text() == REAL
    assert not (BIN / "dh_auto_test").exists()
    copy.after_test(here("fail"))
    assert runnable(RULES) == REAL
    assert NOTE.read_text() == "passed"


def test_commands_that_do_nothing_for_libraries_are_left_out(commands: Commands) -> None:
    copy.before_test(here())
    assert {path.name for path in BIN.iterdir()} == set(idle.IDLE)
    assert runnable(BIN / "dh_installdocs") == NOTHING


def test_commands_are_left_alone_where_rules_have_a_say(commands: Commands) -> None:
    write(RULES, f"{REAL}\noverride_dh_compress:\n\tdh_compress\n").chmod(0o755)
    copy.before_test(here())
    assert not BIN.exists()


@pytest.mark.parametrize(("site", "taken"), [
    ("debian/.debhelper/hwcaps/config.site", True), ("config.site", False), (None, False),
])
def test_static_libraries_that_were_spared_are_there_for_the_tests(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, site: str | None, taken: bool
) -> None:
    outer, took = Path("outer").absolute(), []
    where = Here(level=V3, state=outer / layout.STATE, tests="fail")
    where.state.mkdir(parents=True)
    monkeypatch.setattr(copy.twice, "take_over", lambda *words: took.append(words))
    if site:
        monkeypatch.setenv("CONFIG_SITE", str(outer / site))
    copy.before_test(where)
    assert took == ([(outer, Path.cwd())] if taken else [])


@pytest.mark.parametrize("tests", ["off", "unsupported"])
def test_tests_that_are_left_out(commands: Commands, tests: str) -> None:
    copy.before_test(here(tests))
    assert runnable(RULES) == NOTHING
    assert runnable(BIN / "dh_auto_test") == NOTHING
    copy.after_test(here(tests))
    assert runnable(RULES) == REAL
    assert not (BIN / "dh_auto_test").exists()
    assert NOTE.read_text() == tests


@pytest.mark.parametrize("failed", [False, True])
def test_tests_whose_failure_is_a_warning(commands: Commands, failed: bool) -> None:
    commands.say("sh -c 'command -v dh_auto_test'", "/usr/bin/dh_auto_test\n")
    copy.before_test(here("warn"))
    head, tail = "#!/bin/sh\n# dh_hwcaps --tests=warn\n", '"$@" || touch state/x86-64-v3.failed\n'
    assert runnable(RULES) == f'{head}state/x86-64-v3.rules {tail}'
    assert runnable(BIN / "dh_auto_test") == f'{head}/usr/bin/dh_auto_test {tail}'
    assert runnable(STATE / "x86-64-v3.rules") == REAL
    if failed:
        write(STATE / "x86-64-v3.failed")
    copy.after_test(here("warn"))
    assert runnable(RULES) == REAL
    assert NOTE.read_text() == ("failed" if failed else "passed")


@pytest.mark.build
@pytest.mark.parametrize("name", ["plain", "$(touch ran)`touch ran`\"'\\"])
@pytest.mark.parametrize("code", [0, 1])
def test_stand_in_hides_a_failure(
    code: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(name).mkdir()
    monkeypatch.chdir(name)
    STATE.mkdir(parents=True)
    write(RULES, f'#!/bin/sh\necho "$0 $1" > said\nexit {code}\n').chmod(0o755)
    write("bin/dh_auto_test", "#!/bin/sh\n").chmod(0o755)
    where = Here(level=V3, state=STATE.absolute(), tests="warn")
    with local.env(PATH=f"{Path('bin').absolute()}:{os.environ['PATH']}"):
        copy.before_test(where)
        assert run.output("debian/rules", "override_dh_auto_test") == ""
    assert Path("said").read_text().endswith("x86-64-v3.rules override_dh_auto_test\n")
    assert not Path("ran").exists()
    copy.after_test(where)
    assert NOTE.read_text() == ("failed" if code else "passed")


@pytest.mark.parametrize(("tests", "said"), [
    ("fail", "nocheck"), ("warn", "nocheck"), ("off", "off"), ("unsupported", "unsupported"),
])
def test_nocheck_is_told(monkeypatch: pytest.MonkeyPatch, tests: str, said: str) -> None:
    monkeypatch.setenv("DEB_BUILD_OPTIONS", "parallel=2 nocheck nostrip")
    copy.after_test(here(tests))
    assert NOTE.read_text() == said


def test_one_suite_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = write(STATE / "tests-running", "x86-64-v4")
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            copy.release(V3, STATE)
            assert turn.exists()
            copy.release(level("x86-64-v4"), STATE)

    monkeypatch.setattr(time, "sleep", sleep)
    copy.before_test(here())
    assert len(waited) == 3
    assert turn.read_text() == "x86-64-v3"
    copy.after_test(here())
    assert not turn.exists()


def test_release_without_a_turn() -> None:
    copy.release(V3, STATE)
    assert list(STATE.iterdir()) == []


class Collecting:
    """A copy with files of packages; `read` is told what is ELF and what the files say."""

    def __init__(self, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
        self.objects: dict[Path, SharedObject] = {}
        self.commands = commands
        commands.say("tar --create")
        monkeypatch.setattr(elf, "read", lambda paths: tuple(self.objects[p] for p in paths))
        write("debian/control", "Source: foo\n\nPackage: libfoo1\n\nPackage: libfoo1-generic\n")
        write(STATE / "x86-64-v3.tar.part")

    def add(
        self, path: str, soname: str = "libfoo.so.1", mode: int = 0o644, **rest: object
    ) -> None:
        file = write(path)
        file.write_bytes(elf.MAGIC)
        file.chmod(mode)
        self.objects[file] = shared_object(file, soname, **rest)

    def listed(self) -> list[str]:
        text = (STATE / "x86-64-v3.list").read_text()
        assert text.endswith("\0")
        return text.removesuffix("\0").split("\0")


@pytest.fixture
def collecting(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Collecting:
    return Collecting(commands, monkeypatch)


def test_collect_from_packages(collecting: Collecting) -> None:
    collecting.add(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    collecting.add(f"debian/libfoo1-generic{LIB}/foo/libpriv.so", "libpriv.so")
    collecting.add(f"debian/libfoo1{LIB}/foo/plugin.so", "")
    collecting.add("debian/libfoo1/usr/bin/foo", "", has_interp=True)
    collecting.add("debian/libfoo1/usr/lib/x.o", kind="REL")
    collecting.add(f"debian/tmp{LIB}/libtmp.so.1", "libtmp.so.1")
    collecting.add(f"debian/other{LIB}/libother.so.1", "libother.so.1")
    copy.collect(here())
    assert collecting.listed() == [
        f"libfoo1{LIB}/libfoo.so.1.0", f"libfoo1-generic{LIB}/foo/libpriv.so",
    ]
    assert collecting.commands.ran == [
        "tar --create --format=pax --file=state/x86-64-v3.tar.part --directory=debian --null"
        " --no-recursion --files-from=state/x86-64-v3.list"
    ]
    assert copy.collected(here())


def test_collect_modules_that_debian_control_names(collecting: Collecting) -> None:
    write("debian/control", "Source: foo\n\nPackage: foo-plugins\n"
          "X-Hwcaps-Modules: usr/lib/foo/*.so\n usr/lib/**/deep/*.so\n")
    write(NOTE, "passed")
    for name in ("a.so", "b.so", "x.plugin", "y/deep/c.so"):
        collecting.add(f"debian/foo-plugins/usr/lib/foo/{name}", "")
    collecting.add("debian/foo-plugins/usr/lib/foo/prog.so", "", has_interp=True)
    copy.collect(here())
    assert collecting.listed() == [
        f"foo-plugins/usr/lib/foo/{name}" for name in ("a.so", "b.so", "y/deep/c.so")
    ]
    assert NOTE.read_text() == "passed"  # Nobody can see what loads them.


def test_collect_from_debian_tmp(collecting: Collecting) -> None:
    collecting.add("debian/libfoo1/usr/bin/foo", "", has_interp=True)
    collecting.add(f"debian/tmp{LIB}/libfoo.so.1.0")
    copy.collect(here())
    assert collecting.listed() == [f"tmp{LIB}/libfoo.so.1.0"]


def test_after_collecting_the_rest_is_in_vain(collecting: Collecting) -> None:
    collecting.add(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    copy.collect(here())
    assert runnable(RULES) == NOTHING
    expected = {path.name for path in Path("/usr/bin").glob("dh_*")}
    assert {path.name for path in BIN.glob("*")} == expected
    assert {runnable(path) for path in BIN.glob("*")} <= {NOTHING}


def test_nothing_to_collect(collecting: Collecting) -> None:
    collecting.add(f"debian/libfoo1{LIB}/plugin.so", "")
    with pytest.raises(HwcapsError) as caught:
        copy.collect(here())
    assert str(caught.value) == (
        "x86-64-v3: no shared library with a SONAME was installed in the copy\n"
        "  debian/rules installs them after dh_hwcaps_collect would look, or did not build them."
    )
    assert RULES.read_text() == REAL
    assert not copy.collected(here())


@pytest.mark.parametrize(("before", "needed", "mode", "said"), [
    ("passed", ("libfoo.so.1", "libc.so.6"), 0o755, "passed"),
    ("passed", ("libc.so.6",), 0o755, "elsewhere"),
    ("passed", ("libfoo.so.1",), 0o644, "elsewhere"),
    ("failed", ("libc.so.6",), 0o755, "failed"),
    ("off", ("libc.so.6",), 0o755, "off"),
], ids=["loaded", "not loaded", "not a program", "failed anyway", "not run"])
def test_suite_that_does_not_load_the_library(
    collecting: Collecting, before: str, needed: tuple[str, ...], mode: int, said: str
) -> None:
    write(NOTE, before)
    collecting.add(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    collecting.add("debian/libfoo1/usr/bin/foo", "", 0o755, has_interp=True,
                   needed=("libfoo.so.1",))
    collecting.add("t/check", "", mode, has_interp=True, needed=needed)
    collecting.add("lib/libbar.so.1", "libbar.so.1", 0o755, needed=("libfoo.so.1",))
    copy.collect(here())
    assert NOTE.read_text() == said


def test_suite_in_an_interpreter_loads_the_library_by_a_module(collecting: Collecting) -> None:
    write(NOTE, "passed")
    collecting.add(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    collecting.add("build/_foo.so", "", 0o755, needed=("libfoo.so.1",))
    copy.collect(here())
    assert NOTE.read_text() == "passed"


def test_broken_test_data_does_not_matter(
    collecting: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(NOTE, "passed")
    collecting.add(f"debian/libfoo1{LIB}/libfoo.so.1.0")
    read = elf.read

    def picky(paths: tuple[Path, ...]) -> tuple[SharedObject, ...]:
        if any(path.parts[0] != "debian" for path in paths):
            raise HwcapsError("not a whole ELF file")
        return read(paths)

    monkeypatch.setattr(elf, "read", picky)
    collecting.add("t/broken", "", 0o755)
    copy.collect(here())
    assert NOTE.read_text() == "passed"


def test_without_rules_that_were_replaced() -> None:
    copy.restore_rules(V3, STATE)
    assert RULES.read_text() == REAL
