# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The substvars files that dh_gencontrol reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from debian.substvars import Substvars
from dhhwcaps import libraries, substvars
from dhhwcaps.elf import SharedObject
from dhhwcaps.run import Shell
from fakes import LIB, TRIPLET, family, shared_object, stanzas, write

FOO = family("libfoo1", "avx2", "avx512")
CONTROL = stanzas("libfoo1-generic\nDepends: ${shlibs:Depends}\nBreaks: ${hwcaps:Breaks}")
V = "${binary:Version}"
SUFFIXES = ("sse4.2", "x86-64-v2", "amd64v2", "avx2", "x86-64-v3", "amd64v3", "avx512", "x86-64-v4",
            "amd64v4")
BROKEN = ", ".join(f"libfoo1-{suffix} (<< {V})" for suffix in SUFFIXES)
GENERIC = Path("debian/libfoo1-generic", LIB.lstrip("/"))


@pytest.fixture(autouse=True)
def _generic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file of the generic package's directory be a library named like itself."""
    def read(packages: list[str]) -> dict[str, tuple[SharedObject, ...]]:
        assert packages == ["libfoo1-generic"]
        files = [path for path in Path("debian/libfoo1-generic").rglob("*") if path.is_file()]
        objects = [shared_object(p, "" if p.suffix == ".plugin" else p.name) for p in files]
        return {"libfoo1-generic": tuple(objects)} if files else {}

    monkeypatch.setattr(libraries, "read", read)


def ship(suffix: str, level: str, *names: str) -> None:
    for name in names:
        write(f"debian/libfoo1-{suffix}/usr/lib/{TRIPLET}/glibc-hwcaps/{level}/{name}")


def read(package: str) -> dict[str, str]:
    found = Substvars.load_from_path(f"debian/{package}.substvars")
    return {name: found[name] for name in found}


def test_write() -> None:
    for name in ("liba.so.1", "libb.so.1", "x.plugin"):
        write(GENERIC / name)
    ship("avx2", "x86-64-v3", "liba.so.1", "libb.so.1")
    ship("avx512", "x86-64-v4", "liba.so.1")
    write("debian/libfoo1.substvars", "shlibs:Depends=libfoo1 (>= 2), libc6\nmisc:Depends=\n")
    write("debian/libfoo1-avx2.substvars", "shlibs:Depends=libc6 (>= 2.36), libfoo1 (>= 2)\n"
          "shlibs:Pre-Depends=libfoo1\nmisc:Depends=libfoo1\n")
    substvars.write(CONTROL, FOO, "amd64", Shell())
    assert read("libfoo1") == {
        "shlibs:Depends": "libfoo1 (>= 2), libc6",
        "misc:Depends": "",
        "hwcaps:Pre-Depends":
            f"libfoo1-generic (= {V}) | libfoo1-avx2 (= {V}) | libfoo1-avx512 (= {V})",
        "hwcaps:Recommends": f"libfoo1-avx2 (= {V}), libfoo1-avx512 (= {V})",
    }
    # dh_shlibdeps writes none where a package holds no ELF file.
    assert read("libfoo1-generic") == {"hwcaps:Breaks": BROKEN, "shlibs:Depends": ""}
    assert read("libfoo1-avx2") == {
        "shlibs:Depends": "libc6 (>= 2.36)",
        "shlibs:Pre-Depends": "",
        "misc:Depends": "libfoo1",
        "hwcaps:Depends": f"libfoo1-generic (= {V}) | x86-64-v3-support",
        "hwcaps:Breaks":
            f"libfoo1-generic (<< {V}), {BROKEN}".replace(f" libfoo1-avx2 (<< {V}),", ""),
        "hwcaps:Provides": f"libfoo1-hwcaps (= {V})",
    }
    assert read("libfoo1-avx512")["hwcaps:Depends"] == f"libfoo1-generic (= {V})"


def test_write_twice_is_the_same() -> None:
    write(GENERIC / "liba.so.1")
    write("debian/libfoo1-generic.substvars", "shlibs:Depends=libfoo1, libc6\n")
    texts = []
    for _ in range(2):
        substvars.write(CONTROL, FOO, "amd64", Shell())
        texts.append(Path("debian/libfoo1-generic.substvars").read_text())
    assert texts[0] == texts[1]
    assert texts[0] == f"shlibs:Depends=libc6\nhwcaps:Breaks={BROKEN}\n"


def test_empty_ones_are_set_too() -> None:
    write(GENERIC / "liba.so.1")
    substvars.write(CONTROL, FOO, "amd64", Shell())
    assert read("libfoo1")["hwcaps:Recommends"] == ""
    assert read("libfoo1-avx2")["hwcaps:Provides"] == ""


def test_nothing_was_split_yet() -> None:
    ship("avx2", "x86-64-v3", "liba.so.1")
    substvars.write(CONTROL, FOO, "amd64", Shell())
    assert read("libfoo1-avx2")["hwcaps:Depends"] == f"libfoo1-generic (= {V})"


def test_no_act_shows_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write(GENERIC / "liba.so.1")
    substvars.write(CONTROL, family("libfoo1"), "amd64", Shell(no_act=True))
    assert not Path("debian/libfoo1.substvars").exists()
    assert capsys.readouterr().out == f"""\
\tprintf %s 'hwcaps:Pre-Depends=libfoo1-generic (= {V})
hwcaps:Recommends=
' > debian/libfoo1.substvars
\tprintf %s 'hwcaps:Breaks={BROKEN}
shlibs:Depends=
' > debian/libfoo1-generic.substvars
"""


def test_bytes_that_are_no_utf8_pass_through() -> None:
    path = write("debian/libfoo1.substvars")
    path.write_bytes(b"x:Maintainer=M\xfcller\n\n")
    ship("avx2", "x86-64-v3")
    substvars.write(CONTROL, FOO, "amd64", Shell())
    assert path.read_bytes().startswith(b"x:Maintainer=M\xfcller\nhwcaps:Pre-Depends=")
