# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which packages are merged, and which cannot be."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import members
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.closure import Need
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.members import Merge
from dhhwcaps.errors import ControlError, HwcapsError, UsageError
from test_convert_merge import CONTROL, FILES


def found(
    *packages: str, family: str = "libfoo2", needed: dict[str, Need] | None = None,
    force: bool = False, **files: str,
) -> Merge | None:
    named = {name.replace("__", "."): text for name, text in files.items()}
    request = Request(packages=packages, force=force)
    return members.find(Packaging(files={**FILES, **named}), request, family, needed or {})


def test_without_names_all_that_would_be_split_are_merged() -> None:
    merge = found()
    assert merge
    assert merge.members == ("libfoo-framework2", "libfoo2")
    assert (merge.others, merge.base) == (("libfoo-framework2",), "libfoo2")
    assert (merge.existed, merge.least) == (True, "libfoo2 (>= 2.0-2~)")


def test_the_family_is_one_of_them_without_being_named() -> None:
    merge = found("libfoo-framework2")
    assert merge
    assert merge.members == ("libfoo-framework2", "libfoo2")


def test_a_new_family_is_made_from_the_first() -> None:
    merge = found(family="libfoo-all2")
    assert merge
    assert (merge.others, merge.existed) == (("libfoo-framework2", "libfoo2"), False)
    assert merge.base == "libfoo-framework2"


def test_risky_packages_are_left_out_and_named() -> None:
    needed = {"libfoo-framework2": Need(root="apt", source="foo")}
    with pytest.raises(ControlError, match="nothing to merge"):
        found(needed=needed)
    with pytest.raises(ControlError, match="apt needs it"):
        found("libfoo-framework2", needed=needed)
    assert found(needed=needed, force=True)
    merge = found(family="libfoo-all2", needed=needed)
    assert merge
    assert merge.members == ("libfoo2",)
    assert [verdict.package for verdict in merge.skipped if verdict.forcible] == [
        "libfoo-framework2"
    ]


def second(old: str, new: str) -> str:
    """Change the stanza of libfoo2 only."""
    before, name, after = CONTROL.partition("Package: libfoo2\n")
    return before + name + after.replace(old, new, 1)


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (second("any", "amd64 arm64"), "different Architecture .*: any, libfoo2: amd64 arm64"),
        (second("Multi-Arch: same\n", ""), "different Multi-Arch .*: same, libfoo2: none"),
        (second("any\n", "any\nBuild-Profiles: <!stage1>\n"), "different Build-Profiles"),
        (second("any\n", "any\nConflicts: libfoo-framework2\n"), "exclude each other"),
        (second("any\n", "any\nPackage-Type: udeb\n"), "libfoo2 cannot be split: a udeb"),
        (CONTROL + "\nPackage: libfoo-framework2-generic\nArchitecture: any\n", "split already"),
        (CONTROL.replace("libfoo2", "libbar2"), "has no package libfoo2"),
    ],
)
def test_packages_that_cannot_be_one_are_refused(control: str, said: str) -> None:
    with pytest.raises(HwcapsError, match=said):
        found("libfoo-framework2", "libfoo2", control=control)


def test_an_older_conflict_is_none() -> None:
    assert found(control=second("any\n", "any\nBreaks: libfoo-framework2 (<< 1.0)\n"))


@pytest.mark.parametrize(
    ("family", "error", "said"),
    [
        ("libfoo2-avx2", UsageError, "member of a family"),
        ("libfoo2-generic", UsageError, "member of a family"),
        ("Libfoo", UsageError, "no name of a package"),
        ("", UsageError, "no name of a package"),
        ("libfoo-dev", ControlError, "development files"),
    ],
)
def test_a_family_needs_a_name_of_its_own(
    family: str, error: type[HwcapsError], said: str
) -> None:
    with pytest.raises(error, match=said):
        found(family=family)


def test_rules_that_make_packages_of_sonames_are_refused() -> None:
    rules = "%:\n\tdh $@\noverride_dh_install:\n\td-shlibmove --commit debian/tmp/libfoo.so\n"
    with pytest.raises(ControlError, match="d-shlibmove"):
        found(rules=rules)


def test_a_merge_is_done_once() -> None:
    control = CONTROL + "\nPackage: libfoo2-generic\nArchitecture: any\n"
    transitional = control.replace(
        "Depends: ${misc:Depends}, ${shlibs:Depends}, foo-data",
        "Pre-Depends: ${hwcaps:Pre-Depends}\nDepends: libfoo2 (= ${binary:Version})",
    )
    assert found(control=transitional) is None
    assert found("libfoo-framework2", control=transitional) is None
    with pytest.raises(ControlError, match="libfoo-framework2 cannot be merged into it"):
        found("libfoo-framework2", control=control)


@pytest.mark.parametrize(
    ("item", "concerned"),
    [("libfoo2", True), ("libfoo2:any (>= 1)", True), ("libfoo2-dev", False),
     ("other | libfoo2 (>= 1)", True), ("libfoo2[amd64]", True), ("${libfoo2}", False)],
)
def test_relations_concern_packages_by_their_names(item: str, *, concerned: bool) -> None:
    assert members.concerns(item, ("libfoo2",)) is concerned
