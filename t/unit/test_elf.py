# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading ELF files from what readelf prints; no process is started here."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import elf, isa, run
from dhhwcaps.errors import HwcapsError, VerificationError

HEADER = """\
ELF Header:
  Magic:   7f 45 4c 46 02 01 01 00 00 00 00 00 00 00 00 00
  Class:                             ELF64
  Data:                              2's complement, little endian
  Type:                              {kind}
  Machine:                           Advanced Micro Devices X86-64

Program Headers:
  Type           Offset   VirtAddr           PhysAddr           FileSiz  MemSiz   Flg Align
"""
LIBRARY = HEADER.format(kind="DYN (Shared object file)") + """\
  LOAD           0x000000 0x0000000000000000 0x0000000000000000 0x0004c8 0x0004c8 R   0x1000

Dynamic section at offset 0x2e58 contains 19 entries:
  Tag        Type                         Name/Value
 0x0000000000000001 (NEEDED)             Shared library: [libm.so.6]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000000e (SONAME)             Library soname: [liba.so.1]
 0x000000000000001d (RUNPATH)            Library runpath: [/x/[y]:$ORIGIN/../z]
 0x000000000000000f (RPATH)              Library rpath: [/old]

Displaying notes found in: .note.gnu.property
  Owner  Data size \tDescription
  GNU    0x00000010\tNT_GNU_PROPERTY_TYPE_0\t      Properties: x86 ISA needed: x86-64-v3
"""
PROGRAM = HEADER.format(kind="DYN (Position-Independent Executable file)") + """\
  INTERP         0x000318 0x0000000000000318 0x0000000000000318 0x00001c 0x00001c R   0x1
"""
OBJECT = HEADER.format(kind="REL (Relocatable file)")


def test_parse_library() -> None:
    found = elf.parse(Path("liba.so.1.2"), LIBRARY)
    assert found == elf.SharedObject(
        path=Path("liba.so.1.2"), soname="liba.so.1", elf_class="ELF64",
        machine="Advanced Micro Devices X86-64", kind="DYN", needed=("libm.so.6", "libc.so.6"),
        runpath=("/x/[y]", "$ORIGIN/../z", "/old"), has_interp=False,
        marks=frozenset({"x86-64-v3"}),
    )


def test_parse_names_with_line_ends() -> None:
    text = LIBRARY.replace("[libm.so.6]", "[lib\nm.so]\t]").replace("[liba.so.1]", "[\n]")
    found = elf.parse(Path("p"), text)
    assert (found.needed, found.soname) == (("lib\nm.so]\t", "libc.so.6"), "\n")


def test_parse_program_and_object() -> None:
    assert elf.parse(Path("p"), PROGRAM).has_interp
    assert not elf.parse(Path("p"), LIBRARY).has_interp
    assert elf.parse(Path("a.o"), OBJECT).kind == "REL"
    assert elf.parse(Path("a.o"), OBJECT).soname == ""


@pytest.mark.parametrize(("notes", "levels"), [
    ("x86 ISA needed: x86-64-baseline\n", set()),
    ("x86 ISA needed: x86-64-baseline, x86-64-v2, x86-64-v3\n", {"x86-64-v2", "x86-64-v3"}),
    ("x86 feature: IBT, SHSTK, x86 ISA needed: x86-64-v4, <unknown: 10>\n", {"x86-64-v4"}),
    ("x86 ISA needed: x86-64-v2, x86 ISA used: x86-64-v2, x86-64-v4\n", {"x86-64-v2"}),
    ("x86 ISA used: x86-64-v4\n", set()),
    ("", set()),
])
def test_marks(notes: str, levels: set[str]) -> None:
    assert isa.marks(notes) == levels


def test_is_elf_never_follows_links(tmp_path: Path) -> None:
    (tmp_path / "lib.so").write_bytes(elf.MAGIC + b"\x02")
    (tmp_path / "link.so").symlink_to("lib.so")
    (tmp_path / "text").write_text("GROUP ( libc.so.6 )")
    (tmp_path / "empty").write_bytes(b"")
    assert [p.name for p in sorted(tmp_path.iterdir()) if elf.is_elf(p)] == ["lib.so"]


def test_find_sorts_and_stays_inside(tmp_path: Path) -> None:
    for name in ("b/lib.so", "a/lib.so", "outside/lib.so"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(elf.MAGIC)
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "outside")
    assert elf.find(tmp_path / "a") == (tmp_path / "a/lib.so",)
    assert [p.parent.name for p in elf.find(tmp_path)] == ["a", "b", "outside"]


def test_find_names_the_unreadable(tmp_path: Path) -> None:
    with pytest.raises(HwcapsError, match="missing: No such file"):
        elf.find(tmp_path / "missing")


def _readelf(monkeypatch: pytest.MonkeyPatch, files: dict[str, tuple[str, str]]) -> list[int]:
    """Answer like readelf: `files` has standard output and error by name; note the calls."""
    calls: list[int] = []

    def attempt(*argv: str | Path) -> tuple[int, str, str]:
        names = [str(word) for word in argv[argv.index("--") + 1 :]]
        calls.append(len(names))
        if "-S" in argv:
            return 0, "  [ 5] .dynamic  NOBITS  00\n" if names[0].endswith(".debug") else "", ""
        heads = [f"\nFile: {name}\n" if len(names) > 1 else "" for name in names]
        out = "".join(head + files[name][0] for head, name in zip(heads, names, strict=True))
        return 0, out, "".join(files[name][1] for name in names)

    monkeypatch.setattr(run, "attempt", attempt)
    return calls


def test_read_many_with_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{n}.so" for n in range(elf.AT_ONCE + 1)]
    calls = _readelf(monkeypatch, dict.fromkeys(names, (LIBRARY, "")))
    found = elf.read([Path(name) for name in names])
    assert [str(library.path) for library in found] == names
    assert all(library.soname == "liba.so.1" for library in found)
    assert calls == [elf.AT_ONCE, 1]


def test_read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _readelf(monkeypatch, {})
    assert elf.read([]) == ()
    assert calls == []


def test_read_names_the_truncated_one(monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = "readelf: Error: Reading 2112 bytes extends past end of file for section headers\n"
    _readelf(monkeypatch, {"good.so": (LIBRARY, ""), "bad.so": (LIBRARY, complaint)})
    with pytest.raises(VerificationError, match=r"bad.so: not a whole ELF file\n.*2112 bytes"):
        elf.read([Path("good.so"), Path("bad.so")])


def test_read_does_not_judge_objects_and_debug_files(monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = "readelf: Error: the dynamic segment offset + size exceeds the size of the file\n"
    files = {"a.o": (OBJECT, complaint), "a.debug": (PROGRAM, complaint)}
    _readelf(monkeypatch, files)
    assert [f.soname for f in elf.read([Path("a.o"), Path("a.debug")])] == ["", ""]


def test_read_lives_with_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    _readelf(monkeypatch, {"a.so": (LIBRARY, "readelf: Warning: odd note\n")})
    assert elf.read([Path("a.so")])[0].soname == "liba.so.1"
