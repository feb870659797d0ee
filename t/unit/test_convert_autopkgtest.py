# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The test that `dh_hwcaps convert` adds to debian/tests/control."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dhhwcaps.convert import autopkgtest
from dhhwcaps.convert.stanzas import Split
from fakes import level

V3, V4 = level("x86-64-v3"), level("x86-64-v4")
FOO = Split(
    package="libfoo2", stanza="Package: libfoo2\nArchitecture: any\n", source="foo", version="2-1",
    variants=(("libfoo2-avx2", V3), ("libfoo2-avx512", V4)),
)
BAR = replace(FOO, package="libbar1", variants=(("libbar1-avx2", V3),))
STANZA = """\
Test-Command: hwcaps verify libfoo2
Depends: hwcaps-tools, libfoo2, libfoo2-generic, libfoo2-avx2 [amd64], libfoo2-avx512 [amd64]
Restrictions: superficial
Features: test-name=hwcaps
"""


def narrow(text: str) -> str:
    """Return a test with its dependencies on one line, below the field's name."""
    return text.replace("Depends: ", "Depends:\n ").replace(", ", ",\n ")


def test_a_file_is_made() -> None:
    assert autopkgtest.add("", [FOO]) == narrow(STANZA)
    short = replace(FOO, variants=FOO.variants[:1])
    assert "Depends: hwcaps-tools, libfoo2, libfoo2-generic, libfoo2-avx2 [amd64]\n" in (
        autopkgtest.add("", [short])
    )


@pytest.mark.parametrize(
    ("before", "gap"),
    [("Tests: a\nDepends: @", "\n\n"), ("Tests: a\nDepends: @\n# end\n", "\n"),
     ("# c\nTests: a\nDepends:\n\n\n", "")],
)
def test_what_is_there_stays(before: str, gap: str) -> None:
    assert autopkgtest.add(before, [FOO]) == before + gap + narrow(STANZA)


def test_the_style_is_that_of_the_last_test() -> None:
    before = "Tests:\n a,\nDepends:\n b,\n c,\n\n"
    made = autopkgtest.add(before, [FOO])
    assert "\nDepends:\n hwcaps-tools,\n libfoo2,\n libfoo2-generic,\n" in made
    assert "\n libfoo2-avx512 [amd64],\nRestrictions:\n superficial,\n" in made


def test_one_test_for_all_families() -> None:
    made = autopkgtest.add("", [FOO, BAR])
    assert made.startswith("Test-Command: hwcaps verify libfoo2 libbar1\n")
    assert made.count("Test-Command") == 1
    assert "Architecture" not in made


def test_a_family_of_some_architectures_is_tested_there() -> None:
    stanza = FOO.stanza.replace("any", "amd64 arm64")
    made = autopkgtest.add("", [BAR, replace(FOO, stanza=stanza)])
    first, second = made.split("\n\n")
    assert "Architecture" not in first
    assert "Test-Command: hwcaps verify libfoo2\n" in second
    assert "Architecture: amd64 arm64\n" in second


def test_new_variants_join_the_test_that_there_is() -> None:
    before = autopkgtest.add("# first\n", [replace(FOO, variants=FOO.variants[:1])])
    added = replace(FOO, new=False, variants=FOO.variants[1:])
    made = autopkgtest.add(before, [added])
    assert made == before.replace("-avx2 [amd64]", "-avx2 [amd64], libfoo2-avx512 [amd64]")
    assert autopkgtest.add(made, [FOO]) == made
    both = autopkgtest.add(made, [FOO, BAR])
    assert both == made + "\n" + autopkgtest.add("", [BAR])
