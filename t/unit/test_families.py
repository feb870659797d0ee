# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Families are decided from debian/control alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dhhwcaps import families, faults
from dhhwcaps.errors import ControlError
from dhhwcaps.families import Family
from fakes import EVERYWHERE, HWCAPS, MODULES, family, level, planned, stanzas


def split(*texts: str, arch: str = "amd64", **rest: frozenset[str]) -> tuple[Family, ...]:
    source = stanzas(*texts)
    names = frozenset(p.name for p in source.packages)
    given = {"selected": names, "baseline": frozenset(), **rest}
    assert list(faults.find(source, arch=arch, **given)) == []
    return families.on(source, arch=arch, selected=given["selected"])


@pytest.mark.parametrize(("arch", "suffixes"), [
    ("amd64", ["avx2", "avx512"]), ("ppc64el", ["power10"]), ("s390x", ["z15"]), ("arm64", []),
])
def test_one_stanza_for_all_architectures(arch: str, suffixes: list[str]) -> None:
    assert split(*EVERYWHERE, arch=arch) == (family("libfoo1", *suffixes),)


def test_members_hold_the_libraries() -> None:
    (found,) = split(*EVERYWHERE)
    assert found.members == ("libfoo1-generic", "libfoo1-avx2", "libfoo1-avx512")
    assert families.names(stanzas(*EVERYWHERE, "libbar1")) == ["libfoo1"]


def test_variant_of_a_level() -> None:
    made = family("libfoo1", "avx2")
    assert made.variant(level("avx2")) == made.variants[0]
    assert made.variant(level("avx512")) is None


@pytest.mark.parametrize("suffix", ["avx2", "x86-64-v3", "amd64v3"])
def test_suffix_may_be_the_levels_name(suffix: str) -> None:
    assert split("a1", "a1-generic", f"a1-{suffix} amd64") == (family("a1", suffix),)


@pytest.mark.parametrize("texts", [
    ("libfoo1", "libfoo-dev"),
    ("linux-image-generic", "linux-image-extra"),
    ("libfoo1-avx2 amd64",),
    ("libfoo1-z all",),
], ids=["plain", "another generic", "a level in its name only", "a letter"])
def test_no_family(texts: tuple[str, ...]) -> None:
    assert split(*texts) == ()


def test_only_what_debhelper_acts_on() -> None:
    names = frozenset({"libfoo1", "libfoo1-generic", "libfoo1-avx2"})
    assert split(*EVERYWHERE, selected=names) == (family("libfoo1", "avx2"),)
    assert split(*EVERYWHERE, selected=frozenset({"foo-doc"})) == ()


def test_families_with_a_common_beginning() -> None:
    assert split(
        "libfoo1", "libfoo1-generic", "libfoo1-avx2 amd64",
        f"libfoo1-extra\n{HWCAPS}", f"libfoo1-extra-generic\n{HWCAPS}",
        f"libfoo1-extra-avx2 amd64\n{HWCAPS}",
    ) == (family("libfoo1", "avx2"), family("libfoo1-extra", "avx2"))


def test_baseline_does_not_matter_to_what_is_not_built() -> None:
    chosen = frozenset({"libfoo1", "libfoo1-generic", "libfoo1-avx512"})
    assert split(*EVERYWHERE, selected=chosen, baseline=frozenset({"x86-64-v3"})) == (
        family("libfoo1", "avx512"),
    )


def test_modules_of_a_family() -> None:
    found = split(f"a1\n{MODULES}", "a1-generic", "a1-avx2 amd64")
    assert found == (replace(family("a1", "avx2"), modules=("usr/lib/a/*.so",)),)


@pytest.mark.parametrize("other", ["a1-dev", "a1-data all", "a1-udeb", "a1-zstd", "a1-bin"])
def test_siblings_that_are_no_levels(other: str) -> None:
    assert split("a1", "a1-generic", other) == (family("a1"),)


def test_level_of_a_family_that_another_source_builds() -> None:
    source = replace(stanzas("libfoo1-avx512 amd64\nDepends: ${hwcaps:Depends}"),
                     build_depends=("libfoo1-generic",))
    made = planned(source)
    assert made.families == (replace(family("libfoo1", "avx512"), elsewhere=True),)
    assert made.elsewhere
    assert families.elsewhere(source) == ("libfoo1",)
    assert planned(source, "arm64").families == ()
    assert planned(source, selected=frozenset()).families == ()
    with pytest.raises(ControlError, match="Architecture: any, but x86-64-v4 exists on amd64"):
        planned(replace(stanzas("libfoo1-avx512"), build_depends=("libfoo1-generic",)))
    with pytest.raises(ControlError, match="there is no package libfoo1-generic"):
        planned(replace(source, build_depends=()))


def test_whole_family_is_not_elsewhere() -> None:
    source = replace(stanzas("libfoo1", "libfoo1-generic", "libfoo1-avx512 amd64"),
                     build_depends=("libfoo1-generic",))
    assert not planned(source).elsewhere


def test_package_without_a_level_in_its_name_is_none_of_another_source() -> None:
    assert families.elsewhere(replace(stanzas("foo"), build_depends=("foo-generic",))) == ()
