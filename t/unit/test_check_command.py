# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `dh_hwcaps check` reads, prints and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dhhwcaps import main
from dhhwcaps.check import history
from fakes import Commands, family, write
from test_check import CHANGELOG, CONTROL, RULES, TEST
from test_steps import ARCHITECTURE

LOADER = "Subdirectories of glibc-hwcaps directories, in priority order:\n  x86-64-v3\n"
NOTHING = "libfoo2: no mistake found\n"


@pytest.fixture(autouse=True)
def _source(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be above a source package without a mistake, on a machine that knows v3."""
    commands.say("dpkg-architecture", ARCHITECTURE)
    commands.say("gcc '-###'")
    commands.say("gcc -Q", "  -march=  \t\tx86-64\n")
    commands.say("gcc -march=x86-64-v3")
    commands.say("readelf", "[Requesting program interpreter: /lib64/ld.so]")
    commands.say("/lib64/ld.so", LOADER)
    put({"control": CONTROL, "changelog": CHANGELOG, "rules": RULES, "tests/control": TEST})


def put(files: dict[str, str]) -> None:
    for name, text in files.items():
        write(f"foo/debian/{name}", text)


def check(*words: str) -> int:
    return main.main(["dh_hwcaps", "check", *words])


def test_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("foo") == 0
    assert capsys.readouterr() == (NOTHING, "")


def test_working_directory(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("foo")
    assert check() == 0
    assert capsys.readouterr() == (NOTHING, "")


def test_verbose_tells_what_cannot_be_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("-v", "foo") == 0
    put({"changelog": CHANGELOG.replace("dh-hwcaps", "care")})
    assert check("-v", "foo") == 0
    assert capsys.readouterr().out == (
        f"libfoo2: x86-64-v3; split in 2.0-2, as debian/changelog has it\n{NOTHING}"
        "libfoo2: x86-64-v3; debian/changelog does not tell when it was split, so the version in"
        f" Replaces of the generic package cannot be checked\n{NOTHING}"
    )


def test_notes_do_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    put({"tests/control": "Tests: other\n"})
    assert check("foo") == 0
    assert capsys.readouterr().out == (
        "debian/tests/control: note: no autopkgtest checks the variants as installed\n"
        "  Test-Command: hwcaps verify libfoo2\n  Depends: hwcaps-tools, @\nlibfoo2: 1 note\n"
    )


def test_warnings_fail_and_errors_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    text = CONTROL.replace("(<< 2.0-2~)", "(<< 2.0-2)").replace("Provides: ${hwcaps:Provides}", "")
    put({"control": text, "rules": f"{RULES}override_dh_hwcaps_biuld:\n"})
    assert check("foo") == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line[0] != " "]
    assert [" ".join(line.split()[:3]) for line in lines] == [
        "debian/control:18: error: libfoo2-avx2:",
        "debian/rules:4: error: override_dh_hwcaps_biuld:",
        "debian/control:16: warning: libfoo2-generic:", "libfoo2: 2 errors,",
    ]
    assert lines[-1] == "libfoo2: 2 errors, 1 warning"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    put({"control": CONTROL.replace("Provides: ${hwcaps:Provides}\n", "")})
    assert check("--json", "-v", "foo") == 1
    assert json.loads(capsys.readouterr().out) == {
        "format": 1, "source": "foo", "families": ["libfoo2"], "findings": [{
            "rule": "missing-substvar", "severity": "error", "file": "debian/control", "line": 18,
            "package": "libfoo2-avx2", "field": "Provides",
            "message": "libfoo2-avx2: Provides lacks ${hwcaps:Provides}",
            "advice": "Provides: ${hwcaps:Provides}",
        }],
    }


def test_json_without_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--json", "foo") == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_control_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    put({"control": CONTROL.replace("Package: foo\n", "Packag: foo\n")})
    assert check("foo") == 1
    assert capsys.readouterr().out == (
        "debian/control: error: binary stanza 5 has no Package field\ndebian/control: 1 error\n"
    )


def test_bytes_that_are_not_utf_8(capsys: pytest.CaptureFixture[str]) -> None:
    with Path("foo/debian/rules").open("ab") as rules:
        rules.write(b"override_dh_hwcaps_b\xe9:\n\tdh_hwcaps_build --\xe9\x1b\n")
    assert check("foo") == 1
    assert check("--json", "foo") == 1
    assert "dh_hwcaps_build: unrecognized arguments: --\\xe9\\x1b" in capsys.readouterr().out
    with Path("foo/debian/control").open("ab") as control:
        control.write(b"# \xe9\n")
    assert check("foo") == 1
    assert capsys.readouterr().out.startswith(
        "debian/control: error: line 33 is not UTF-8, as it must be (Policy 5.1)\n"
    )


def test_source_that_is_not_split(capsys: pytest.CaptureFixture[str]) -> None:
    put({"control": "Source: foo\n\nPackage: foo\nArchitecture: any\n"})
    assert check("foo") == 0
    assert capsys.readouterr().out == "nothing to check: no package P has a sibling P-generic\n"


def test_source_that_is_built_from_another(capsys: pytest.CaptureFixture[str]) -> None:
    put({"control": "Source: foo-gpu\nBuild-Depends: dh-sequence-hwcaps-source, foo-src\n\n"
                    "Package: libfoo-gpu2\nArchitecture: any\n"})
    assert check("foo") == 0
    assert capsys.readouterr().out == "foo-gpu: no mistake found\n"


@pytest.mark.parametrize(("words", "said"), [
    (("bar",), "bar: there is no debian/control here\n  Name the topmost"),
    ((), "there is no debian/control here\n  Name the topmost"),
    (("foo", "bar"), "unrecognized arguments: bar\n  see dh_hwcaps check --help"),
    (("--jso", "foo"), "unrecognized arguments: --jso\n  see dh_hwcaps check --help"),
])
def test_no_source_and_wrong_usage(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert check(*words) == 2
    assert capsys.readouterr().err.startswith(f"dh_hwcaps: error: {said}")


def test_level_that_the_compiler_does_not_know(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.say("gcc -march=x86-64-v3", code=1)
    assert check("foo") == 1
    said = "debian/control:18: error: x86-64-v3: gcc does not know -march=x86-64-v3\n  GCC knows"
    assert capsys.readouterr().out.startswith(said)


def test_level_that_the_loader_does_not_know(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.say("/lib64/ld.so", LOADER.replace("v3", "v2"))
    assert check("foo") == 1
    assert "x86-64-v3: this distribution's ld.so does not know it" in capsys.readouterr().out


def test_level_in_the_baseline(
    commands: Commands, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.say("dpkg-architecture", f"{ARCHITECTURE}DEB_HOST_ARCH_VARIANT=amd64v3\n")
    assert check("foo") == 1
    assert "libfoo2-avx2: x86-64-v3 is not above the baseline" in capsys.readouterr().out
    monkeypatch.setenv("DEB_BUILD_PROFILES", "pkg.foo.nohwcaps nocheck")
    assert check("foo") == 0


def test_old_changelogs_have_lines_that_no_parser_accepts() -> None:
    odd = "foo (1) x; urgency=low\n\n -- hwcaps libfoo2 <a@b>  Fri\n\n" \
        "Fri Jan 1\n-- nobody\n\nfoo (a_b) x; y\n  * hwcaps\n" \
        "old (0.9-1 x) y; z\nfoo (0.5) x; y\n  * Split libfoo2 with\n    dh-hwcaps.\n"
    entries = history.read(odd)
    assert [entry.version for entry in entries] == ["1", "0.5"]
    assert history.splitting(entries, family("libfoo2")) == history.Splitting(
        version="0.5", before=""
    )
    assert history.ever_split(entries) == {"libfoo2"}
    assert history.read("") == ()
