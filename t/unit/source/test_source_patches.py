# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps.errors import ControlError
from dhhwcaps.run import Shell
from dhhwcaps.source import patches
from dhhwcaps.source.package import SourcePackage
from fakes import Commands, write

WHERE = Path("debian/foo-src.patches")


def test_series() -> None:
    for name in ("a", "b", "c"):
        write(WHERE / name)
    write(WHERE / "series", "# all of them\n\na\n  b -p0 # why\nc -R -p2\n")
    assert [(patch.path.name, patch.options) for patch in patches.series("foo-src")] == [
        ("a", ("-p1",)), ("b", ("-p0",)), ("c", ("-p2", "-R")),
    ]


def test_no_series() -> None:
    assert patches.series("foo-src") == ()


@pytest.mark.parametrize(("files", "message"), [
    ({"a": ""}, "foo-src.patches/series: no such file"),
    ({"series": "a\n"}, "foo-src.patches/a: no such file"),
])
def test_what_is_missing(files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        write(WHERE / name, text)
    with pytest.raises(ControlError, match=message):
        patches.series("foo-src")


def test_apply(commands: Commands) -> None:
    commands.say("cd x && patch")
    write(WHERE / "a")
    write(WHERE / "series", "a -R\n")
    item = SourcePackage(package="foo-src", source="foo", version="1")
    patches.apply(item, Path("x"), Shell())
    (line,) = commands.ran
    assert line.endswith(f" -p1 -R --input={Path.cwd()}/debian/foo-src.patches/a")
    assert {"--fuzz=0", "--forward", "--batch"} < set(line.split())
