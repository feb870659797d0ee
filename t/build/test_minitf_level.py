# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitf-avx512: a level in a source of its own, beside a generic package that is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import atlevel
import pytest
import support
from support import Built

pytestmark = pytest.mark.build

DIRECTORY = "glibc-hwcaps/x86-64-v4"
PATCH = """\
--- a/minitf/c/c_api.cc
+++ b/minitf/c/c_api.cc
@@ -9,4 +9,6 @@
+#ifndef __AVX512F__
 const char *TF_Version(void)
 {
\x20\treturn "2.3.1";
 }
+#endif
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which minitf-src and the generic libraries are installed."""
    if support.architecture() != "amd64":
        pytest.skip("minitf has levels of amd64")
    where = tmp_path_factory.mktemp("minitf")
    tree = support.copy_source(where, "minitf", "2.3.1")
    built = support.build(tree, env={"DEB_BUILD_PROFILES": "pkg.minitf.nohwcaps nocheck"})
    root = built.install(where / "system", "minitf-src", "libminitf2-generic")
    subprocess.run(["dpkg-deb", "-x", built.debs["python3-minitf"].path, root], check=True)
    return root


@pytest.fixture
def changed(system: Path, tmp_path: Path) -> Path:
    """The same, to be changed at will."""
    return shutil.copytree(system, tmp_path / "system", symlinks=True)


@pytest.fixture(scope="module")
def level(system: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return support.build(source(tmp_path_factory.mktemp("avx512")), env=using(system))


def source(where: Path) -> Path:
    return support.copy_source(where, "minitf-avx512", "1")


def using(system: Path) -> dict[str, str]:
    return {"DH_HWCAPS_SOURCE_ROOT": str(system)}


def test_only_the_level_is_built(level: Built) -> None:
    names = {name for name in level.debs if not name.endswith("-dbgsym")}
    assert names == {"libminitf2-avx512"}
    assert level.debs["libminitf2-avx512"].libraries == [
        f"{DIRECTORY}/{name}"
        for name in ("libminitf.so.2", "libminitf_cc.so.2", "libminitf_framework.so.2")
    ]
    assert re.search(r"^hwcaps: libminitf_framework\.so\.2 +\d+ kB +\d+ kB  2/2 units",
                     level.log, re.MULTILINE)


def test_level_belongs_to_the_generic_package_that_it_was_verified_against(level: Built) -> None:
    deb = level.debs["libminitf2-avx512"]
    assert deb.fields["Version"] == "2.3.1-1+1"
    ours = [item for item in deb.relation("Depends") if "minitf" in item]
    assert ours == ["libminitf2-generic (= 2.3.1-1)"]
    assert deb.relation("Provides") == ["libminitf2-hwcaps (= 2.3.1-1)"]
    broken = deb.relation("Breaks")
    assert {f"libminitf2-{name}:amd64 (<< 2.3.1-1)" for name in ("generic", "avx2")} <= {*broken}
    assert all(":amd64 (<< 2.3.1-1)" in item and "-avx512:" not in item for item in broken)
    assert deb.fields["Built-Using"] == "minitf (= 2.3.1-1)"
    assert "activate-noawait ldconfig" in deb.metadata("triggers")
    assert not deb.metadata("shlibs")


def test_level_is_loaded_beside_the_generic_libraries(level: Built, changed: Path) -> None:
    atlevel.need("x86-64-v4")
    subprocess.run(["dpkg-deb", "-x", level.debs["libminitf2-avx512"].path, changed], check=True)
    assert atlevel.python(changed, "minitf", "minitf.isa()['framework']", "x86-64-v4") == (
        "x86-64-v4"
    )
    assert atlevel.python(changed, "minitf", "minitf.isa()['framework']", "generic") == "generic"


def test_clean_leaves_nothing_behind(level: Built, system: Path, tmp_path: Path) -> None:
    tree = shutil.copytree(level.tree, tmp_path / "minitf-avx512-1", symlinks=True)
    support.build(tree, "-Tclean", env=using(system))
    original = support.PACKAGES / "minitf-avx512"
    paths = [{path.relative_to(root) for path in root.rglob("*")} for root in (tree, original)]
    assert paths[0] == paths[1]


def test_library_is_verified_against_the_installed_one(
    system: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    tree = source(tmp_path)
    patches = tree / "debian/minitf-src.patches"
    patches.mkdir()
    (patches / "series").write_text("no-version.patch\n")
    (patches / "no-version.patch").write_text(PATCH)
    # The test of minitf would fail first, since nobody finds TF_Version.
    said = fails(tree, env=using(system) | {"DEB_BUILD_OPTIONS": "nocheck"})
    assert said.startswith(
        "dh_hwcaps_install: error: libminitf.so.2 at x86-64-v4 (libminitf2-avx512) lacks 1 symbol"
        " of the generic library: TF_Version"
    )


def test_generic_package_of_another_version(
    changed: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    fragment = changed / "usr/src/minitf/minitf.mk"
    support.edit(fragment, ":= 2.3.1-1\n", ":= 2.3.1-1.1\n")
    said = fails(source(tmp_path), env=using(changed))
    assert said.startswith(
        "dh_hwcaps_build: error: libminitf2-generic 2.3.1-1 is built from minitf 2.3.1-1, but"
        " minitf-src holds 2.3.1-1.1"
    )


def test_generic_package_is_not_installed(
    changed: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    (changed / "var/lib/dpkg/status").write_text("")
    said = fails(source(tmp_path), env=using(changed))
    assert said.startswith("dh_hwcaps_build: error: libminitf2-generic is not installed")
