# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""One level's build: which targets of debian/rules run, and what a failure says."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest
from dhhwcaps import copy, layout, run
from dhhwcaps.control import Source
from dhhwcaps.errors import CommandError, HwcapsError
from dhhwcaps.level import Build, untold
from dhhwcaps.report import Result
from dhhwcaps.run import Shell
from fakes import Commands, level, stanzas, write

V3 = level("x86-64-v3")
SOURCE = stanzas("libfoo1")
COPY = "debian/.debhelper/hw/v3"
TAR = layout.collected(V3)
NO_TARGET = "make: *** No rule to make target '{}'.  Stop.\n"


class Process:
    """What `run.start` returns."""

    pid = 4711

    def __init__(self, code: int | None) -> None:
        self.returncode = code

    def wait(self) -> int | None:
        return self.returncode

    poll = wait


class Rules:
    """Stands in for debian/rules: notes the targets, does what a test wants done in each."""

    def __init__(self, commands: Commands) -> None:
        self.commands = commands
        self.ran: list[str] = []
        self.environments: list[Mapping[str, str | None]] = []
        self.says = "output\n"
        self.does: dict[str, Callable[[], int | None]] = {}
        commands.say("tar --extract")
        commands.say("du -s", f"12345678\t{COPY}\n")
        commands.say(f"cd {COPY} && make -n -f debian/rules")

    def start(
        self, argv: tuple[str, ...], *, cwd: Path, env: Mapping[str, str | None], log: IO[bytes]
    ) -> Process:
        assert str(cwd) == COPY
        self.environments.append(env)
        self.ran.append(" ".join(argv))
        log.write(self.says.encode())
        log.flush()
        return Process(self.does.get(argv[-1], lambda: 0)())

    def lack(self, *targets: str) -> None:
        for target in targets:
            question = f"cd {COPY} && make -n -f debian/rules {target}"
            self.commands.answers = {
                question: (2, "", NO_TARGET.format(target)), **self.commands.answers
            }


@pytest.fixture
def rules(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Rules:
    made = Rules(commands)
    monkeypatch.setattr(run, "start", made.start)
    layout.STATE.mkdir(parents=True)
    return made


def collect() -> int:
    write(TAR)
    return 0


def passing_tests() -> int:
    write(layout.tests(V3), "passed")
    return 0


def build(**rest: object) -> Build:
    values = {"gain_root": (), "by_hand": False, "keep": False, "supported": True,
              "env": {"X": "y"}, **rest}
    return Build(level=V3, source=SOURCE, shell=Shell(), **values)


def spared() -> Build:
    return build(env={"X": "y", "CONFIG_SITE": str(layout.SITE.absolute())})


def test_targets_and_result(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    rules.does["build-arch"] = passing_tests
    rules.does["install-arch"] = collect
    clock = iter([100.0, 161.5])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    result = build(gain_root=("fakeroot", "--")).run()
    assert rules.ran == [
        "fakeroot -- debian/rules clean", "debian/rules build-arch",
        "fakeroot -- debian/rules install-arch",
    ]
    assert result == Result(level="x86-64-v3", seconds=61.5, tests="passed", disk=12345678)
    assert Result(**json.loads(layout.result(V3).read_text())) == result
    assert layout.log(V3).read_text() == f"""\
\tcd {COPY} && fakeroot -- debian/rules clean
output
\tcd {COPY} && debian/rules build-arch
output
\tcd {COPY} && fakeroot -- debian/rules install-arch
output
"""


@pytest.mark.parametrize("keep", [False, True])
def test_copy_is_removed(rules: Rules, keep: bool) -> None:
    rules.does["install-arch"] = collect
    build(keep=keep).run()
    assert Path(COPY).exists() is keep


def test_unknown_tests(rules: Rules) -> None:
    rules.does["install-arch"] = collect
    assert build().run().tests == "unknown"


@pytest.mark.parametrize(("options", "outer", "supported", "said"), [
    ("parallel=1", "", True, "unknown"),
    ("parallel=1 nocheck", "nocheck", False, "nocheck"),
    ("nocheck parallel=1", "parallel=1", False, "unsupported"),
    ("nocheck", "", True, "off"),
])
def test_tests_that_were_left_out(options: str, outer: str, supported: bool, said: str) -> None:
    assert untold(options, outer, supported=supported) == said


@pytest.mark.parametrize(("lacking", "targets"), [
    ((), ["clean", "build-arch", "install-arch"]),
    (("build-arch",), ["clean", "build", "install-arch"]),
    (("install-arch",), ["clean", "build-arch", "install"]),
])
def test_targets_of_hand_written_rules(
    rules: Rules, lacking: tuple[str, ...], targets: list[str]
) -> None:
    rules.lack(*lacking)
    rules.does["install"] = rules.does["install-arch"] = collect
    build().run()
    assert rules.ran == [f"debian/rules {target}" for target in targets]


def test_rules_without_a_build_target(rules: Rules) -> None:
    rules.lack("build-arch", "build")
    with pytest.raises(HwcapsError) as caught:
        build().run()
    assert str(caught.value) == "debian/rules has none of the targets build-arch, build"


def test_missing_prerequisite_is_no_missing_target(rules: Rules) -> None:
    rules.commands.answers = {
        f"cd {COPY} && make -n -f debian/rules install-arch":
            (2, "", "make: *** No rule to make target 'x', needed by 'install-arch'.  Stop.\n"),
        **rules.commands.answers,
    }
    rules.does["install-arch"] = lambda: 2
    with pytest.raises(CommandError, match="debian/rules install-arch failed"):
        build().run()


def test_rules_without_our_steps(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(path: Path, lv: object, state: Path, source: Source) -> None:
        assert (str(path), lv, state, source) == (COPY, V3, layout.STATE.absolute(), SOURCE)
        write(TAR)

    monkeypatch.setattr(copy, "save", save)
    build().run()
    assert rules.ran[-1] == "debian/rules install-arch"
    assert TAR.exists()


@pytest.mark.parametrize(
    ("by_hand", "text", "target"),
    [
        (True, "binary-arch:\n\tdh_hwcaps_install -a\n", "binary-arch"),
        (True, "binary-arch:\n\tdh_strip # not dh_hwcaps_install\n", "install-arch"),
        (False, "override_dh_hwcaps_install:\n\tdh_hwcaps_install\n", "install-arch"),
    ],
)
def test_rules_that_call_the_steps_say_what_is_complete(
    rules: Rules, by_hand: bool, text: str, target: str
) -> None:
    def unpacked() -> int:
        write(layout.copy(V3) / "debian/rules", text)
        return 0

    rules.does |= {"clean": unpacked, target: collect}
    build(by_hand=by_hand).run()
    assert rules.ran[-1] == f"debian/rules {target}"


def test_rules_that_install_in_binary(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = []

    def save(*_where: object) -> None:
        saved.append(rules.ran[-1])
        if len(saved) == 1:
            raise HwcapsError("no shared library")

    monkeypatch.setattr(copy, "save", save)
    rules.lack("install-arch", "install")
    build(gain_root=("fakeroot",)).run()
    assert saved == ["debian/rules build-arch", "fakeroot debian/rules binary-arch"]
    stubs = layout.stubs(V3)
    assert {path.name for path in stubs.iterdir()} == {"dh_builddeb", "dpkg-deb"}
    assert all(os.access(path, os.X_OK) for path in stubs.iterdir())


def test_failure_names_level_target_and_last_lines(rules: Rules) -> None:
    rules.says = "".join(f"line {number}\n" for number in range(1, 9)) + "\n"
    rules.does["build-arch"] = lambda: 2
    with pytest.raises(CommandError) as caught:
        build().run()
    assert str(caught.value) == (
        f"x86-64-v3: debian/rules build-arch failed in {COPY} (exit code 2)\n"
        "  line 3\n  line 4\n  line 5\n  line 6\n  line 7\n  line 8"
    )
    assert rules.ran[-1] == "debian/rules build-arch"
    assert Path(COPY).exists()


@pytest.mark.parametrize("supported", [False, True])
def test_failure_where_the_level_cannot_run(rules: Rules, supported: bool) -> None:
    rules.does["clean"] = lambda: 132
    with pytest.raises(CommandError) as caught:
        build(supported=supported).run()
    hint = (
        "\n  (This machine cannot run x86-64-v3: a program of the build that loads the level's"
        " library fails here. debian/rules can leave it out if $DH_HWCAPS_LEVEL.)"
    )
    assert str(caught.value) == (
        f"x86-64-v3: debian/rules clean failed in {COPY} (exit code 132)\n"
        f"  cd {COPY} && debian/rules clean\n  output" + ("" if supported else hint)
    )


def test_failure_after_collecting_does_not_matter(rules: Rules) -> None:
    rules.does["install-arch"] = lambda: collect() or 2
    build().run()
    assert layout.result(V3).exists()


def test_turn_to_test_is_given_back(rules: Rules) -> None:
    turn = layout.STATE / "tests-running"
    rules.does["build-arch"] = lambda: int(not write(turn, "x86-64-v3")) + 2
    with pytest.raises(CommandError):
        build().run()
    assert not turn.exists()


def test_stop_ends_all_that_runs(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = []
    monkeypatch.setattr(os, "killpg", lambda *words: killed.append(words))
    under_way = build()
    rules.does["clean"] = lambda: None
    under_way.stop()
    assert killed == []
    with pytest.raises(CommandError) as caught:
        under_way.run()
    assert str(caught.value) == "x86-64-v3: not built, since another level failed"
    assert rules.ran == []


def test_stop_ends_the_process_and_its_children(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = []
    monkeypatch.setattr(os, "killpg", lambda *words: killed.append(words))
    under_way = build()

    def wait(process: Process) -> int:
        if rules.ran[-1].endswith("build-arch"):
            under_way.stop()
            return -signal.SIGTERM
        return 0

    monkeypatch.setattr(Process, "wait", wait)
    rules.does["build-arch"] = lambda: None
    with pytest.raises(CommandError, match=r"build-arch failed in .* \(exit code -15\)"):
        under_way.run()
    assert killed == [(4711, signal.SIGTERM)]


def test_stop_leaves_what_is_over_alone(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = []
    monkeypatch.setattr(os, "killpg", lambda *words: killed.append(words))
    rules.does["install-arch"] = collect
    over = build()
    over.run()
    over.stop()
    assert killed == []


def test_what_an_ended_build_collected_does_not_count(rules: Rules) -> None:
    collect()
    write(layout.tests(V3), "passed")
    rules.does["build-arch"] = lambda: 2
    with pytest.raises(CommandError, match="debian/rules build-arch failed"):
        build().run()
    assert not TAR.exists()


def test_failing_tests_are_told_from_a_failing_build(rules: Rules) -> None:
    def fail() -> int:
        write(layout.STATE / copy.TURN, V3.name)
        return 2

    rules.does["build-arch"] = fail
    with pytest.raises(CommandError) as caught:
        build().run()
    assert caught.value.message == f"x86-64-v3: the tests failed in {COPY} (exit code 2)"
    assert "--tests=x86-64-v3:warn" in caught.value.advice
    assert not (layout.STATE / copy.TURN).exists()


AGAIN = "x86-64-v3: not built without static libraries, so once more with them"


def test_copy_that_needs_static_libraries_is_built_once_more(
    rules: Rules, capsys: pytest.CaptureFixture[str]
) -> None:
    results = iter([2, 0])
    rules.does["build-arch"] = lambda: next(results)
    stubs = []
    rules.does["install-arch"] = lambda: stubs.append(layout.stubs(V3).exists()) or collect()
    rules.does["clean"] = lambda: stubs.append(layout.stubs(V3).exists()) or 0
    failed = layout.tests(V3).with_suffix(".failed")
    write(failed)
    write(layout.stubs(V3) / "dh_autoreconf")
    spared().run()
    assert [line.split()[-1] for line in rules.ran] == [
        "clean", "build-arch", "clean", "build-arch", "install-arch"
    ]
    assert [env.get("CONFIG_SITE") for env in rules.environments] == [
        *[str(layout.SITE.absolute())] * 2, *[None] * 3
    ]
    assert stubs == [True, False, False]
    assert not failed.exists()
    assert capsys.readouterr().out == f"hwcaps: {AGAIN}\n"
    assert f"\t{AGAIN}\n" in layout.log(V3).read_text()


def test_copy_that_fails_twice_has_failed(rules: Rules) -> None:
    rules.does["build-arch"] = lambda: 2
    with pytest.raises(CommandError, match="debian/rules build-arch failed"):
        spared().run()
    assert len(rules.ran) == 4


def test_site_file_of_the_maintainer_is_no_reason_to_try_again(rules: Rules) -> None:
    rules.does["build-arch"] = lambda: 2
    with pytest.raises(CommandError):
        build(env={"CONFIG_SITE": "/b/foo-1.0/debian/.debhelper/hw/v3/debian/site"}).run()
    assert len(rules.ran) == 2


def test_failing_tests_are_not_tried_again(rules: Rules) -> None:
    def fail() -> int:
        write(layout.STATE / copy.TURN, V3.name)
        return 2

    rules.does["build-arch"] = fail
    with pytest.raises(CommandError, match="the tests failed"):
        spared().run()
    assert len(rules.ran) == 2


def test_build_that_was_stopped_is_not_tried_again(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = spared()

    def wait(process: Process) -> int:
        under_way.stop()
        return 2

    monkeypatch.setattr(Process, "wait", wait)
    with pytest.raises(CommandError, match="debian/rules clean failed"):
        under_way.run()
    assert len(rules.ran) == 1
