# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs of sbuild and lintian, differences, and the page."""

from __future__ import annotations

from corpus import __main__ as command
from corpus import buildlog, builds, lintian, page, results
from corpus.pins import PINS
from real import machine

LOG = f"""\
dh_hwcaps_install: warning: libfoo.so.2: tests are elsewhere
dh_hwcaps_install: warning: libfoo.so.2: tests are elsewhere

{buildlog.TIMES}
0m0.00s 0m0.01s
1m2.50s 0m3.25s
Build finished at 2020-01-01T00:00:00Z

{buildlog.BEGIN}
{{"libraries": [], "levels": []}}
{buildlog.END}
"""
FAILED = """\
dh_hwcaps_install: error: libfoo.so.2 lacks a symbol
  The symbol is foo.
make: *** [debian/rules:5: binary] Error 1
"""


def test_log_has_time_report_and_warnings() -> None:
    assert buildlog.seconds(LOG) == 65.8
    assert buildlog.report(LOG) == {"libraries": [], "levels": []}
    assert buildlog.warnings(LOG) == ["libfoo.so.2: tests are elsewhere"]
    assert buildlog.report(FAILED) == {}
    assert buildlog.seconds(FAILED) is None


def test_failure_is_what_our_steps_say_else_the_end() -> None:
    assert buildlog.failure(FAILED) == "\n".join(FAILED.splitlines()[:2])
    assert buildlog.failure("a\nb\nBuild finished at X\nSummary") == "a\nb"


def test_tags_are_compared_by_family() -> None:
    said = "W: libfoo2: some-tag in x\nN: a note\nI: foo source: other-tag\nO: libfoo2: old\n"
    assert lintian.tags(said) == {("some-tag", "libfoo2"), ("other-tag", "foo source")}
    moved = lintian.by_family({("some-tag", "libfoo2-generic")}, ["libfoo2"])
    assert moved == {("some-tag", "libfoo2")}


def test_changed_lines_are_counted_by_file() -> None:
    difference = "--- debian/control\n+++ debian/control\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"
    assert builds.changed(difference) == {"debian/control": "+2 -1"}


def test_page_is_made_of_the_results_that_are_kept() -> None:
    names = [pin.name for pin in PINS]
    assert command.PAGE.read_text() == page.render(names, results.load(names))


def test_page_tells_failures_and_refusals() -> None:
    common = {"version": "1", "sha256": "", "once": False}
    broken = {**common, "package": "foo", "failures": [{"stage": "use", "said": "it\nburns"}]}
    refused = {**common, "package": "bar", "failures": [], "refused": "alternatives"}
    text = page.render(["foo", "bar", "new"], [broken, refused])
    assert "* **use**: `it ⏎ burns`" in text
    assert "| foo | 0 |  |  |  |  | 1 |" in text
    assert "| bar | refused |  |  |  |  | none |" in text
    assert "    alternatives\n" in text
    assert "No result yet: new.\n" in text


def test_page_of_a_whole_result() -> None:
    library = {"soname": "libfoo.so.2", "directory": "/usr/lib", "level": "x86-64-v3",
               "dropped": "", "units": "1/1", "size": 2000, "generic_size": 1000,
               "dispatch": "cpuid in init"}
    same = library | {"level": "x86-64-v4", "dropped": "same as x86-64-v3", "size": None}
    text = page.render(["foo"], [{
        "package": "foo", "version": "1", "families": ["libfoo2"], "failures": [],
        "seconds": {"plain": 10, "converted": 25},
        "libraries": [library, same], "tests": {"x86-64-v3": "passed"}, "rules": "export A = b",
        "stops": "of b",
    }])
    assert "The build stopped at first: of b. `debian/rules` got:\n\n    export A = b\n" in text
    assert ("| foo | 1 | x86-64-v3: 1 of 1<br>x86-64-v4: 0 of 1 | passed | 2.5 (10 s, 25 s) |"
            " generic 1 kB + 2 kB + 0 B | none |") in text
    assert "Dispatches by itself: libfoo.so.2 (cpuid in init).\n" in text
    assert "| libfoo.so.2 | 1 kB | 2 kB, 1/1 units | dropped: same as x86-64-v3 |" in text


def test_page_tells_which_level_was_emulated() -> None:
    used = {"upgraded from": "1-1", "command": "foo", "emulated": ["x86-64-v4"],
            "loaded": {"x86-64-v4": {}, "x86-64-v3": {}, "generic": {}}}
    result = {"package": "foo", "version": "1", "failures": [], "use": used}
    assert "`foo` ran at x86-64-v4 (emulated), x86-64-v3, generic.\n" in page.render(
        ["foo"], [result])
    # On a CPU that has them all, and in results from before emulation.
    for native in (used | {"emulated": []}, {k: v for k, v in used.items() if k != "emulated"}):
        assert "`foo` ran at x86-64-v4, x86-64-v3, generic.\n" in page.render(
            ["foo"], [result | {"use": native}])


def test_every_package_is_pinned_once_for_this_release() -> None:
    names = [pin.name for pin in PINS]
    assert len(names) == len(set(names)) == 18
    assert all(len(pin.source.sha256) == 64 and pin.source.suite in machine.SUITES for pin in PINS)
    # Those for newer releases are for the system tests.
    changed = [pin for pin in PINS if pin.source.rules or pin.stops]
    assert [pin.name for pin in changed] == ["aubio", "fftw3", "sundials"]
    assert all(pin.source.rules and pin.stops for pin in changed)
