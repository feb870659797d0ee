# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which tars may be unpacked."""

from __future__ import annotations

import tarfile

import pytest
from dhhwcaps.errors import VerificationError
from dhhwcaps.source import archive

TOP = "foo-1.0"


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    return made


def directory(name: str) -> tarfile.TarInfo:
    return member(name, tarfile.DIRTYPE)


def complaint(*members: tarfile.TarInfo) -> str:
    with pytest.raises(VerificationError) as caught:
        archive.check(members, "foo.tar", TOP)
    return str(caught.value)


@pytest.mark.parametrize("members", [
    [],
    [directory(TOP), member(f"{TOP}/a"), directory(f"{TOP}/b"), member(f"{TOP}/b/a")],
    [member(f"{TOP}/a"), member(f"{TOP}/b", tarfile.AREGTYPE)],
    [member(f"{TOP}/link", tarfile.SYMTYPE), member(f"{TOP}/linked")],
    [directory(TOP), directory(f"{TOP}/"), directory(f"{TOP}/b")],
    [member(f"{TOP}/b/{archive.MARK}")],
], ids=["empty", "tree", "old", "link", "directory twice", "mark below"])
def test_tree_of_a_source(members: list[tarfile.TarInfo]) -> None:
    archive.check(members, "foo.tar", TOP)


@pytest.mark.parametrize(("members", "said"), [
    ([member(f"/{TOP}/a")], f"/{TOP}/a is absolute"),
    ([member(f"{TOP}/../a")], f"{TOP}/../a has .. in its name"),
    ([member(f"{TOP}/a", tarfile.LNKTYPE)],
     f"{TOP}/a is neither file, directory nor symbolic link"),
    ([member(f"{TOP}/a", tarfile.FIFOTYPE)],
     f"{TOP}/a is neither file, directory nor symbolic link"),
    ([member("foo/a")], f"foo/a is not in {TOP}/"),
    ([member("")], f" is not in {TOP}/"),
    ([member(TOP)], f"{TOP} is no directory"),
    ([member(f"{TOP}/{archive.MARK}")],
     f"{TOP}/{archive.MARK} has the name of the mark that tells an unpacked tree"),
    ([member(f"{TOP}/a"), member(f"{TOP}//a")], f"{TOP}//a comes twice"),
    ([member(f"{TOP}/a"), directory(f"{TOP}/a")], f"{TOP}/a comes twice"),
    ([directory(f"{TOP}/a"), member(f"{TOP}/a")], f"{TOP}/a comes twice"),
    ([member("a\x1b\nb")], f"a\\x1b\\nb is not in {TOP}/"),
], ids=["absolute", "up", "hard link", "fifo", "elsewhere", "no name", "top", "mark", "twice",
        "file and directory", "directory and file", "control characters"])
def test_what_is_no_tree_of_a_source(members: list[tarfile.TarInfo], said: str) -> None:
    assert complaint(*members) == (
        f"foo.tar: {said}\n  This is no tar of a source tree. dh_hwcaps makes them in -src"
        " packages; nothing was unpacked."
    )


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.REGTYPE])
@pytest.mark.parametrize("late", [False, True])
def test_nothing_lies_below_a_link(kind: bytes, late: bool) -> None:
    members = [member(f"{TOP}/a", kind), member(f"{TOP}/a/b/c")]
    assert complaint(*(reversed(members) if late else members)) == (
        f"foo.tar: {TOP}/a/b/c lies below {TOP}/a, which is no directory\n  A link there could"
        " lead out of the tree; nothing was unpacked."
    )
