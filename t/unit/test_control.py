# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control as values."""

from __future__ import annotations

import pytest
from dhhwcaps import control
from dhhwcaps.control import BinaryPackage, Source
from dhhwcaps.errors import ControlError

TEXT = """\
# A comment before everything.
Source: foo
Build-Depends:
 debhelper-compat (= 13),
# cmake (>= 3),
 cmake:native (>= 3.18) <!nocheck> | meson,
 ${misc:Build},
build-depends-arch: libbar-dev [linux-any] # a note
Build-Depends-Indep: doxygen,
Rules-Requires-Root: no

# A comment between stanzas.


Package: libfoo1
Architecture: any
pre-depends: ${hwcaps:Pre-Depends}
Depends: ${misc:Depends},
# not yet: libbaz1,
         ${shlibs:Depends},
Description: short
 Long; with Depends: in it.

Package: libfoo1-avx2
Architecture: amd64
 x32
Package-Type: deb
"""


def test_parse() -> None:
    assert control.parse(TEXT) == Source(
        name="foo",
        packages=(
            BinaryPackage(name="libfoo1", architectures=("any",), relations=(
                ("Pre-Depends", "${hwcaps:Pre-Depends}"),
                ("Depends", "${misc:Depends}, ${shlibs:Depends},"),
            )),
            BinaryPackage(name="libfoo1-avx2", architectures=("amd64", "x32")),
        ),
        build_depends=("debhelper-compat", "cmake", "meson", "libbar-dev", "doxygen"),
        build_depends_arch=("libbar-dev",),
        build_relations="debhelper-compat (= 13),\n cmake:native (>= 3.18) <!nocheck> | meson,\n"
                        " ${misc:Build}, libbar-dev [linux-any], doxygen",
        requires_root="no",
    )


def test_root_is_required_unless_said() -> None:
    assert control.parse("Source: foo\n").requires_root == "binary-targets"


def test_package() -> None:
    source = control.parse(TEXT)
    found = source.package("libfoo1")
    assert found
    assert found.relation("Pre-Depends") == "${hwcaps:Pre-Depends}"
    assert found.relation("Breaks") == ""
    assert source.package("libfoo") is None


@pytest.mark.parametrize(("text", "said"), [
    ("", "debian/control does not begin with a Source stanza"),
    ("# nothing\n\n", "debian/control does not begin with a Source stanza"),
    ("Package: libfoo1\n", "debian/control does not begin with a Source stanza"),
    ("Source: foo\n\nPackage: a\n\nArchitecture: any\n",
     "debian/control: binary stanza 2 has no Package field"),
], ids=["empty", "comment", "no source", "no package"])
def test_unusable(text: str, said: str) -> None:
    with pytest.raises(ControlError) as caught:
        control.parse(text)
    assert str(caught.value) == said


@pytest.mark.parametrize(("relation", "names"), [
    ("", ()),
    ("libfoo1", ("libfoo1",)),
    ("libfoo1 (>= 2~), libbar2:any|libbaz3(<<1),\n g++-12 [amd64] <!x>",
     ("libfoo1", "libbar2", "libbaz3", "g++-12")),
    ("${shlibs:Depends}, libfoo${x}", ("libfoo",)),
    ("a1,\n# b1, c1\n d1", ("a1", "d1")),
])
def test_names(relation: str, names: tuple[str, ...]) -> None:
    assert control.names(relation) == names
