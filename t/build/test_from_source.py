# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that are built from the source in another package."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import support
from support import Built

pytestmark = pytest.mark.build

SOURCE = """
Package: foo-src
Architecture: all
Multi-Arch: foreign
Depends: ${misc:Depends}
Description: sum of numbers - source
 This package holds the source of the library.
"""


@pytest.fixture(scope="module")
def producer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with foo-src unpacked, as / has it when it is installed."""
    where = tmp_path_factory.mktemp("producer")
    tree = support.make_tree(where, "make")
    support.append(tree / "debian/control", SOURCE)
    (tree / "debian/shared.mk").write_text("SHARED = twice\n")
    return support.build(tree, "-A").debs["foo-src"].unpacked()


@pytest.fixture
def installed(producer: Path, tmp_path: Path) -> Path:
    """The same, to be changed at will."""
    return shutil.copytree(producer, tmp_path / "installed", symlinks=True)


@pytest.fixture
def consumer(tmp_path: Path) -> Path:
    return make(tmp_path)


def make(where: Path) -> Path:
    return shutil.copytree(support.PACKAGES / "from-source", where / "foo-twice-3")


def build(tree: Path, installed: Path, *arguments: str, **options: object) -> Built:
    env = {"DH_HWCAPS_SOURCE_ROOT": str(installed), **options.pop("env", {})}
    return support.build(tree, *arguments, env=env, **options)


@pytest.fixture
def refused(installed: Path) -> Callable[..., str]:
    """Unpack a consumer's source, which must fail; return what was said."""

    def attempt(tree: Path, **env: str) -> str:
        there = (tree / "foo").exists()
        env = {"DH_HWCAPS_SOURCE_ROOT": str(installed), **env}
        done = support.attempt(tree, "dh_hwcaps_source", env=env)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stdout
        assert (tree / "foo").exists() == there
        return support.errors(done.stdout)

    return attempt


def unpacked(tree: Path, installed: Path) -> Path:
    env = {"DH_HWCAPS_SOURCE_ROOT": str(installed)}
    done = support.attempt(tree, "dh_hwcaps_source", env=env)
    assert done.returncode == 0, done.stdout
    return tree / "foo"


@pytest.fixture(scope="module")
def twice(producer: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(make(tmp_path_factory.mktemp("twice")), producer)


def test_package_is_built_from_the_source_with_its_own_patches(twice: Built) -> None:
    assert twice.debs["libfoo-twice1"].libraries == ["libfoo.so.1", "libfoo.so.1.0"]
    assert twice.run("foo") == "generic 999000"


def test_packages_are_versioned_after_the_source(twice: Built) -> None:
    assert {deb.fields["Version"] for deb in twice.debs.values()} == {"1.0+3"}
    assert "libfoo-twice1 (= 1.0+3)" in twice.debs["foo-twice"].relation("Depends")
    assert twice.debs["foo-twice"].fields["Source"] == "foo-twice (3)"


def test_what_is_linked_asks_for_a_version_that_there_is(twice: Built) -> None:
    # dh_makeshlibs alone would have it ask for that of debian/changelog.
    assert twice.debs["libfoo-twice1"].metadata("shlibs") == "libfoo 1 libfoo-twice1 (>= 1.0)\n"
    needed = [part for part in twice.debs["foo-twice"].relation("Depends") if "libfoo" in part]
    assert needed == ["libfoo-twice1 (= 1.0+3)"]


def test_symbols_that_are_new_have_a_version_that_there_is(
    consumer: Path, installed: Path
) -> None:
    (consumer / "debian/libfoo-twice1.symbols").write_text("libfoo.so.1 libfoo-twice1 #MINVER#\n")
    wanted = " foo_sum@Base 1.0+3\n"
    assert wanted in build(consumer, installed).debs["libfoo-twice1"].metadata("symbols")
    support.append(consumer / "debian/rules",
                   "\noverride_dh_makeshlibs:\n"
                   "\tdh_makeshlibs -- -v$$(dh_hwcaps_source_version)\n")
    assert wanted in build(consumer, installed).debs["libfoo-twice1"].metadata("symbols")


def test_source_that_was_used_is_named(twice: Built) -> None:
    for name in ("foo-twice", "libfoo-twice1"):
        assert twice.debs[name].fields["Built-Using"] == "foo (= 1.0)"


def test_clean_leaves_nothing_behind(consumer: Path, installed: Path) -> None:
    before = sorted(path.relative_to(consumer) for path in consumer.rglob("*"))
    build(consumer, installed)
    assert (consumer / "foo/foo.o").exists()
    build(consumer, installed, "-Tclean")
    assert sorted(path.relative_to(consumer) for path in consumer.rglob("*")) == before


def test_unpacking_and_clean_that_were_interrupted(consumer: Path, installed: Path) -> None:
    before = sorted(path.relative_to(consumer) for path in consumer.rglob("*"))
    half = consumer / "debian/.debhelper/hwcaps-parts/foo/foo-1.0/half"
    half.mkdir(parents=True)
    assert not (unpacked(consumer, installed) / "half").exists()
    half.mkdir(parents=True)
    build(consumer, installed, "-Tclean")
    assert sorted(path.relative_to(consumer) for path in consumer.rglob("*")) == before
    assert support.attempt(consumer, "dh_hwcaps_source_before_clean").returncode == 0
    assert (consumer / "foo").exists()
    assert (unpacked(consumer, installed) / "foo.c").exists()


def test_clean_needs_no_source(consumer: Path, tmp_path: Path) -> None:
    build(consumer, tmp_path / "nothing", "-Tclean")


def test_clean_removes_only_what_was_unpacked(consumer: Path, installed: Path) -> None:
    outside = consumer.parent / "outside"
    for place in (outside, consumer / "foot"):
        place.mkdir()
        (place / "precious").write_text("")
    (outside / ".dh-hwcaps-source").write_text("foo-src 1.0\n")
    (consumer / "way-out").symlink_to(outside)
    build(consumer, installed, "-Tclean")
    assert (outside / "precious").exists()
    assert (consumer / "foot/precious").exists()


def test_rebuild_without_clean_unpacks_nothing_again(consumer: Path, installed: Path) -> None:
    build(consumer, installed)
    (consumer / "foo/own.txt").write_text("")
    build(consumer, installed, "-nc")
    assert (consumer / "foo/own.txt").exists()


def test_second_build_gives_the_same_packages(consumer: Path, installed: Path) -> None:
    first = {name: deb.path.read_bytes() for name, deb in build(consumer, installed).debs.items()}
    second = {name: deb.path.read_bytes() for name, deb in build(consumer, installed).debs.items()}
    assert first == second


@pytest.mark.parametrize("relation", ["(<< 1.0)", "(>> 1.0)", "(= 1.1)", "(>= 1.0-1)", "(<= 0.9)"])
def test_version_outside_the_window(
    consumer: Path, refused: Callable[..., str], relation: str
) -> None:
    support.edit(consumer / "debian/control", "foo-src (<< 1.1~)", f"foo-src {relation}")
    said = refused(consumer).splitlines()
    assert said[0] == (
        "dh_hwcaps_source: error: foo-src is version 1.0, but debian/control wants"
        f" foo-src (>= 1.0~), foo-src {relation}"
    )


def test_older_source_that_a_flavour_stays_behind_with(tmp_path: Path) -> None:
    """With an epoch and a backport's version; the flavour itself was rebuilt (binNMU)."""
    source = support.make_tree(tmp_path / "producer", "make")
    support.append(source / "debian/control", SOURCE.replace("foo-src", "foo-1.0-src"))
    support.edit(source / "debian/changelog", "foo (1.0)", "foo (1:1.0-2~bpo12+1)")
    installed = support.build(source, "-A").debs["foo-1.0-src"].unpacked()
    tree = make(tmp_path)
    support.edit(tree / "debian/control", "foo-src (>= 1.0~), foo-src (<< 1.1~)",
                 "foo-1.0-src (>= 1:1.0-2~), foo-1.0-src (<< 1:1.0-2.1~)")
    support.edit(tree / "debian/rules", "=foo", "=foo-1.0")
    (tree / "debian/foo-src.patches").rename(tree / "debian/foo-1.0-src.patches")
    changelog = tree / "debian/changelog"
    rebuild = changelog.read_text().replace("(3) unstable; urgency=medium",
                                            "(3+b1) unstable; urgency=low, binary-only=yes")
    changelog.write_text(rebuild + "\n" + changelog.read_text())
    built = build(tree, installed)
    assert built.run("foo") == "generic 999000"
    fields = built.debs["foo-twice"].fields
    assert fields["Version"] == "1:1.0-2~bpo12+1+3+b1"
    assert (fields["Source"], fields["Built-Using"]) == (
        "foo-twice (3)", "foo (= 1:1.0-2~bpo12+1)"
    )


def test_newer_source_than_what_was_unpacked(
    consumer: Path, installed: Path, refused: Callable[..., str]
) -> None:
    unpacked(consumer, installed)
    fragment = installed / "usr/src/foo/foo.mk"
    fragment.write_text(fragment.read_text().replace(":= 1.0\n", ":= 1.0.1\n"))
    assert refused(consumer).splitlines()[0] == (
        "dh_hwcaps_source: error: foo: was unpacked from foo-src 1.0, but foo-src is 1.0.1"
    )


def test_source_is_not_installed(consumer: Path, refused: Callable[..., str]) -> None:
    said = refused(consumer, DH_HWCAPS_SOURCE_ROOT="/nowhere").splitlines()
    assert said[0] == "dh_hwcaps_source: error: no build dependency gives a source to build from"
    assert said[1] == "  /nowhere/usr/src/foo/foo.mk: no such file"


def test_patch_that_does_not_apply(
    consumer: Path, refused: Callable[..., str], installed: Path
) -> None:
    patch = consumer / "debian/foo-src.patches/twice.patch"
    support.edit(patch, "-\treturn sum;", "-\treturn sums;")
    said = refused(consumer).splitlines()
    assert said[0] == (
        "dh_hwcaps_source: error: debian/foo-src.patches/twice.patch does not apply to foo-src 1.0"
    )
    assert any("Hunk #1 FAILED" in line for line in said)
    support.edit(patch, "-\treturn sums;", "-\treturn sum;")
    assert "return 2 * sum" in (unpacked(consumer, installed) / "foo.c").read_text()


def test_patch_that_applies_only_with_fuzz(consumer: Path, refused: Callable[..., str]) -> None:
    patch = consumer / "debian/foo-src.patches/twice.patch"
    support.edit(patch, " \tFOO_NUMBER sum = 0;", " \tFOO_NUMBER sums = 0;")
    tree = consumer.parent / "by-hand"
    tree.mkdir()
    (tar,) = (consumer.parent / "installed/usr/src/foo").glob("*.tar")
    subprocess.run(["tar", "-xf", tar, "--strip-components=1"], cwd=tree, check=True)
    said = subprocess.check_output(["patch", "-p1", "-i", patch], cwd=tree, text=True)
    assert "with fuzz" in said
    assert "twice.patch does not apply to foo-src 1.0" in refused(consumer)


def test_nothing_is_patched_through_a_link(
    consumer: Path, refused: Callable[..., str], installed: Path
) -> None:
    outside = consumer.parent / "outside"
    outside.mkdir()
    (outside / "there").write_text("old\n")
    members = [entry("foo-1.0/out", LINK, str(outside)),
               entry("foo-1.0/there", LINK, f"{outside}/there")]
    list(written(installed / "usr/src/foo/foo-1.0.tar", members, outside))
    for name in ("out/there", "there"):
        (consumer / "debian/foo-src.patches/series").write_text("through.patch\n")
        (consumer / "debian/foo-src.patches/through.patch").write_text(
            f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-old\n+new\n"
        )
        assert "through.patch does not apply to foo-src 1.0" in refused(consumer)
        assert (outside / "there").read_text() == "old\n"


@pytest.mark.parametrize(("change", "message"), [
    (lambda where: (where / "main.patch").unlink(), "main.patch: no such file"),
    (lambda where: (where / "series").unlink(), "series: no such file"),
])
def test_patch_that_is_not_there(
    consumer: Path, refused: Callable[..., str], change: Callable[[Path], None], message: str
) -> None:
    change(consumer / "debian/foo-src.patches")
    assert f"error: debian/foo-src.patches/{message}" in refused(consumer)


def test_something_is_in_the_way(consumer: Path, refused: Callable[..., str]) -> None:
    (consumer / "foo").mkdir()
    (consumer / "foo/precious").write_text("")
    assert "foo: is in the way of the source that foo-src holds" in refused(consumer)
    assert (consumer / "foo/precious").exists()


def test_nothing_is_written_through_a_link(
    consumer: Path, refused: Callable[..., str]
) -> None:
    outside = consumer.parent / "outside"
    outside.mkdir()
    (consumer / "foo").symlink_to(outside)
    assert "foo: is in the way" in refused(consumer)
    assert list(outside.iterdir()) == []


def test_rules_that_name_their_own_version(consumer: Path, installed: Path) -> None:
    rules = consumer / "debian/rules"
    support.append(rules, "\noverride_dh_gencontrol:\n\tdh_gencontrol -- -Vx=y\n")
    with pytest.raises(support.BuildError) as caught:
        build(consumer, installed)
    assert support.errors(str(caught.value)).startswith(
        "dh_hwcaps_source_check: error: debian/foo-twice/DEBIAN/control: Version: 3, but what is"
        " built from foo-src has the version 1.0+3\n  override_dh_gencontrol:\n"
    )
    support.edit(rules, "-Vx=y", "-v$$(dh_hwcaps_source_version) -Vx=y")
    assert build(consumer, installed).debs["foo-twice"].fields["Version"] == "1.0+3"


def test_rules_may_include_files_of_the_source(consumer: Path, installed: Path) -> None:
    (consumer / "debian/rules").write_text(
        "#!/usr/bin/make -f\n\ninclude foo/debian/shared.mk\n\n%:\n\tdh $@ --sourcedirectory=foo\n"
        "\nfoo/debian/shared.mk:\n\tdh_hwcaps_source\n"
        "\nexecute_after_dh_auto_test:\n\ttouch $(SHARED)\n"
    )
    assert (build(consumer, installed).tree / "twice").exists()


@pytest.mark.parametrize(("files", "rules"), [
    ({"CMakeLists.txt": "cmake"}, "dh $@ --sourcedirectory=foo"),
    ({}, "dh $@ --buildsystem=makefile --sourcedirectory=foo"),
    ({}, ""),
], ids=["out of tree", "named build system", "by hand"])
def test_build_systems(
    tmp_path: Path, consumer: Path, files: dict[str, str], rules: str
) -> None:
    tree = support.make_tree(tmp_path / "producer", "make", *files.values())
    support.append(tree / "debian/control", SOURCE)
    source = support.build(tree, "-A").debs["foo-src"].unpacked()
    if rules:
        support.edit(consumer / "debian/rules", "dh $@ --sourcedirectory=foo", rules)
    else:
        support.rules(consumer, "override_dh_auto_build:\n\t$(MAKE) -C foo\n\n"
                                "override_dh_auto_install:\n\t$(MAKE) -C foo install"
                                " DESTDIR=$(CURDIR)/debian/tmp\n")
    before = sorted(path.relative_to(consumer) for path in consumer.rglob("*"))
    assert build(consumer, source).run("foo") == "generic 999000"
    build(consumer, source, "-Tclean")
    assert sorted(path.relative_to(consumer) for path in consumer.rglob("*")) == before


def test_plain_user(producer: Path) -> None:
    with tempfile.TemporaryDirectory() as where:
        tree = make(Path(where))
        source = shutil.copytree(producer, Path(where) / "installed", symlinks=True)
        nobody = 65534 if os.geteuid() == 0 else None
        if nobody:
            support.hand_over(Path(where), nobody)
        package = build(tree, source, user=nobody)
        assert package.debs["foo-twice"].fields["Version"] == "1.0+3"
        build(tree, source, "-Tclean", user=nobody)
        assert not (tree / "foo").exists()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


def renamed(made: tarfile.TarInfo, **header: str) -> tarfile.TarInfo:
    made.pax_headers = header
    return made


DIRECTORY, LINK, HARD = tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
HOSTILE = {
    "absolute": [entry("{outside}/x")],
    "parent": [entry("foo-1.0/../../../outside/x")],
    "parent first": [entry("../outside/x")],
    "through a link": [entry("foo-1.0/out", LINK, "{outside}"), entry("foo-1.0/out/x")],
    "through a relative link": [
        entry("foo-1.0/out", LINK, "../../../outside"), entry("foo-1.0/out/x")
    ],
    "through a link that comes later": [
        entry("foo-1.0/out/x"), entry("foo-1.0/out", LINK, "{outside}")
    ],
    "through two links": [
        entry("foo-1.0/a", LINK, "."), entry("foo-1.0/a/out", LINK, "{outside}"),
        entry("foo-1.0/out/x"),
    ],
    "onto a link": [entry("foo-1.0/x", LINK, "{outside}/x"), entry("foo-1.0/x")],
    "onto a link, named otherwise": [entry("foo-1.0/x", LINK, "{outside}/x"), entry("foo-1.0/./x")],
    "directory that is a link": [
        entry("foo-1.0/d", LINK, "{outside}"), entry("foo-1.0/d", DIRECTORY), entry("foo-1.0/d/x")
    ],
    "hard link": [entry("foo-1.0/x", HARD, "{outside}/there")],
    "hard link to a parent": [entry("foo-1.0/x", HARD, "foo-1.0/../../../outside/there")],
    "hard link to a link": [
        entry("foo-1.0/y", LINK, "{outside}/there"), entry("foo-1.0/x", HARD, "foo-1.0/y")
    ],
    "the top is a link": [entry("foo-1.0", LINK, "{outside}"), entry("foo-1.0/x")],
    "two tops": [entry("foo-1.0/x"), entry("bar/x")],
    "no top": [entry("x")],
    "fifo": [entry("foo-1.0/x", tarfile.FIFOTYPE)],
    "device": [entry("foo-1.0/x", tarfile.CHRTYPE)],
    "block device": [entry("foo-1.0/x", tarfile.BLKTYPE)],
    "sparse file": [entry("foo-1.0/x", tarfile.GNUTYPE_SPARSE)],
    "name with a line end": [
        entry("foo-1.0/a\nb", LINK, "{outside}"), entry("foo-1.0/a\nb/x")
    ],
    "pax header that renames": [renamed(entry("foo-1.0/x"), path="{outside}/x")],
    "pax header that renames below a link": [
        entry("foo-1.0/out", LINK, "{outside}"), renamed(entry("foo-1.0/x"), path="foo-1.0/out/x")
    ],
    "pax header of a sparse file": [
        renamed(entry("foo-1.0/x"), **{"GNU.sparse.name": "../outside/x", "GNU.sparse.size": "7"})
    ],
    "pax header that makes a hard link": [
        renamed(entry("foo-1.0/x", HARD, "foo-1.0/y"), linkpath="{outside}/there")
    ],
    # Where we write the version that was unpacked.
    "our mark is a link": [entry("foo-1.0/.dh-hwcaps-source", LINK, "{outside}/there")],
    "our mark is a link, named otherwise": [
        entry("foo-1.0/./.dh-hwcaps-source", LINK, "{outside}/there")
    ],
}


def written(path: Path, members: list[tarfile.TarInfo], outside: Path) -> Iterator[str]:
    with tarfile.open(path, "w") as tar:
        for member in members:
            made = entry(member.name.format(outside=outside), member.type,
                         member.linkname.format(outside=outside))
            made.size = len(b"hostile") if made.isreg() else 0
            made.pax_headers = {key: value.format(outside=outside)
                                for key, value in member.pax_headers.items()}
            tar.addfile(made, io.BytesIO(b"hostile"))
            header = {"path": made.name, **made.pax_headers}
            yield header.get("GNU.sparse.name", header["path"]).replace("\n", "\\n")


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_tar(
    consumer: Path, refused: Callable[..., str], installed: Path, case: str
) -> None:
    outside = consumer.parent / "outside"
    outside.mkdir()
    (outside / "there").write_text("")
    tar = installed / "usr/src/foo/foo-1.0.tar"
    names = list(written(tar, HOSTILE[case], outside))
    said = refused(consumer)
    assert f"dh_hwcaps_source: error: {tar}: " in said
    assert any(name in said.splitlines()[0] for name in names)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"there": ""}


ENDLESS = renamed(entry("foo-1.0/x"), comment="x").tobuf(tarfile.PAX_FORMAT)[:-512] * 2000
LATE = renamed(entry("foo-1.0/x"), mtime="1e30").tobuf(tarfile.PAX_FORMAT) + b"\0" * 1024


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 1024, b"no tar at all", b"\x1f\x8b\x08rest", ENDLESS, LATE],
    ids=["nothing", "empty", "text", "gzip", "headers of headers", "time out of range"],
)
def test_no_tar(
    consumer: Path, refused: Callable[..., str], installed: Path, content: bytes
) -> None:
    tar = installed / "usr/src/foo/foo-1.0.tar"
    tar.write_bytes(content)
    assert f"{tar}: " in refused(consumer).splitlines()[0]


@pytest.mark.parametrize("kept", [3000, 4096, 4608])
def test_cut_tar(
    consumer: Path, refused: Callable[..., str], installed: Path, kept: int
) -> None:
    tar = installed / "usr/src/foo/foo-1.0.tar"
    tar.write_bytes(tar.read_bytes()[:kept])
    assert "It is no tar, or not a whole one." in refused(consumer)


@pytest.mark.parametrize("between", [b"", b"\0" * 512, b"\0" * 1024, b"damaged".ljust(512)],
                         ids=["nothing", "zeros", "end", "damage"])
def test_what_follows_the_members(
    consumer: Path, refused: Callable[..., str], installed: Path, between: bytes
) -> None:
    # GNU tar would go on behind a header that is damaged, and behind zeros if it is told to.
    tar, more = installed / "usr/src/foo/foo-1.0.tar", consumer.parent / "more.tar"
    list(written(more, [entry("foo-1.0/fifo", tarfile.FIFOTYPE)], consumer.parent))
    with tarfile.open(tar) as opened:
        opened.getmembers()
        end = opened.offset
    tar.write_bytes(tar.read_bytes()[:end] + between + more.read_bytes())
    assert f"dh_hwcaps_source: error: {tar}: " in refused(consumer)


def test_names_are_any(consumer: Path, installed: Path) -> None:
    names = ["foo-1.0/line\nend", "foo-1.0/l\udce4tin", f"foo-1.0/{'long' * 60}", "foo-1.0/ -> x"]
    list(written(installed / "usr/src/foo/foo-1.0.tar", [entry(name) for name in names],
                 consumer.parent))
    shutil.rmtree(consumer / "debian/foo-src.patches")
    found = {path.name for path in unpacked(consumer, installed).iterdir()}
    assert found == {*(name.split("/")[1] for name in names), ".dh-hwcaps-source"}


def test_modes_follow_neither_tar_nor_umask(consumer: Path, installed: Path) -> None:
    modes = {"foo-1.0/tool": 0o6777, "foo-1.0/text": 0o2600, "foo-1.0/locked": 0o100}
    members = [entry(name, DIRECTORY if "locked" in name else tarfile.REGTYPE) for name in modes]
    for member in members:
        member.mode, member.uid = modes[member.name], 4711
    tar = installed / "usr/src/foo/foo-1.0.tar"
    with tarfile.open(tar, "w") as made:
        for member in members:
            made.addfile(member)
    shutil.rmtree(consumer / "debian/foo-src.patches")
    before = os.umask(0o077)
    try:
        tree = unpacked(consumer, installed)
    finally:
        os.umask(before)
    found = {name: (tree / name).stat() for name in ("tool", "text", "locked")}
    assert {name: oct(at.st_mode & 0o7777) for name, at in found.items()} == {
        "tool": "0o755", "text": "0o644", "locked": "0o755"
    }
    assert {at.st_uid for at in found.values()} == {os.geteuid()}


def test_links_of_the_source_are_kept(installed: Path, consumer: Path, tmp_path: Path) -> None:
    tree = tmp_path / "x"
    tar = installed / "usr/src/foo/foo-1.0.tar"
    subprocess.run(["mkdir", tree], check=True)
    subprocess.run(["tar", "-xf", tar, "-C", tree], check=True)
    (tree / "foo-1.0/config.guess").symlink_to("/usr/share/misc/config.guess")
    subprocess.run(["tar", "-cf", tar, "-C", tree, "foo-1.0"], check=True)
    assert (unpacked(consumer, installed) / "config.guess").is_symlink()


def test_rebuild_for_this_cpu(installed: Path, tmp_path: Path) -> None:
    where = tmp_path / "local"
    where.mkdir()
    env = {"DH_HWCAPS_SOURCE_ROOT": str(installed)}
    done = support.attempt(where, "dh_hwcaps", "rebuild", "--flags=-DFOO_NUMBER=float", "foo-src",
                           env={**env, "DEB_BUILD_OPTIONS": "parallel=2"})
    # dpkg-checkbuilddeps does not know of the addon that this test runs.
    assert "dh-sequence-hwcaps" in done.stdout
    assert "debian/rules clean" not in done.stdout
    assert done.returncode == 1
    tree = where / "foo-1.0"
    assert (tree / "debian/changelog").read_text().startswith("foo (1.0+native1) UNRELEASED;")
    package = support.build(tree, "-B", env={"DEB_CFLAGS_APPEND": "-DFOO_NUMBER=float"})
    assert {deb.fields["Version"] for deb in package.debs.values()} == {"1.0+native1"}
    again = support.attempt(where, "dh_hwcaps", "rebuild", "foo-src", env=env)
    assert again.returncode == 2
    assert "foo-1.0 is there already" in again.stdout
