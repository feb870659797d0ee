# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that stand in for a family, as libavcodec-extra61 does for libavcodec61."""

from __future__ import annotations

from debian.deb822 import Deb822
from dhhwcaps.convert import conversion, flavours
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.result import Result
from dhhwcaps.convert.rewrite import rewrite

CONTROL = """\
Source: foo
Section: libs
Build-Depends: debhelper-compat (= 13)

Package: libfoo2
Architecture: any
Depends: ${shlibs:Depends}, ${misc:Depends}
Description: foo - runtime
 Foo does it.

Package: libfoo-extra2
Architecture: any
Conflicts: libfoo2, bar (<< 3)
Provides: libfoo2 (= ${binary:Version}), foo
Depends: ${shlibs:Depends}, ${misc:Depends}
Description: foo - runtime with more
 Foo does it.

Package: libfoo-dev
Architecture: any
Depends: libfoo2 (= ${binary:Version}), ${misc:Depends}
Description: foo - development
 Foo does it.
"""
CHANGELOG = "foo (2.0-1) unstable; urgency=low\n\n  * Old.\n\n -- A <a@b>  Thu, 01 Jan 2026\n"


def converted(*names: str) -> tuple[dict[str, Deb822], Result]:
    given = Packaging(files={
        "control": CONTROL, "changelog": CHANGELOG, "rules": "%:\n\tdh $@\n",
        "libfoo2.symbols": "x", "libfoo-extra2.symbols": "x",
    })
    choice = conversion.choose(
        given, Request(packages=names), {}, lambda arch, word: word in (arch, "any")
    )
    result = rewrite(given, choice.splits, {}, "Fri, 02 Jan 2026 00:00:00 +0000")
    made = Deb822.iter_paragraphs(result.files["control"] or "", use_apt_pkg=False)
    return {stanza.get("Package", ""): stanza for stanza in made}, result


def test_files_of_a_flavour_and_of_the_family_never_meet() -> None:
    made, _result = converted()
    generic = made["libfoo-extra2-generic"]
    assert generic["Conflicts"] == "libfoo2-generic, libfoo2-hwcaps"
    assert made["libfoo-extra2-avx2"]["Conflicts"] == "libfoo2-generic, libfoo2-hwcaps"
    assert made["libfoo-extra2"]["Conflicts"] == "libfoo2, bar (<< 3)"
    assert "Conflicts" not in made["libfoo2-generic"]


def test_the_dev_package_still_works_with_the_flavour() -> None:
    made, result = converted()
    assert (
        "libfoo2-generic (= ${binary:Version}) | libfoo-extra2-generic (= ${binary:Version})"
        in made["libfoo-dev"]["Depends"].split(", ")
    )
    assert not result.left


def test_a_flavour_that_is_not_split_conflicts_with_the_members() -> None:
    made, _result = converted("libfoo2")
    flavour = made["libfoo-extra2"]
    assert flavour["Conflicts"].split(", ") == [
        "libfoo2", "libfoo2-generic", "libfoo2-hwcaps", "bar (<< 3)",
    ]
    assert flavour["Provides"] == "libfoo2 (= ${binary:Version}), foo"
    assert (
        "libfoo2-generic (= ${binary:Version}) | libfoo-extra2 (= ${binary:Version})"
        in made["libfoo-dev"]["Depends"].split(", ")
    )


def test_only_conflicts_with_all_versions_make_a_flavour() -> None:
    stanza = "Package: libbar2\nConflicts: libfoo2 (<< 1), libbar2, libold1\n"
    assert flavours.rivals(stanza, ["libfoo2", "libbar2"]) == ()
    assert flavours.rivals(CONTROL.split("\n\n")[2], ["libfoo2", "libfoo-extra2"]) == ("libfoo2",)
