# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What apt and dpkg make of a family's relations, with all levels there are; packages of a file."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dhhwcaps import control, families, isa, relations
from real import chroot, machine
from real.chroot import APT, REPOSITORY, Chroot

pytestmark = pytest.mark.system

UPGRADE = ("upgrade",)
SOLVER = ("-o", "APT::Solver=3.0", "dist-upgrade")
UPGRADES = {"bookworm": (UPGRADE,), "trixie": (UPGRADE, SOLVER), "sid": (UPGRADE, SOLVER)}
"""Those that keep back what cannot be upgraded whole; see dh-hwcaps(7), UPGRADES."""
TRIPLETS = {"amd64": "x86_64-linux-gnu", "i386": "i386-linux-gnu"}
FAMILIES = ("libfoo1", "libbar1")
MERGED = ("libabc1", "libold1")
"""Packages whose libraries are libbar1's since the split (dh_hwcaps convert --merge).

Their names sort before and after it, as dpkg-gencontrol sorts relations and apt goes by them.
"""
OLD, SPLIT, NEXT, DROPPED, UNSPLIT = "1.0-1", "1.0-2", "1.0-3", "1.0-4", "1.0-5"
LEVELS = tuple(level.suffix for level in isa.for_arch("amd64"))
WHOLE = """
Package: FAMILY
Architecture: any
Multi-Arch: same
Breaks: FAMILY-generic:${Arch} (<< V~), FAMILY-sse4.2 (<< V~), FAMILY-avx2 (<< V~),
 FAMILY-avx512 (<< V~)BROKEN
Replaces: FAMILY-generic (<< V~)REPLACED

Package: FAMILY-generic
Architecture: any
Multi-Arch: same
Pre-Depends: FAMILY (= ${binary:Version})
"""
"""As dh-hwcaps(7) has it, GIVING UP THE SPLIT."""


def stanzas(version: str) -> str:
    """Return debian/control's binary stanzas of a version."""
    if version == UNSPLIT:
        return "".join([*(stub(name, version) for name in MERGED), *map(whole, FAMILIES)])
    made = "".join(stub(name, version) for name in MERGED)
    for family in FAMILIES:
        replaced = ", ".join(earlier(family)) if version != OLD else ""
        made += stanza(family, f"Replaces: {replaced}" if replaced else "")
        if version != OLD:
            own = f"Replaces: {family} (<< {SPLIT}~)"
            made += stanza(f"{family}-generic", f"{own}, {replaced}" if replaced else own)
            for suffix in LEVELS if version != DROPPED else LEVELS[1:2]:
                made += stanza(f"{family}-{suffix}", arch="amd64")
    return made


def whole(family: str) -> str:
    """Return the stanzas of a family whose split is given up."""
    merged = {"REPLACED": earlier(family), "BROKEN": earlier(family, ":${Arch}")}
    text = WHOLE.replace("FAMILY", family).replace("V~", f"{UNSPLIT}~")
    for word, names in merged.items():
        text = text.replace(word, "".join(f", {name}" for name in names))
    return text


def earlier(family: str, at: str = "") -> list[str]:
    """Return the relations on what held a family's libraries beside the package of its name."""
    return [f"{name}{at} (<< {SPLIT}~)" for name in MERGED if family == "libbar1"]


def stanza(name: str, fields: str = "", arch: str = "any") -> str:
    """Return the stanza of a package that is Multi-Arch: same."""
    return f"\nPackage: {name}\nArchitecture: {arch}\nMulti-Arch: same\n{fields}".rstrip() + "\n"


def stub(name: str, version: str) -> str:
    """Return the stanza of a package that was merged, transitional since then."""
    if version == OLD:
        return stanza(name)
    first = control.PRE_DEPENDS if version != UNSPLIT else relations.exact("libbar1-generic")
    return stanza(name, f"Pre-Depends: {first}\nDepends: {relations.exact('libbar1')}")


def fields(source: control.Source, arch: str) -> dict[str, dict[str, str]]:
    """Return the relation fields of each binary package, as dh_gencontrol would write them."""
    selected = [p.name for p in source.packages if {"any", arch} & set(p.architectures)]
    made = {p.name: dict(p.relations) for p in source.packages if p.name in selected}
    for family in families.on(source, arch=arch, selected=selected):
        if f"{family.generic}:" in made[family.name].get("Breaks", ""):
            continue  # The split was given up: no step of ours runs.
        shipped = {variant.package: {"lib"} for variant in family.variants}
        for name, found in relations.substvars(source, family, shipped, {"lib"}, arch).items():
            # As dpkg-gencontrol sorts them.
            made[name] |= {field: ", ".join(sorted(values))
                           for field, values in found.items() if values}
    return made


def debs(version: str, arch: str, where: Path) -> list[Path]:
    """Make the packages of a version: one file in each that holds the library."""
    made = []
    for name, relation in fields(control.parse(f"Source: foo\n{stanzas(version)}"), arch).items():
        root = where / version / arch / name
        lines = [f"Package: {name}", f"Version: {version}", f"Architecture: {arch}",
                 "Multi-Arch: same", "Maintainer: nobody <nobody@localhost>",
                 *(f"{field}: {text}" for field, text in relation.items()), "Description: test"]
        text = "\n".join(lines).replace(relations.VERSION, version).replace("${Arch}", arch)
        (root / "DEBIAN").mkdir(parents=True)
        (root / "DEBIAN/control").write_text(text + "\n")
        # Without a file that stays its own, dpkg would take a package for replaced completely.
        own = f"usr/share/doc/{name}/changelog"
        for path in (*held(name, version, arch), own):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(version)
        made.append(root.with_name(f"{name}_{version}_{arch}.deb"))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", root, made[-1]],
                       check=True, stdout=subprocess.DEVNULL)
    return made


def held(name: str, version: str, arch: str) -> list[str]:
    """Return the paths of the libraries in a package."""
    stem, level = isa.split(name)
    directory = f"usr/lib/{TRIPLETS[arch]}"
    if level:
        directory += f"/{isa.SUBDIRECTORY}/{level.name}"
    elif name.endswith("-generic") != (version not in (OLD, UNSPLIT)) and name not in MERGED:
        return []
    stems = [stem.removesuffix("-generic")]
    if version != OLD:
        moved = {"libbar1": ["libbar1", *MERGED], **{name: [] for name in MERGED}}
        stems = moved.get(stems[0], stems)
    return [f"{directory}/{stem}.so" for stem in stems]


@dataclass(frozen=True)
class Machine:
    """A system that has the packages of some architectures installed."""

    system: Chroot
    archs: tuple[str, ...]
    where: Path

    def publish(self, version: str, foreign: str = "") -> None:
        """Let the archive have that version, another of foreign architectures."""
        versions = zip(self.archs, (version, foreign or version), strict=False)
        self.system.publish(deb for arch, its in versions for deb in self._made(its, arch))

    def _made(self, version: str, arch: str) -> list[Path]:
        found = sorted((self.where / version / arch).glob("*.deb"))
        return found or debs(version, arch, self.where)

    def check(self, version: str, *, but: str = "") -> None:
        """Check that all is installed at that version, whole, and nothing of another."""
        query = "${db:Status-Status} ${Package}:${Architecture} ${Version}\\n"
        said = self.system.run("dpkg-query", "-W", "-f", query, "lib*foo1*", "lib*bar1*", *MERGED)
        rows = {line for line in said.splitlines() if not line.startswith("not-installed")}
        names = {(name, arch) for arch in self.archs
                 for name in fields(control.parse(f"Source: foo\n{stanzas(version)}"), arch)
                 if name != but}
        assert rows == {f"installed {name}:{arch} {version}" for name, arch in names}
        libraries = {path for name, arch in names for path in held(name, version, arch)}
        found = {str(path.relative_to(self.system.root)): path.read_text()
                 for path in self.system.path("/usr/lib").glob("*-linux-gnu/**/lib???1.so")}
        assert found == dict.fromkeys(libraries, version)


@pytest.fixture(params=[(suite, archs) for suite in machine.SUITES
                        for archs in (("amd64",), ("amd64", "i386"))], ids=str)
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    """A system with the unsplit libraries."""
    suite, archs = request.param
    with chroot.throwaway(suite, archive=False) as system:
        for arch in archs[1:]:
            system.run("dpkg", "--add-architecture", arch)
        made = Machine(system, archs, tmp_path)
        made.publish(OLD)
        system.install(*(f"{name}:{arch}" for name in (*FAMILIES, *MERGED) for arch in archs))
        yield made


def test_an_architecture_that_lags_behind_keeps_all_back(installed: Machine) -> None:
    if len(installed.archs) == 1:
        pytest.skip("one architecture")
    for old, new in itertools.pairwise((OLD, SPLIT, NEXT, DROPPED, UNSPLIT)):
        for native, foreign in ((new, old), (old, new)):
            installed.publish(native, foreign)
            for upgrade in UPGRADES[installed.system.suite]:
                installed.system.run(*APT, *upgrade)
                installed.check(old)
        installed.publish(new)
        installed.system.run(*APT, "dist-upgrade")
        installed.check(new)


def test_every_version_after_the_other(installed: Machine) -> None:
    installed.check(OLD)
    for version in (SPLIT, NEXT, DROPPED, UNSPLIT):
        installed.publish(version)
        installed.system.run(*APT, "dist-upgrade")
        installed.check(version)


@pytest.mark.parametrize(("version", "unneeded"), [(NEXT, ""), (UNSPLIT, "libfoo1-generic")])
def test_versions_may_be_left_out(installed: Machine, version: str, unneeded: str) -> None:
    installed.publish(version)
    installed.system.run(*APT, "dist-upgrade")
    installed.check(version, but=unneeded)


def test_dpkg_takes_the_members_in_any_order(installed: Machine) -> None:
    installed.publish(SPLIT)
    installed.system.run(*APT, "dist-upgrade")
    installed.publish(NEXT)
    members = [*LEVELS, "generic"]
    for order in itertools.permutations(members):
        with chroot.copy(installed.system) as system:
            again = Machine(system, installed.archs, installed.where)
            for family in FAMILIES:
                files = [f"{REPOSITORY}/{family}-{suffix}_{NEXT}_{arch}.deb"
                         for suffix in order for arch in installed.archs
                         if arch == "amd64" or suffix == "generic"]
                system.run("dpkg", "--auto-deconfigure", "--install", *files)
            for name in ("lib[fb]??1", *MERGED):
                system.shell(f"dpkg --install {REPOSITORY}/{name}_*.deb")
            again.check(NEXT)
