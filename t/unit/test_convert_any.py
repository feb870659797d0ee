# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever debian/control looks like: nothing of it is lost, and the second conversion is idle."""

from __future__ import annotations

import random

import pytest
from debian.deb822 import Deb822
from dhhwcaps.convert import conversion
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.rewrite import rewrite

CHANGELOG = "foo (2.0-1) unstable; urgency=low\n\n  * Old.\n\n -- A <a@b>  Thu, 01 Jan 2026\n"
FILES = {
    "changelog": CHANGELOG, "rules": "%:\n\tdh $@\n", "libfoo2.symbols": "x",
    "libbar-1-0.symbols": "x",
}
RELATIONS = {
    "Pre-Depends": ["${misc:Pre-Depends}"],
    "Depends": ["${shlibs:Depends}", "${misc:Depends}", "foo-data (>= 1) | bar", "baz [amd64]"],
    "Recommends": ["rec"],
    "Breaks": ["libfoo1 (<< 2)", "other"],
    "Replaces": ["libfoo1", "libfoo0"],
    "Conflicts": ["libfoo-abi"],
    "Provides": ["libfoo-abi", "${t64:Provides}"],
}


def written(dice: random.Random, name: str, values: list[str]) -> str:
    indent = dice.choice([" ", "    ", "\t", " " * (len(name) + 2)])
    separator = dice.choice([", ", ",", f",\n{indent}", f"\n{indent}, ", f",\n# why\n{indent}"])
    start = dice.choice([" ", "", f"\n{indent}"])
    end = dice.choice(["", ",", " ", " ,"])
    return f"{dice.choice([name, name.lower()])}:{start}{separator.join(values)}{end}\n"


def stanza(dice: random.Random, package: str, relations: dict[str, list[str]]) -> str:
    fields = ["Architecture: any\n", "Multi-Arch: same\n", "Section: libs\n"]
    fields += [
        written(dice, name, dice.sample(values, dice.randint(1, len(values))))
        for name, values in relations.items() if dice.random() < 0.6
    ]
    more = dice.choice(["", " .\n  * item\n", " .\n This is it.\n"])
    fields.append(f"Description: foo\n Text.\n{more}")
    dice.shuffle(fields)
    comment = dice.choice(["", "# a comment: here\n", "#Package: gone\n"])
    return "".join([comment, f"Package: {package}\n", fields[0], comment, *fields[1:]])


def control(dice: random.Random) -> str:
    source = "Source: foo\n" + written(dice, "Build-Depends", ["cmake", "debhelper-compat (= 13)"])
    needed = ["libfoo2 (= ${binary:Version})", "libfoo2 (>= 1) [s390x]", "zlib1g-dev"]
    stanzas = [
        source, stanza(dice, "libfoo2", RELATIONS), stanza(dice, "libfoo-dev", {"Depends": needed}),
        dice.choice(["# the end\n", stanza(dice, "libbar-1-0", RELATIONS)]),
    ]
    return dice.choice(["\n", "\n\n", " \n"]).join(stanzas) + dice.choice(["", "\n", "\n\n"])


@pytest.mark.parametrize("seed", range(100))
def test_any_control_file(seed: int) -> None:
    text = control(random.Random(seed))
    given = Packaging(files={"control": text, **FILES})
    choice = conversion.choose(given, Request(), {}, lambda _arch, word: word == "any")
    result = rewrite(given, choice.splits, {}, "Fri, 02 Jan 2026 00:00:00 +0000")
    made = result.files["control"] or ""
    conversion.check(made, choice.splits)
    rest = iter(made)
    assert all(character in rest for character in text), made
    before = {s.get("Package", ""): s for s in Deb822.iter_paragraphs(text, use_apt_pkg=False)}
    after = {s.get("Package", ""): s for s in Deb822.iter_paragraphs(made, use_apt_pkg=False)}
    members = ("-generic", "-avx2", "-avx512")
    assert set(after) - set(before) == {s.package + m for s in choice.splits for m in members}
    for name, old in before.items():
        for field in old:
            if field == "Description":
                assert after[name][field].startswith(old[field])
            else:
                assert words(old[field]) <= words(after[name][field]), (name, field)
    files = {**given.files, **{name: new or "" for name, new in result.files.items()}}
    assert conversion.choose(
        Packaging(files=files), Request(), {}, lambda _arch, word: word == "any"
    ).splits == ()


def words(value: str) -> set[str]:
    return {" ".join(item.split()) for item in value.split(",") if item.strip()}
