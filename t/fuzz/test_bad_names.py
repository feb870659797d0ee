# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names that a shell would obey are but names: of files, directories, SONAMEs, versions."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from dhhwcaps import (
    control,
    dispatch,
    elf,
    inspection,
    isa,
    leaks,
    libraries,
    run,
    samecode,
    sections,
    symbols,
    units,
    verify,
)
from dhhwcaps.errors import CommandError, ControlError, VerificationError
from dhhwcaps.run import Shell
from dhhwcaps.source import package, window
from dhhwcaps.source.package import SourcePackage
from dhhwcaps.units import Units

NAMES = (
    "$(touch ran)", "`touch ran`", ";touch ran", "|touch ran", "& touch ran &", "a\ntouch ran\n",
    "'; touch ran; '", '"; touch ran; "', "-o", "--help", "* ?[a]", "~root", "${IFS}", "!!", "\\",
    "a b", "#a", "%s%n", "\udcff", "ä\u202e", ">ran", "<(touch ran)",
)
READERS = (
    symbols.symbols, sections.read, lambda path: units.units(path, "-march=x86-64-v3"),
    samecode.has_code, lambda path: samecode.same(path, path), elf.is_elf, elf.identity,
    lambda path: dispatch.sign(path, "amd64"), lambda path: leaks.scan(path, "amd64"),
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library."""
    top = tmp_path_factory.mktemp("library")
    (top / "a.c").write_text("int table[300]; int foo(void) { return table[7]; }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "a.so", "a.c"], cwd=top, check=True)
    return top / "a.so"


@pytest.fixture(autouse=True)
def _nothing_ran(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob("ran"))


EACH = pytest.mark.parametrize("name", NAMES, ids=ascii)


@EACH
def test_file(name: str, compiled: Path) -> None:
    directory = Path("debian", name, "usr/lib")
    directory.mkdir(parents=True)
    path = directory / f"{name}.so"
    path.write_bytes(compiled.read_bytes())
    assert [found.path for found in libraries.read([name])[name]] == [path]
    for reader in READERS:
        reader(path)


@EACH
def test_file_in_the_working_directory(name: str, compiled: Path) -> None:
    path = Path(name)
    path.write_bytes(compiled.read_bytes())
    (found,) = elf.read([path])
    assert (found.kind, found.path) == ("DYN", path)
    for reader in READERS:
        reader(path)


@EACH
def test_soname(name: str, compiled: Path) -> None:
    words = ["gcc", "-shared", "-fPIC", "-Xlinker", "-soname", "-Xlinker", f"lib{name}.so.1"]
    subprocess.run([*words, "-o", "b.so", compiled.with_name("a.c")], check=True)
    (found,) = elf.read([Path("b.so")])
    assert found.soname == f"lib{name}.so.1"
    generic = replace(found, marks=frozenset({"x86-64-v3"}))
    for finding in verify.of_dropped(generic, isa.LEVELS[1], f"{name}-avx2", Units()):
        with pytest.raises(VerificationError, match="says that it needs"):
            inspection.settle([finding])


@EACH
def test_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("debian", name).mkdir(parents=True)
    before = Path("debian", name, "before")
    before.touch()
    shell = Shell(verbose=name.isprintable())
    shell("mv", before, before.with_name("after"))
    assert before.with_name("after").exists()
    shell("touch", "--", f"./{name}")
    assert Path(name).exists()
    with pytest.raises(CommandError):
        run.output("false", name)
    # What is shown does the same when it is pasted, but where the terminal's encoding ends.
    if name.isprintable():
        before.touch()
        subprocess.run(["sh", "-e"], input=capsys.readouterr().out, text=True, check=True)
        assert not before.exists()


@EACH
def test_version_and_package(name: str) -> None:
    text = "Source: foo\nBuild-Depends: foo-src (= {0})\n\nPackage: foo-src\nArchitecture: all\n"
    for given in (text.format(name), text.replace("foo", name), text.replace("foo-src", name)):
        with suppress(ControlError):
            source = control.parse(given)
            window.check(source.build_relations, "foo-src", name)
            package.holders(source)
    for given in name.splitlines():
        made = package.makefile(SourcePackage(package="foo-src", source="foo", version="1"))
        made = made.replace(":= foo\n", f":= {given} \n")
        with pytest.raises(ControlError):
            package.read("foo-src", made)
    for level in isa.LEVELS:
        assert isa.split(f"{name}-{level.suffix}") == (name, level)
