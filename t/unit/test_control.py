# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control as values."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import control
from dhhwcaps.control import BinaryPackage, Fault, Source
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


def test_least_source() -> None:
    least = Source(name="foo", packages=(BinaryPackage(name="a", architectures=()),))
    assert control.parse("Source: foo\n\nPackage: a\n") == least


def test_fields_of_a_package() -> None:
    text = "Source: foo\n\nPackage: a\nArchitecture: all\nX-Hwcaps-Source: yes\nSection: libs\n" \
        "x-hwcaps-modules: usr/lib/a/*.so\n /usr/lib/b/**/*.so\n"
    assert control.parse(text + "Multi-Arch: same\n").packages == (
        BinaryPackage(name="a", architectures=("all",), source="yes", section="libs",
                      multi_arch="same", modules=("usr/lib/a/*.so", "/usr/lib/b/**/*.so")),
    )


@pytest.mark.parametrize("name", ["X-Hwcaps-Module", "x-hwcaps-levels"])
def test_fields_of_ours_that_do_not_exist(name: str) -> None:
    with pytest.raises(ControlError) as caught:
        control.parse(f"Source: foo\n\nPackage: a\n{name}: usr/lib/a/*.so\n")
    assert str(caught.value) == (
        f"debian/control: a: there is no field {name}\n"
        "  Fields of dh_hwcaps are X-Hwcaps-Source and X-Hwcaps-Modules."
    )


def test_fault_that_names_no_field() -> None:
    fault = Fault(rule="odd", package="a", message="a is odd", advice="Let it be.")
    assert fault.field == ""
    assert str(fault.error()) == "debian/control: a is odd\n  Let it be."


def test_no_file() -> None:
    with pytest.raises(ControlError) as caught:
        control.read()
    assert str(caught.value) == (
        "debian/control: no such file\n  Run this in the top directory of a Debian source package."
    )


def test_file_that_is_not_utf8() -> None:
    path = Path("debian/control")
    path.parent.mkdir()
    path.write_bytes(b"Source: foo\n\nPackage: \xe4\n")
    with pytest.raises(ControlError) as caught:
        control.read()
    assert str(caught.value) == (
        "debian/control: line 3 is not UTF-8, as it must be (Policy 5.1)"
    )
    path.write_bytes(b"\n\xe4\n")
    with pytest.raises(ControlError, match="line 2 is"):
        control.read()
    path.write_text("\udce4Source: foo\n", errors="surrogateescape")
    with pytest.raises(ControlError, match="line 1 is"):
        control.read()


@pytest.mark.parametrize(("name", "section", "expected"), [
    ("libfoo-dev", "", True), ("foo-devel", "libs", True), ("foo-dev-bin", "", True),
    ("foo-device", "", False), ("foo", "libdevel", True), ("foo", "contrib/libdevel", True),
    ("foo", "libdevel/x", False), ("foo", "devel", False),
])
def test_development(name: str, section: str, expected: bool) -> None:
    assert control.development(name, section) is expected
    package = BinaryPackage(name=name, architectures=(), section=section)
    assert package.development is expected


@pytest.mark.parametrize(("other", "expected"), [
    ("libfoo1", True), ("libfoo", True), ("libfoo2.0-1", True), ("libfoo1t64", True),
    ("libfoot64", True), ("libfoo1a", False), ("libfoot641", False), ("libbar1", False),
])
def test_same_library(other: str, expected: bool) -> None:
    assert control.same_library("libfoo1", other) is expected


@pytest.mark.parametrize("name", ["../a", "a/b", "", ".", "-a", "a b", "a;b", "$(a)", "a\n b", "ä"])
@pytest.mark.parametrize("text", ["Source: {}\n", "Source: foo\n\nPackage: {}\n"])
def test_names_that_no_package_can_have(name: str, text: str) -> None:
    with pytest.raises(ControlError) as caught:
        control.parse(text.format(name))
    said = f"debian/control: {name!r} is no name of a package (Policy 5.6.1)"
    assert str(caught.value) == said


@pytest.mark.parametrize("name", ["a", "libstdc++6", "linux-image-6.1.0-1_x", "libfoo@N@", "A1"])
def test_names_that_dpkg_or_a_template_has(name: str) -> None:
    assert control.parse(f"Source: foo\n\nPackage: {name}\n").packages[0].name == name


@pytest.mark.parametrize(("fields", "stands"), [
    ("", True), ("Recommends: x", True), ("Recommends: x, ${hwcaps:Recommends}", False),
    ("shlibs", False),
])
def test_family_of_its_own_stands_for_no_other(fields: str, stands: bool) -> None:
    more = ", ${shlibs:Depends}" if fields == "shlibs" else ""
    (package,) = control.parse(
        "Source: a\n\nPackage: a1-cc\nPre-Depends: ${hwcaps:Pre-Depends}\n"
        f"Depends: a1 (= ${{binary:Version}}){more}\n{'' if more else fields}\n"
    ).packages
    assert package.stands_for("a1") is stands
