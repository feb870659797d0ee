# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Links that lead to libraries of the generic package."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import control, layout, links, substvars
from dhhwcaps.errors import ControlError
from fakes import LIB, family, write

MODULE = "usr/lib/python3/dist-packages/foo/lib/libfoo.so"
CONTROL = """\
Source: foo

Package: libfoo1-generic

Package: libfoo1-avx2

Package: libfoo1

Package: python3-foo
Depends: ${misc:Depends}, libfoo1 (= ${binary:Version})
"""


@pytest.fixture(autouse=True)
def staged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A generic library, a variant that holds it too, and a link of a module."""
    monkeypatch.chdir(tmp_path)
    write(f"debian/libfoo1-generic{LIB}/libfoo.so.1")
    write(f"debian/libfoo1-avx2{LIB}/glibc-hwcaps/x86-64-v3/libfoo.so.1")
    monkeypatch.setattr(substvars, "loadable", lambda _package: {f"{LIB}/libfoo.so.1"})
    link("../../../../x86_64-linux-gnu/libfoo.so.1")


def link(target: str) -> None:
    path = layout.staging("python3-foo") / MODULE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def check(
    text: str = CONTROL, suffix: str = "avx2", packages: tuple[str, ...] = ("python3-foo",)
) -> None:
    links.check(control.parse(text), family("libfoo1", suffix), packages)


@pytest.mark.parametrize("target", [
    "../../../../x86_64-linux-gnu/libfoo.so.1", f"{LIB}/libfoo.so.1",
])
def test_link_that_may_dangle(target: str) -> None:
    link(target)
    with pytest.raises(ControlError, match="python3-foo: Depends lacks libfoo1-generic") as caught:
        check()
    assert MODULE in caught.value.message
    assert caught.value.advice.startswith(
        "Depends: libfoo1-generic (= ${binary:Version}), ${misc:Depends}, libfoo1 (="
    )


def test_package_that_depends_on_generic() -> None:
    check(CONTROL.replace("libfoo1 (=", "libfoo1-generic (="))


def test_package_that_depends_on_a_flavour_with_the_same_library() -> None:
    write(f"debian/libfoo-extra1{LIB}/libfoo.so.1")
    check(CONTROL.replace("libfoo1 (=", "libfoo-extra1 (="))


def test_package_that_is_not_built() -> None:
    check(packages=("libfoo1",))


@pytest.mark.parametrize("target", ["libfoo.so.1", "/etc/alternatives/libfoo.so.1"])
def test_link_to_something_else(target: str) -> None:
    link(target)
    check()


def test_package_with_the_library_itself() -> None:
    write(f"debian/python3-foo{LIB}/libfoo.so.1")
    check()


def test_no_variant_can_stand_alone() -> None:
    check(CONTROL, "avx512")


def test_variant_that_does_not_hold_all(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {f"{LIB}/libfoo.so.1", f"{LIB}/libfoodata.so.1"}
    monkeypatch.setattr(substvars, "loadable", lambda _package: everything)
    check()


def test_links_of_members_are_their_own_business() -> None:
    Path(f"debian/libfoo1-generic{LIB}/libfoo.so").symlink_to("libfoo.so.1")
    link("nowhere")
    check(packages=("python3-foo", "libfoo1-generic", "libfoo1-avx2"))
