# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from corpus import compare
from corpus.contents import Package

FAMILIES = ("libfoo2",)
LIBRARY = "usr/lib/x86_64-linux-gnu/libfoo.so.2"
SHAPE = "-rw-r--r--"


def package(name: str, version: str, *files: str, shlibs: str = "", **fields: str) -> Package:
    return Package(
        name=name, fields={"Version": version, **fields}, shlibs=shlibs,
        files=dict.fromkeys((*files, f"usr/share/doc/{name}/copyright"), SHAPE),
    )


PLAIN = {
    "libfoo2": package("libfoo2", "2.0-1", LIBRARY, "usr/share/foo", Depends="libc6",
                       shlibs="libfoo 2 libfoo2 (>= 2.0-1)"),
    "libfoo-dev": package("libfoo-dev", "2.0-1", "usr/include/foo.h",
                          Depends="libfoo2 (= 2.0-1)"),
}
CONVERTED = {
    "libfoo2": package("libfoo2", "2.0-2", "usr/share/foo"),
    "libfoo2-generic": package("libfoo2-generic", "2.0-2", LIBRARY, Depends="libc6",
                               shlibs="libfoo 2 libfoo2 (>= 2.0-2)"),
    "libfoo2-avx2": package("libfoo2-avx2", "2.0-2"),
    "libfoo2-avx2-dbgsym": package("libfoo2-avx2-dbgsym", "2.0-2"),
    "libfoo-dev": package("libfoo-dev", "2.0-2", "usr/include/foo.h",
                          Depends="libfoo2-generic (= 2.0-2), libfoo2 (= 2.0-2)"),
}


def test_good_conversion_has_no_findings() -> None:
    assert compare.everything(PLAIN, CONVERTED, FAMILIES) == []


@pytest.mark.parametrize(("name", "changes", "said"), [
    ("libfoo-dev", {"files": {}}, "libfoo-dev: usr/include/foo.h: -rw-r--r--, converted absent"),
    ("libfoo-dev", {"files": {**CONVERTED["libfoo-dev"].files, "usr/include/foo.h": "-rwxr-xr-x"}},
     "libfoo-dev: usr/include/foo.h: -rw-r--r--, converted -rwxr-xr-x"),
    ("libfoo-dev", {"fields": {"Version": "2.0-2", "Depends": "libfoo2 (= 2.0-2), libbar1"}},
     "libfoo-dev: Depends has gained libbar1"),
    ("libfoo-dev", {"fields": {"Version": "2.0-2"}},
     "libfoo-dev: Depends has lost libfoo2 (= VERSION)"),
    ("libfoo-dev", {"fields": {**CONVERTED["libfoo-dev"].fields, "Section": "libs"}},
     "libfoo-dev: another Section"),
    ("libfoo2", {"files": {}}, "libfoo2: usr/share/foo: -rw-r--r--, converted absent"),
    ("libfoo2", {"files": {LIBRARY: SHAPE, "usr/share/foo": SHAPE}},
     f"libfoo2: {LIBRARY} is also in libfoo2-generic"),
    ("libfoo2-generic", {"shlibs": "libfoo 2 libfoo2-generic (>= 2.0-2)"},
     "libfoo2-generic: other shlibs than libfoo2 had"),
    ("libfoo2-generic", {"fields": {"Version": "2.0-2"}}, "libfoo2: Depends has lost libc6"),
    ("libfoo2-generic", {"fields": {**CONVERTED["libfoo2-generic"].fields, "Multi-Arch": "same"}},
     "libfoo2-generic: another Multi-Arch"),
    ("libfoo2-avx2", {"symbols": "libfoo.so.2 libfoo2 #MINVER#"},
     "libfoo2-avx2: has shlibs or symbols"),
])
def test_finds(name: str, changes: dict[str, object], said: str) -> None:
    broken = CONVERTED | {name: replace(CONVERTED[name], **changes)}
    assert said in compare.everything(PLAIN, broken, FAMILIES)


def test_finds_packages_that_come_and_go() -> None:
    gone = {name: one for name, one in CONVERTED.items() if name != "libfoo-dev"}
    new = package("libfoo2-extra", "2.0-2")
    assert compare.everything(PLAIN, gone | {new.name: new}, FAMILIES) == [
        "libfoo-dev: not built any more", "libfoo2-extra: new, and of no family",
    ]


def test_names_of_debug_files_follow_the_code() -> None:
    one, other = (
        package("foo-dbgsym", version, f"usr/lib/debug/.build-id/{path}.debug")
        for version, path in (("1", "ab/cdef"), ("2", "01/2345"))
    )
    assert compare.other(one, other, ()) == []


@pytest.mark.parametrize(("name", "family"), [
    ("libfoo2", "libfoo2"), ("libfoo2-generic", "libfoo2"), ("libfoo2-avx512-dbgsym", "libfoo2"),
    ("libfoo2-dbgsym", "libfoo2"), ("libfoo2-bin", None), ("libfoo20", None),
])
def test_members_of_a_family(name: str, family: str | None) -> None:
    assert compare.belongs(name, FAMILIES) == family
