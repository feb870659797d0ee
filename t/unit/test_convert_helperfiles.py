# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files for debhelper of packages that are merged."""

from __future__ import annotations

import pytest
from dhhwcaps.convert import helperfiles
from dhhwcaps.convert.absorb import Left
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.members import Merge
from dhhwcaps.errors import ControlError

CONTROL = "Source: foo\n\nPackage: liba1\n\nPackage: libb1\n\nPackage: libc1\n\nPackage: other\n"


def joined(
    files: dict[str, str], family: str = "libb1", left: Left | None = None
) -> helperfiles.Files:
    merge = Merge(family=family, members=("liba1", "libb1", "libc1"), version="2")
    packaging = Packaging(files={"control": CONTROL, **files})
    return helperfiles.join(packaging, merge, [] if left is None else left)


def test_lists_are_joined_the_familys_first_with_comments_and_once_each() -> None:
    assert joined({
        "liba1.docs": "# of a\nREADME\nNOTES", "libb1.docs": "README\n", "libc1.docs": "c/TODO\n",
        "other.docs": "README\n",
    }) == {
        "libb1.docs": "README\n# of a\nNOTES\nc/TODO\n", "liba1.docs": None, "libc1.docs": None,
    }


def test_nothing_to_join_changes_nothing() -> None:
    assert joined({"libb1.docs": "README\n", "libb1.postinst": "x", "docs.txt": "x"}) == {}


def test_files_without_a_name_are_the_first_packages() -> None:
    assert joined({"install": "a usr/lib\n", "libc1.install": "c usr/lib\n"}) == {
        "install": None, "libc1.install": None, "libb1.install": "a usr/lib\nc usr/lib\n",
    }
    assert joined({"docs": "A\n", "libb1.docs": "B\n"}, "libnew1") == {
        "docs": None, "libb1.docs": None, "libnew1.docs": "A\nB\n",
    }


def test_architectures_that_have_a_file_of_their_own_keep_one() -> None:
    assert joined({
        "liba1.install": "a x\n", "libb1.install": "b x\n", "libb1.install.amd64": "b64 x\n",
        "libc1.install.amd64": "c64 x\n",
    }) == {
        "liba1.install": None, "libc1.install.amd64": None,
        "libb1.install": "b x\na x\n", "libb1.install.amd64": "b64 x\na x\nc64 x\n",
    }
    with pytest.raises(ControlError, match="single kernels"):
        joined({"liba1.install.linux": "a x\n", "libb1.install.amd64": "b x\n"})
    with pytest.raises(ControlError, match="generated"):
        joined({"liba1.symbols.in": "liba.so.1 liba1\n"})


def test_symbols_and_shlibs_name_the_family() -> None:
    made = joined({
        "liba1.symbols": "liba.so.1 liba1 #MINVER#\n",
        "libb1.symbols": "libb.so.1 libb1 #MINVER#\n",
        "libc1.shlibs": "libc 1 libc1 (>= 1)\n",
    })
    assert made["libb1.symbols"] == (
        "libb.so.1 libb1 #MINVER#\nliba.so.1 libb1 #MINVER#, libb1 (>= 2~)\n"
    )
    assert made["libb1.shlibs"] == "libc 1 libb1 (>= 1)\n"


def test_overrides_are_the_familys() -> None:
    assert joined({
        "liba1.lintian-overrides": "# why\nliba1: tag x\nliba1 [amd64] binary: tag y\ntag z\n",
        "libb1.lintian-overrides": "libb1: package-name-doesnt-match-sonames libb0\n",
    })["libb1.lintian-overrides"] == (
        "libb1: package-name-doesnt-match-sonames\n"
        "# why\nlibb1: tag x\nlibb1 [amd64] binary: tag y\ntag z\n"
    )


def test_a_text_for_users_goes_along_if_there_is_one_only() -> None:
    left: Left = []
    assert joined({"liba1.README.Debian": "a\n", "libc1.NEWS": "c\n", "libb1.NEWS": "b\n"},
                  left=left) == {"liba1.README.Debian": None, "libb1.README.Debian": "a\n"}
    assert left == [
        ("debian/libc1.NEWS", "still belongs to libc1, which is a transitional package now")
    ]


@pytest.mark.parametrize("name", ["liba1.postinst", "libc1.maintscript", "preinst"])
def test_maintainer_scripts_are_refused(name: str) -> None:
    with pytest.raises(ControlError, match=f"debian/{name}: maintainer scripts"):
        joined({name: "x"})


@pytest.mark.parametrize(
    ("kind", "one", "other", "said"),
    [
        ("install", "#!/usr/bin/dh-exec\na x\n", "b x\n", "is a program"),
        ("install", "a/data usr/share/foo\n", "b/data /usr/share/foo/\n", "usr/share/foo/data"),
        ("install", "debian/tmp/usr/share/foo/data\n", "b/data usr/share/foo\n", "foo/data"),
        ("docs", "a/README\n", "b/README\n", "both have README"),
        ("symbols", "#include \"x\"\n", "libx.so.1 libc1\n", "includes other files"),
        ("links", "usr/a usr/x usr/a usr/y\n", "usr/b usr/y\n", "both have usr/y"),
        ("symbols", "libx.so.1 liba1\n", "libx.so.1 libc1\n", "both have libx.so.1"),
        ("shlibs", "libx 1 liba1\n", "libx 1 libc1\n", "both have libx 1"),
    ],
)
def test_what_cannot_be_in_one_package_is_refused(
    kind: str, one: str, other: str, said: str
) -> None:
    with pytest.raises(ControlError, match=said):
        joined({f"liba1.{kind}": one, f"libc1.{kind}": other})


def test_the_same_file_twice_is_one() -> None:
    made = joined({"liba1.install": "a/data x\nlib*.so.1 y\n", "libc1.install": "a/data x\n"})
    assert made["libb1.install"] == "a/data x\nlib*.so.1 y\n"


def test_symbols_that_need_a_decision_are_left() -> None:
    left: Left = []
    joined({"liba1.symbols": "liba.so.1 liba1 #MINVER# | liba-gpu1\n"}, left=left)
    assert [place for place, _what in left] == ["debian/liba1.symbols:1", "debian/libb1.symbols"]
    assert "lacks libraries of libb1, libc1" in left[1][1]


def test_symbols_of_all_are_complete_and_those_of_the_family_alone_stay() -> None:
    left: Left = []
    of_all = {f"lib{n}1.symbols": f"lib{n}.so.1 lib{n}1 #MINVER#\n f@Base 1\n" for n in "abc"}
    joined(of_all, left=left)
    joined({"libb1.symbols": of_all["libb1.symbols"], "liba1.install": "a x\n"}, left=left)
    assert left == []
