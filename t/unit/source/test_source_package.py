# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import pytest
from dhhwcaps import control
from dhhwcaps.errors import ControlError
from dhhwcaps.source import package
from dhhwcaps.source.package import SourcePackage
from fakes import stanzas


def made(name: str = "foo-src", version: str = "1:2.0+dfsg-1") -> SourcePackage:
    return SourcePackage(package=name, source="foo", version=version)


@pytest.mark.parametrize("name", ["foo-src", "foo-2-src", "foo-2.14+rc1-src"])
def test_names_of_holders(name: str) -> None:
    assert package.holders(stanzas("foo", f"{name} all")) == (name,)


@pytest.mark.parametrize("name", ["foo-data-src", "foo-source", "foosrc", "bar-src", "foo-2src"])
def test_other_names(name: str) -> None:
    assert package.holders(stanzas(f"{name} all")) == ()


@pytest.mark.parametrize(("stanza", "expected"), [
    ("bar all\nX-Hwcaps-Source: yes", ("bar",)), ("foo-src all\nX-Hwcaps-Source: no", ()),
    ("foo-src any\nX-Hwcaps-Source: no", ()),
])
def test_field_counts_more_than_the_name(stanza: str, expected: tuple[str, ...]) -> None:
    assert package.holders(stanzas(stanza)) == expected


@pytest.mark.parametrize(("stanza", "message"), [
    ("foo-src all\nX-Hwcaps-Source: true", "X-Hwcaps-Source is yes or no"),
    ("foo-src any", "the same on all architectures"),
])
def test_refused(stanza: str, message: str) -> None:
    with pytest.raises(ControlError, match=message):
        package.holders(stanzas(stanza))


def test_addon_for_architecture_any_only() -> None:
    source = control.parse(
        "Source: foo\nBuild-Depends-Arch: dh-sequence-hwcaps\n\n"
        "Package: foo-src\nArchitecture: all\n"
    )
    with pytest.raises(ControlError, match="foo-src, which is Architecture: all, would stay empty"):
        package.holders(source)


@pytest.mark.parametrize(("name", "version", "tar", "fragment"), [
    ("foo-src", "1:2.0+dfsg-1", "foo/foo-2.0+dfsg.tar", "foo/foo.mk"),
    ("foo-2.14-src", "2.14.1", "foo-2.14/foo-2.14.1.tar", "foo-2.14/foo-2.14.mk"),
    ("bar", "1-2-3", "bar/foo-1-2.tar", "bar/bar.mk"),
])
def test_files(name: str, version: str, tar: str, fragment: str) -> None:
    assert made(name, version).tar == f"/usr/src/{tar}"
    assert made(name, version).fragment == f"/usr/src/{fragment}"


def test_makefile() -> None:
    assert package.makefile(made("foo-2.14-src"), "include x\n") == """\
# For packages that are built from foo-2.14-src: see dh-hwcaps(7).
FOO_2_14_SRC_PACKAGE := foo-2.14-src
FOO_2_14_SRC_SOURCE := foo
FOO_2_14_SRC_VERSION := 1:2.0+dfsg-1
FOO_2_14_SRC_TAR := /usr/src/foo-2.14/foo-2.0+dfsg.tar
include x
"""


def test_read_what_was_written() -> None:
    text = package.makefile(made(), "FOO_SRC_VERSION := 3\n")
    assert package.read("foo-src", text) == made()


@pytest.mark.parametrize("text", [
    "", "FOO_SRC_VERSION := 1\n", "BAR_SRC_PACKAGE := foo-src\n",
    *(package.makefile(SourcePackage(package="foo-src", source="foo", version="1")).replace(*odd)
      for odd in (("PACKAGE := foo-src", "PACKAGE := ../foo-src"),
                  ("SOURCE := foo", "SOURCE := a/b"), ("VERSION := 1", "VERSION := 1:_"),
                  ("VERSION := 1", "VERSION := ../1"))),
])
def test_read_something_else(text: str) -> None:
    with pytest.raises(ControlError, match=r"/usr/src/foo/foo\.mk does not say what foo-src holds"):
        package.read("foo-src", text)
