# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts of maintainers and of tools, as hypothesis invents them."""

from __future__ import annotations

from pathlib import Path

import guard
import pytest
from debian.debian_support import DpkgArchTable
from dhhwcaps import (
    control,
    families,
    faults,
    isa,
    relations,
    shlibs,
    split,
    substvars,
)
from dhhwcaps.check.rules import findings
from dhhwcaps.check.subject import Subject
from dhhwcaps.convert import conversion, makefile, merge, symbolsfile
from dhhwcaps.convert.candidates import Packaging
from dhhwcaps.convert.conversion import Request
from dhhwcaps.convert.members import Merge
from dhhwcaps.convert.rewrite import rewrite
from dhhwcaps.families import Family
from dhhwcaps.run import Shell
from dhhwcaps.source import package, window
from hypothesis import given
from hypothesis import strategies as st

DATE = "Fri, 02 Jan 2026 00:00:00 +0000"
SUFFIXES = ["", "-generic", "-dev", "-src", *(f"-{s}" for lv in isa.LEVELS for s in lv.suffixes),
            "-avx3", "-hwcaps"]
ODD = st.text(max_size=12)
PACKAGES = st.builds("{}{}".format, st.sampled_from(["foo", "libfoo1", "libfoo2"]),
                     st.sampled_from(SUFFIXES))
NAMES = st.one_of(PACKAGES, ODD)
STANZAS = st.integers(0, 30).flatmap(lambda n: NAMES if n == 0 else PACKAGES)
"""A single name that none can be ends the reading."""
VERSIONS = st.one_of(
    st.sampled_from(["1", "2:1-1", "${binary:Version}", "1:", "-", "1~", "_"]), ODD)
RELATION = st.builds("{} ({} {})".format, NAMES,
                     st.sampled_from(["<<", "<=", "=", ">=", ">>", "<", ">", ""]), VERSIONS)
SUBSTVARS = st.builds("${{{}:{}}}".format, st.sampled_from(["hwcaps", "misc", "shlibs"]),
                      st.sampled_from(["Depends", "Breaks", "Provides", "Pre-Depends"]))
RELATIONS = st.lists(st.one_of(NAMES, RELATION, SUBSTVARS, ODD), max_size=4).map(
    lambda items: ", ".join(items) if len(items) % 2 else ",\n ".join(items))
FIELDS = ("Architecture", "Multi-Arch", "Section", "Build-Profiles", "Description", "X-DH-Compat",
          "X-Hwcaps-Source", "X-Hwcaps-Modules", "Rules-Requires-Root", "Standards-Version",
          "Priority")
VALUES = st.one_of(st.sampled_from(["any", "all", "amd64", "same", "libs", "libdevel", "yes", "no",
                                    "linux-any", "<!nocheck>", "amd64 s390x"]), ODD)
FIELD = st.builds("{}: {}\n".format, st.one_of(st.sampled_from(FIELDS), ODD), VALUES)
RELATING = st.builds("{}: {}\n".format, st.sampled_from(control.RELATIONS), RELATIONS)
NEEDING = st.builds("{}: debhelper-compat (= 13), {}\n".format, st.sampled_from(
    ["Build-Depends", "Build-Depends-Arch", "build-depends-indep"]), RELATIONS)
BINARY = st.builds("Package: {}\n{}".format, STANZAS,
                   st.lists(st.one_of(FIELD, RELATING), max_size=6).map("".join))
SOURCE = st.builds("Source: {}\n{}".format, STANZAS,
                   st.lists(st.one_of(FIELD, NEEDING), max_size=3).map("".join))
CONTROL = st.one_of(
    *4 * [st.builds("{}\n{}".format, SOURCE, st.lists(BINARY, max_size=6).map("\n".join))],
    st.text(max_size=200),
)
LINES = st.lists(st.one_of(st.sampled_from([
    "%:\n", "\tdh $@\n", "override_dh_auto_test:\n", "\tdh_hwcaps_install -a\n", "endif\n", "\\\n",
    "ifeq ($(DH_HWCAPS_LEVEL),x)\n", "define x\n", "endef\n", "binary-arch: build\n", "build:\n",
    "\tdh_makeshlibs\n", "\tdh_shlibdeps\n", "\tdh_gencontrol -plibfoo1 -- -v1\n", "clean:\n",
    "include /x\n", "export CFLAGS = -O3\n", "\tchrpath -d debian/libfoo1/usr/lib/*.so\n",
]), ODD.map(lambda text: f"\t{text}\n"), ODD), max_size=12).map("".join)
CHANGELOG = st.one_of(
    st.builds("foo ({}) unstable; urgency=low\n\n  * {}\n\n -- A <a@b>  {}\n".format,
              VERSIONS, ODD, st.one_of(st.just(DATE), ODD)),
    st.text(max_size=80),
)
ARCHES = sorted({level.arch for level in isa.LEVELS} | {"arm64"})


@pytest.fixture(scope="module")
def table() -> DpkgArchTable:
    return DpkgArchTable.load_arch_table()


@given(CONTROL)
def test_control_files(text: str) -> None:
    with guard.bounded():
        source = control.parse(text)
        package.holders(source)
        for arch in ARCHES:
            selected = frozenset(item.name for item in source.packages)
            baseline = frozenset({"x86-64-v2"})
            list(faults.find(source, arch=arch, selected=selected, baseline=baseline))
            for family in families.on(source, arch=arch, selected=selected):
                list(relations.faults(source, family, 13))
                list(relations.takeover(source, family))
                relations.transitional(source, family)
                shipped = {name: {"a"} for name in family.members}
                relations.substvars(source, family, shipped, {"a"}, arch)


@given(CONTROL, LINES, CHANGELOG, st.dictionaries(NAMES.map("{}.install".format), LINES))
def test_check(
    table: DpkgArchTable, text: str, rules: str, changelog: str, files: dict[str, str]
) -> None:
    with guard.bounded():
        given = {**files, "control": text, "rules": rules, "changelog": changelog}
        subject = Subject(packaging=Packaging(files=given), source=control.parse(text),
                          matches=table.matches_architecture)
        for finding in findings(subject):
            assert finding.message


@given(CONTROL, LINES, CHANGELOG, st.booleans(), st.none() | NAMES)
def test_convert(
    table: DpkgArchTable, text: str, rules: str, changelog: str, force: bool, family: str | None
) -> None:
    with guard.bounded():
        files = {"control": text, "rules": rules, "changelog": changelog, "libfoo1.symbols": "x",
                 "libfoo2.install": "usr/lib/*/lib*.so.*\n"}
        request = Request(packages=(), merge=family, suffixes=(), force=force)
        found = merge.merge(Packaging(files=files), request, {}, {}, DATE)
        choice = conversion.choose(found.packaging, found.request, {}, table.matches_architecture)
        made = rewrite(found.packaging, choice.splits, {}, DATE, force=force)
        assert all(".." not in name and not name.startswith("/") for name in made.files)


@given(RELATIONS, VERSIONS)
def test_relations(text: str, version: str) -> None:
    with guard.bounded():
        control.names(text)
        relations.without_family(text, Family(name="libfoo1", variants=()))
        window.check(text, "foo-src", version)


@given(st.text(max_size=80), VERSIONS)
def test_fragments(text: str, version: str) -> None:
    made = package.SourcePackage(package="foo-src", source="foo", version="1")
    for fragment in (text, package.makefile(made).replace(":= 1\n", f":= {version}\n") + text):
        with guard.bounded():
            assert package.read("foo-src", fragment).tar.startswith("/usr/src/foo/foo-")


@given(st.lists(st.builds("{} 1 {}\n".format, NAMES, RELATIONS)).map("".join), VERSIONS)
def test_shlibs(text: str, version: str) -> None:
    with guard.bounded():
        shlibs.raised(text, "libfoo1", "1.0-2~")
        symbolsfile.sonames(text)
        joined = Merge(family="libfoo1", members=("libfoo1", "libfoo2"), version="2")
        symbolsfile.undecided(text, "libfoo2", joined)
        symbolsfile.renamed(text, "libfoo2", joined)


@given(LINES)
def test_makefiles(text: str) -> None:
    with guard.bounded():
        for rule in makefile.parse(text):
            for target in rule.targets:
                makefile.reached(makefile.parse(text), target)


@given(st.one_of(st.binary(max_size=80), st.lists(
    st.builds("{}={}\n".format, st.one_of(st.just("shlibs:Depends"), ODD), RELATIONS)
).map(lambda lines: "".join(lines).encode(errors="surrogatepass"))))
def test_substvars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(split, "shipped", lambda _package: frozenset({"a"}))
    monkeypatch.setattr(substvars, "loadable", lambda _package: frozenset({"a"}))
    source = control.parse("Source: foo\n\nPackage: libfoo1\n\nPackage: libfoo1-generic\n")
    (family,) = families.on(source, arch="amd64", selected=["libfoo1-generic"])
    path = tmp_path / "debian/libfoo1-generic.substvars"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    with guard.confined(tmp_path), guard.bounded():
        substvars.write(source, family, "amd64", Shell())
    assert b"hwcaps:Breaks=" in path.read_bytes()
