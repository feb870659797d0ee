# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitorch, packaged as pytorch is: converted, then built; nothing else of it is changed."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import atlevel
import pytest
import support
from support import Built

pytestmark = pytest.mark.build

V = "(= 1.2.0-2)"
FAMILY = "libminitorch1.2"
CODE = ("libminic10.so.1.2", "libminitorch_cpu.so.1.2", "libminitorch_python.so.1.2")
WITHOUT_CODE = ("libminitorch.so.1.2", "libminitorch_global_deps.so.1.2")
EXPECTED = Path(__file__).with_name("minitorch.diff")
PLAN = """\
hwcaps: libminitorch1.2: libminitorch1.2-generic, libminitorch1.2-avx2, libminitorch1.2-avx512
hwcaps: x86-64-v3: -march=x86-64-v3 for shared libraries; """
MEMBERS = (f"{FAMILY}-generic", f"{FAMILY}-avx2", f"{FAMILY}-avx512")


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree after `dh_hwcaps convert`."""
    if support.architecture() != "amd64":
        pytest.skip("convert proposes levels of amd64")
    where = tmp_path_factory.mktemp("minitorch")
    tree = support.copy_source(where, "minitorch", "1.2.0")
    support.command(tree, "dh_hwcaps", "convert")
    return tree


@pytest.fixture(scope="module")
def minitorch(converted: Path) -> Built:
    """What the converted source builds."""
    return support.build(converted)


def test_conversion_reads_as_kept(converted: Path) -> None:
    before = support.PACKAGES / "minitorch/debian"
    old, new = ((where / "control").read_text().splitlines() for where in
                (before, converted / "debian"))
    diff = difflib.unified_diff(old, new, "a/debian/control", "b/debian/control", lineterm="")
    assert "\n".join(diff) + "\n" == EXPECTED.read_text()
    added = {path.name for path in (converted / "debian").iterdir()} - {
        path.name for path in before.iterdir()
    }
    assert added - {"files"} == {"tests", *(f"{name}.lintian-overrides" for name in MEMBERS)}


def test_plan_is_that_of_the_conversion(converted: Path) -> None:
    assert support.command(converted, "dh_hwcaps").startswith(PLAN)


@pytest.mark.parametrize("level", atlevel.CPUS)
def test_python_module_loads_the_libraries_of_the_cpu(minitorch: Built, level: str) -> None:
    # It opens a library without code by its path first: that must not pin the others' level.
    atlevel.need(level)
    said = atlevel.python(minitorch.root(), "minitorch",
                          "[minitorch.isa(), minitorch.total(1000), minitorch.__version__]", level)
    assert said == [{"c10": level, "cpu": level, "python": level}, 1000, "1.2.0"]


def test_libraries_that_rules_moved_and_linked_are_split(minitorch: Built) -> None:
    names = [name for soname in (*CODE, *WITHOUT_CODE) for name in (soname, f"{soname}.0")]
    assert minitorch.debs[MEMBERS[0]].libraries == sorted(names)
    for name, level in zip(MEMBERS[1:], ("x86-64-v3", "x86-64-v4"), strict=True):
        assert minitorch.debs[name].libraries == [f"glibc-hwcaps/{level}/{s}" for s in CODE]
    assert not any("/lib/" in path for path in minitorch.debs[FAMILY].members)
    for soname in WITHOUT_CODE:
        assert f"hwcaps: {soname} " in minitorch.log
    assert minitorch.log.count("dropped: no code") == 2 * len(WITHOUT_CODE)


def test_variants_need_generic_since_they_do_not_hold_all(minitorch: Built) -> None:
    for name in MEMBERS[1:]:
        assert f"{MEMBERS[0]} {V}" in minitorch.debs[name].relation("Depends")


def test_links_in_the_python_package_lead_to_generic(minitorch: Built) -> None:
    package = minitorch.root() / "usr/lib/python3/dist-packages/minitorch/lib"
    directory = minitorch.root() / "usr/lib" / support.triplet()
    found = {link.name: link.resolve() for link in package.iterdir()}
    assert found == {
        soname.removesuffix(".1.2"): directory / f"{soname}.0" for soname in (*CODE, *WITHOUT_CODE)
    }


def test_shlibs_keep_the_alternatives_of_the_template(minitorch: Built) -> None:
    template = (support.PACKAGES / f"minitorch/debian/{FAMILY}.shlibs.in").read_text()
    expected = template.replace("@SOVERSION@", "1.2").replace("@VERSION@", "1.2.0")
    assert minitorch.debs[MEMBERS[0]].metadata("shlibs") == expected
    assert "libminitorch-rocm-1.2 (>= 1.2.0)" in expected
    for name in (FAMILY, *MEMBERS[1:]):
        assert not minitorch.debs[name].metadata("shlibs"), name


def test_consumer_keeps_its_three_alternatives(minitorch: Built, tmp_path: Path) -> None:
    alternatives = " | ".join(
        f"{name} (>= 1.2.0)" for name in (FAMILY, "libminitorch-cuda-1.2", "libminitorch-rocm-1.2")
    )
    assert _consumer(minitorch, tmp_path) == [alternatives]


def test_members_do_not_depend_on_the_family(minitorch: Built) -> None:
    for name in MEMBERS:
        needed = {item.split()[0] for item in minitorch.debs[name].relation("Depends")}
        assert FAMILY not in needed, name


def test_no_member_can_be_installed_with_another_build_of_the_libraries(minitorch: Built) -> None:
    for name in MEMBERS:
        assert "libminitorch-cuda-1.2" in minitorch.debs[name].relation("Conflicts"), name


def _consumer(minitorch: Built, where: Path) -> list[str]:
    """Return how a program that is linked with the libraries depends on them."""
    root = minitorch.root()
    (where / "debian").mkdir()
    (where / "debian/control").write_text(
        "Source: consumer\n\nPackage: consumer\nArchitecture: any\n"
    )
    (where / "main.cc").write_text(
        "#include <minitorch/cpu.h>\nint main() { float x = 1; return at::Total(&x, 1) != 1; }\n"
    )
    libraries = root / "usr/lib" / support.triplet()
    subprocess.run(
        ["g++", f"-I{root}/usr/include", "main.cc", f"-L{libraries}", "-lminitorch_cpu",
         f"-Wl,-rpath-link,{libraries}", "-o", "main"], cwd=where, check=True,
    )
    found = [f"-S{minitorch.debs[name].unpacked()}" for name in MEMBERS]
    said = subprocess.check_output(["dpkg-shlibdeps", "-O", *found, "main"], cwd=where, text=True)
    depends = said.strip().removeprefix("shlibs:Depends=").split(", ")
    return [relation for relation in depends if "minitorch" in relation]
