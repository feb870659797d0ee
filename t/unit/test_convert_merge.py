# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`convert --merge` from the files to the files; and whatever debian/control looks like."""

from __future__ import annotations

import random
import re

import pytest
from debian.deb822 import Deb822
from dhhwcaps.convert import conversion
from dhhwcaps.convert import deb822edit as edit
from dhhwcaps.convert import deb822list as listed
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.merge import Merged, merge
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.rewrite import rewrite
from dhhwcaps.errors import HwcapsError
from test_convert_any import CHANGELOG, written

DATE = "Fri, 02 Jan 2026 00:00:00 +0000"
CONTROL = """\
Source: foo
Section: libs
Build-Depends: debhelper-compat (= 13)

Package: libfoo-framework2
Architecture: any
Multi-Arch: same
Depends: ${misc:Depends}, ${shlibs:Depends}, foo-data
Description: framework

Package: libfoo2
Architecture: any
Multi-Arch: same
Depends: ${misc:Depends}, ${shlibs:Depends}, libfoo-framework2 (= ${binary:Version})
Description: library

Package: libfoo-dev
Section: libdevel
Architecture: any
Depends: libfoo-framework2 (= ${binary:Version}), libfoo2 (= ${binary:Version})
Description: development
"""
FILES = {
    "control": CONTROL, "changelog": CHANGELOG, "rules": "%:\n\tdh $@\n",
    "libfoo2.install": "usr/lib/*/libfoo.so.*\n",
    "libfoo-framework2.install": "usr/lib/*/libfoo_framework.so.*\n",
    "libfoo-framework2.symbols": "libfoo_framework.so.2 libfoo-framework2 #MINVER#\n f@Base 1\n",
}


def merged(files: dict[str, str], *packages: str, family: str = "libfoo2") -> Merged:
    request = Request(packages=packages, merge=family)
    return merge(Packaging(files=files), request, {}, {}, DATE)


def converted(files: dict[str, str], *packages: str, family: str = "libfoo2") -> Result | None:
    """What changes; None when nothing does."""
    found = merged(files, *packages, family=family)
    splits = conversion.choose(
        found.packaging, found.request, {}, lambda arch, word: word in (arch, "any")
    ).splits
    if not splits:
        return None
    result = found.with_split(rewrite(found.packaging, splits, {}, DATE))
    conversion.check(result.files["control"] or "", splits)
    return result


def after(files: dict[str, str], result: Result) -> dict[str, str]:
    return {name: text for name, text in {**files, **result.files}.items() if text is not None}


def test_what_was_in_all_is_in_the_family() -> None:
    result = converted(FILES)
    assert result
    files = after(FILES, result)
    assert files["libfoo2.install"] == (
        "usr/lib/*/libfoo.so.*\nusr/lib/*/libfoo_framework.so.*\n"
    )
    assert files["libfoo2.symbols"].startswith(
        "libfoo_framework.so.2 libfoo2 #MINVER#, libfoo2 (>= 2.0-2~)\n"
    )
    assert "libfoo-framework2.install" not in files
    assert "  * Merge libfoo-framework2 into libfoo2; the old names stay as " in files["changelog"]
    assert files["changelog"].count("UNRELEASED") == 1
    assert "Depends: libfoo2 (= ${binary:Version}), libfoo2-generic (= ${binary:Version})\n" in (
        files["control"]
    )


def test_what_is_done_and_what_is_left_is_said() -> None:
    rules = "%:\n\tdh $@\noverride_dh_strip:\n\tdh_strip -plibfoo-framework2\n"
    result = converted({**FILES, "rules": rules}, family="libfoo-all2")
    assert result
    assert result.summary[0] == (
        "debian/control",
        "libfoo-framework2 and libfoo2: transitional, libfoo-all2 holds what they held",
    )
    places = [place for place, _what in result.left]
    assert places == ["debian/libfoo-all2.symbols", "debian/control", "debian/rules:4"]


def test_without_merge_nothing_is_merged() -> None:
    found = merge(Packaging(files=FILES), Request(), {}, {}, DATE)
    assert found.packaging.files == FILES
    assert found.result.files == {}


def test_unchanged_files_are_not_written() -> None:
    overrides = {"libfoo2.lintian-overrides": "some-tag x\n"}
    assert "libfoo2.lintian-overrides" not in merged({**FILES, **overrides}).result.files


RELATIONS = {
    "Pre-Depends": ["${misc:Pre-Depends}"],
    "Depends": ["${shlibs:Depends}", "${misc:Depends}", "foo-data (>= 1) | bar", "baz [amd64]",
                "liba1 (= ${binary:Version})", "libc-2-0"],
    "Recommends": ["rec", "libb1"],
    "Breaks": ["libfoo1 (<< 2)", "libb1 (<< 1.5)", "other"],
    "Replaces": ["libfoo1", "libb1", "libold"],
    "Conflicts": ["libfoo-abi", "libodd", "libodd2", "libb1"],
    "Provides": ["libfoo-abi", "${t64:Provides}"],
}
LIBRARIES = ("liba1", "libb1", "libc-2-0")


def stanza(dice: random.Random, package: str, relations: dict[str, list[str]]) -> str:
    fields = ["Architecture: any\n", "Multi-Arch: same\n"]
    fields += [
        written(dice, name, dice.sample(values, dice.randint(1, len(values))))
        for name, values in relations.items() if dice.random() < 0.6
    ]
    fields += dice.choice([[], ["Section: libs\n"], ["X-Own: kept\n"]])
    more = dice.choice(["", " .\n  * item\n", " .\n This is it.\n"])
    fields.append(f"Description: {package}\n Text.\n{more}")
    dice.shuffle(fields)
    comments = [dice.choice(["", f"# {package} {n}: here\n"]) for n in range(2)]
    return f"{comments[0]}Package: {package}\n{fields[0]}{comments[1]}{''.join(fields[1:])}"


def control(dice: random.Random) -> str:
    needed = [f"{name} {version}" for name in LIBRARIES for version in
              ("(= ${binary:Version})", "(>= 1) [s390x]", "| other")]
    stanzas = [
        *(stanza(dice, name, RELATIONS) for name in LIBRARIES),
        stanza(dice, "foo-tools", {"Depends": needed, "Recommends": ["rec"]}),
        stanza(dice, "libfoo-dev", {"Depends": needed}), "# alone\n",
    ]
    dice.shuffle(stanzas)
    source = "Source: foo\nSection: libs\n" + written(dice, "Build-Depends", ["cmake", "x"])
    separator = dice.choice(["\n", "\n\n", " \n"])
    return separator.join([source, *stanzas]) + dice.choice(["", "\n", "\n\n"])


@pytest.mark.parametrize("seed", range(150))
def test_any_control_file(seed: int) -> None:
    dice = random.Random(seed)
    files = {
        "control": control(dice), "changelog": CHANGELOG, "rules": "%:\n\tdh $@\n",
        **{f"{name}.install": f"usr/lib/*/{name}.so.*\n" for name in LIBRARIES},
    }
    family = dice.choice(["liba1", "libb1", "libnew1"])
    given = Packaging(files=files).stanzas
    if any("libb1" in listed.items(given[name], "Conflicts") for name in ("liba1", "libc-2-0")):
        with pytest.raises(HwcapsError, match="exclude each other"):
            converted(files, family=family)
        return
    result = converted(files, family=family)
    assert result
    check(files, result, family)
    assert converted(after(files, result), family=family) is None
    assert converted(after(files, result), *LIBRARIES, family=family) is None


def check(files: dict[str, str], result: Result, family: str) -> None:
    text, made = files["control"], result.files["control"] or ""
    for line in re.findall(r"^#.*", text, re.MULTILINE):
        assert made.count(f"{line}\n") == (f"{text}\n").count(f"{line}\n"), line
    before, now = Packaging(files=files).stanzas, Packaging(files={"control": made}).stanzas
    new = {family, f"{family}-generic", f"{family}-avx2", f"{family}-avx512"}
    assert set(now) == set(before) | new
    parsed = {s.get("Package"): s for s in Deb822.iter_paragraphs(made, use_apt_pkg=False)}
    assert set(now) == set(parsed) - {None}
    for name in set(LIBRARIES) - {family}:
        assert parsed[name]["Pre-Depends"] == "${hwcaps:Pre-Depends}"
        assert parsed[name]["Depends"] == f"{family} (= ${{binary:Version}}), ${{misc:Depends}}"
        assert "Replaces" not in parsed[name]
        for holder in (family, f"{family}-generic"):
            assert f"{name} (<< 2.0-2~)" in items(parsed[holder], "Replaces")
            assert "${hwcaps:Breaks}" in items(parsed[holder], "Breaks")
    for name in before:
        for field in edit.fields(before[name]):
            if name in LIBRARIES or field.lower() == "depends":
                continue
            assert edit.raw(now[name], field) == edit.raw(before[name], field)
        assert ("X-Own: kept\n" in before[name]) <= ("X-Own: kept\n" in now[name])
    for stanza in parsed.values():
        for field in ("Pre-Depends", "Depends", "Recommends"):
            listed = items(stanza, field)
            assert len(listed) == len(set(listed))
            if stanza.get("Package") == family:
                assert not {item.split()[0] for item in listed} & ({*LIBRARIES} - {family})
    text = result.files[f"{family}.install"] or ""
    assert sorted(text.split()) == [f"usr/lib/*/{name}.so.*" for name in LIBRARIES]


def items(stanza: Deb822, field: str) -> list[str]:
    return [" ".join(item.split()) for item in stanza.get(field, "").split(",") if item.strip()]


def test_rules_follow_the_merged_name_and_no_file_may_be_left_to_join() -> None:
    rules = "%:\n\tdh $@\noverride_dh_strip:\n\tdh_strip -plibfoo-framework2 -plibfoo2\n"
    files = {"control": CONTROL, "changelog": CHANGELOG, "rules": rules}
    found = merged(files, "libfoo-framework2", "libfoo2")
    assert (found.result.files["rules"] or "").endswith("\tdh_strip -plibfoo2\n")
    assert [place for place, _what in found.result.summary] == ["debian/control", "debian/rules"]
