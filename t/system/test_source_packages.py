# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real sources in packages, the same from every build, and what is built from them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import support
from real import chroot, machine, sources
from real.cases import CASES, GSL
from real.chroot import Chroot
from real.sources import Source

pytestmark = pytest.mark.system

REAL = [*(case.source for case in CASES if case.source.name in ("libvorbis", "lcms2")), GSL]
# gsl's rules are by hand; of all packages only one is for all architectures.
BINARY_INDEP = """
binary-indep:
	dh_testroot
	dh_prep -i
	dh_installdocs -i
	dh_hwcaps_install -i
	dh_compress -i
	dh_fixperms -i
	dh_installdeb -i
	dh_gencontrol -i
	dh_md5sums -i
	dh_builddeb -i

old-"""


def prepared(source: Source, where: Path) -> Path:
    """Return the tree of a source to which a -src package was added."""
    tree = sources.unpack(source, where)
    control = tree / "debian/control"
    text, count = re.subn(r"^Build-Depends:\s*", "Build-Depends: dh-sequence-hwcaps, ",
                          control.read_text(), count=1, flags=re.MULTILINE)
    assert count
    control.write_text(text)
    sources.add_source_package(tree, source.name)
    rules = tree / "debian/rules"
    if "dh $@" not in rules.read_text():
        support.edit(rules, "\nbinary-indep:", BINARY_INDEP + "binary-indep:")
        support.edit(rules, "\nbuild-indep: build-stamp", "\nbuild-indep:")
        support.edit(rules, "-$(MAKE) check ", "-: ")
        # The first step of a build, as convert writes it; else the tree is packed as it is later.
        support.edit(rules, "\n\trm -f config.cache\n",
                     "\n\tdh_hwcaps_prepare\n\trm -f config.cache\n")
    return tree


def build(system: Chroot, tree: str, *arguments: str, umask: str = "022") -> dict[str, bytes]:
    """Return the packages that a tree of the system gives."""
    system.shell(
        f"umask {umask}; cd {tree} && dpkg-buildpackage -us -uc {' '.join(arguments)}",
        env={"DEB_BUILD_OPTIONS": "parallel=2 nocheck"},
    )
    return {path.name: path.read_bytes() for path in system.path(tree).parent.glob("*.deb")}


@pytest.mark.parametrize("source", REAL, ids=lambda source: source.name)
def test_source_of_a_real_package(source: Source, addon: list[Path], tmp_path: Path) -> None:
    tree = prepared(source, tmp_path)
    with chroot.throwaway(source.suite) as system:
        system.publish(addon)
        for place in ("build", "srv/a/longer/path"):
            shutil.copytree(tree, system.path(f"{place}/{source.name}"), symlinks=True)
        system.shell(f"chmod -R go-rwx /srv/a/longer/path/{source.name}")
        system.run(*chroot.APT, "build-dep", f"/build/{source.name}")
        everything = build(system, f"/build/{source.name}", "-b")
        indep = build(system, f"/srv/a/longer/path/{source.name}", "-A", umask="077")
        (name,) = [name for name in indep if name.startswith(f"{source.name}-src_")]
        assert everything[name] == indep[name]
        system.shell(
            f"dpkg -i /build/{name}; mkdir /again; cd /again && tar -xf /usr/src/*/*.tar && mv * x"
        )
        again = build(system, "/again/x", "-b")
    assert again.keys() == everything.keys()
    assert [name for name in again if again[name] != everything[name]] == []


@pytest.mark.parametrize("suite", machine.SUITES)
def test_consumer_is_built_by_sbuild_from_the_source_package(
    suite: str, addon: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "producer").mkdir()
    producer = support.make_tree(tmp_path / "producer", "make")
    sources.add_source_package(producer, "foo")
    source = support.build(producer, "-A").debs["foo-src"].path
    with machine.workspace("consumer") as where:
        tree = where / "foo-twice-3"
        shutil.copytree(support.PACKAGES / "from-source", tree)
        if suite != "bookworm":
            _use_dh_builtusing(tree / "debian/control")
        built = sources.sbuild(sources.pack(tree), suite, [*addon, source])
        for name in ("libfoo-twice1", "foo-twice"):
            fields = support.Deb(built.debs[name]).fields
            assert (fields["Version"], fields["Built-Using"]) == ("1.0+3", "foo (= 1.0)")
        assert "dh_hwcaps_source" in built.log
        assert ("dh_builtusing" in built.log) is (suite != "bookworm")


def _use_dh_builtusing(control: Path) -> None:
    """Let the last package have what dh-builtusing says, the others what we say."""
    support.edit(control, "dh-sequence-hwcaps-source, ",
                 "dh-sequence-builtusing, dh-sequence-hwcaps-source, ")
    before, ours, after = control.read_text().rpartition("${hwcaps:Built-Using}")
    assert ours
    control.write_text(before + "${dh-builtusing:foo-src}" + after)
