# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Raising what shlibs files ask for."""

from __future__ import annotations

import pytest
from dhhwcaps import shlibs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("libfoo 2 libfoo2 (>= 1.0)", "libfoo 2 libfoo2 (>= 1.0-2~)"),
        ("libfoo 2 libfoo2", "libfoo 2 libfoo2 (>= 1.0-2~)"),
        ("libfoo 2 libfoo2 (>= 1.1)", "libfoo 2 libfoo2 (>= 1.1)"),
        ("libfoo 2 libfoo2 (>= 1.0-2~)", "libfoo 2 libfoo2 (>= 1.0-2~)"),
        ("libfoo 2 libfoo2 (= 0.9)", "libfoo 2 libfoo2 (= 0.9)"),
        ("libfoo 2 libfoo2 (>= 1.0) | libfoo-gpu2", "libfoo 2 libfoo2 (>= 1.0-2~) | libfoo-gpu2"),
        ("libfoo 2 libfoo2-extra (>= 1.0), xlibfoo2",
         "libfoo 2 libfoo2-extra (>= 1.0), xlibfoo2"),
        ("udeb: libfoo 2 libfoo2-udeb (>= 1.0)", "udeb: libfoo 2 libfoo2-udeb (>= 1.0)"),
        ("libfoo2 2 other (>= 1.0)", "libfoo2 2 other (>= 1.0)"),
    ],
)
def test_only_weaker_relations_on_the_package_are_raised(before: str, after: str) -> None:
    assert shlibs.raised(f"{before}\n", "libfoo2", "1.0-2~") == f"{after}\n"


@pytest.mark.parametrize(("before", "after"), [
    ("libfoo 2 libfoo-gpu2 (>= 3)", "libfoo 2 libfoo-gpu2 (>= 1:0.9)"),
    ("udeb: libfoo 2 foo-udeb (>= 3)", "udeb: libfoo 2 foo-udeb (>= 1:0.9)"),
    ("libfoo 2 libfoo-gpu2 (>= 3.1)", "libfoo 2 libfoo-gpu2 (>= 3.1)"),
    ("libfoo 2 libfoo-gpu2 (>> 3)", "libfoo 2 libfoo-gpu2 (>> 3)"),
    ("libfoo 2 libbar2 (>= 3)", "libfoo 2 libbar2 (>= 3)"),
    ("libfoo 2 libfoo-gpu2", "libfoo 2 libfoo-gpu2"),
])
def test_relations_on_the_own_version_name_another(before: str, after: str) -> None:
    assert shlibs.renumbered(f"{before}\n", ["libfoo-gpu2", "foo-udeb"], "3", "1:0.9") == (
        f"{after}\n"
    )


def test_what_is_no_version_is_left_to_dpkg() -> None:
    odd = "libfoo 2 libfoo2 (>= 1:_)\n"
    assert shlibs.raised(odd, "libfoo2", "1.0-2~") == odd
