# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a level's build sees of the caller's environment, and what is added."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import environment
from dhhwcaps.environment import Copy
from dhhwcaps.errors import HwcapsError
from fakes import level

OUTER = "/build/foo-1.0"
STATE = f"{OUTER}/debian/.debhelper/hwcaps"
PATH = f"{OUTER}/debian/.debhelper/hw/v3"
SPECS = f"{STATE}/x86-64-v3.gcc/specs"


def copy(name: str = "x86-64-v3", **rest: object) -> Copy:
    values = {"jobs": 2, "tests": "fail", "scope": "shared", "inject": "flags", **rest}
    return Copy(
        level=level(name), outer=Path(OUTER), path=Path(PATH), state=Path(STATE),
        stubs=Path(f"{STATE}/x86-64-v3.bin"), specs=Path(SPECS), **values,
    )


def changes(environ: dict[str, str], name: str = "x86-64-v3", **rest: object) -> (
    dict[str, str | None]
):
    return environment.changes({"PATH": "/usr/bin", **environ}, copy(name, **rest))


def test_all_that_changes() -> None:
    assert changes({"HOME": "/home/me", "LC_ALL": "C.UTF-8"}) == {
        "DEB_CFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_CXXFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_OBJCFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_OBJCXXFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_FFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_FCFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_DFLAGS_APPEND": f"-specs={SPECS}",
        "DEB_LDFLAGS_APPEND": f"-specs={SPECS}",
        "RUSTFLAGS": f"-C target-cpu=x86-64-v3 -C link-arg=-specs={SPECS}",
        "GOAMD64": "v3",
        "CGO_LDFLAGS": f"-specs={SPECS}",
        "PATH": f"{STATE}/x86-64-v3.bin:/usr/bin",
        "PWD": PATH,
        "DEB_BUILD_OPTIONS": "parallel=2 nostrip",
        "WAFLOCK": ".lock-waf_x86-64-v3",
        "DH_HWCAPS_LEVEL": "x86-64-v3",
        "DH_HWCAPS_STATE": STATE,
        "DH_HWCAPS_TESTS": "fail",
    }


def test_configure_is_told_of_static_libraries_that_are_spared() -> None:
    assert changes({}, site=Path("/s/config.site"))["CONFIG_SITE"] == "/s/config.site"
    assert "CONFIG_SITE" not in changes({})


@pytest.mark.parametrize("name", [
    "DH_INTERNAL_OPTIONS", "DH_INTERNAL_BUILDFLAGS", "DH_INTERNAL_OVERRIDE", "DH_OPTIONS",
    "MAKEFLAGS", "MAKELEVEL", "MAKE_TERMOUT", "MAKEFILES", "MFLAGS", "OLDPWD", "CFLAGS",
    "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "ASFLAGS", "DFLAGS", "FCFLAGS", "FFLAGS", "OBJCFLAGS",
    "OBJCXXFLAGS", "CFLAGS_FOR_BUILD", "LDFLAGS_FOR_BUILD",
])
def test_dropped(name: str) -> None:
    made = changes({name: "-O2"})
    assert name in made
    assert made[name] is None


@pytest.mark.parametrize("name", [
    "DH_VERBOSE", "DH_COMPAT", "DEB_CFLAGS_SET", "DEB_BUILD_MAINT_OPTIONS", "CC", "CMAKE_FLAGS",
    "MY_CFLAGS", "XMAKE", "DEB_BUILD_PROFILES", "SOURCE_DATE_EPOCH", "DEB_CFLAGS_FOR_BUILD_APPEND",
])
def test_kept(name: str) -> None:
    assert name not in changes({name: "-O2"})


@pytest.mark.parametrize(("value", "expected"), [
    (OUTER, PATH),
    (f"{OUTER}/src", f"{PATH}/src"),
    (f"{OUTER}:{OUTER}/x", f"{PATH}:{PATH}/x"),
    (f"-I{OUTER}/include -L{OUTER}/lib", f"-I{PATH}/include -L{PATH}/lib"),
    (f"-ffile-prefix-map={OUTER}=.", f"-ffile-prefix-map={PATH}=."),
    (f"-Wl,-rpath,{OUTER}/lib", f"-Wl,-rpath,{PATH}/lib"),
    (f"'{OUTER}'", f"'{PATH}'"),
    (f"file://{OUTER}/x", f"file://{PATH}/x"),
    (f"{OUTER}.orig", f"{OUTER}.orig"),
    (f"{OUTER}-debug", f"{OUTER}-debug"),
    (f"{OUTER}+dfsg", f"{OUTER}+dfsg"),
    (f"{OUTER}~rc1/x", f"{OUTER}~rc1/x"),
    (f"{OUTER}_x", f"{OUTER}_x"),
    (f"{OUTER}1", f"{OUTER}1"),
    (f"/srv{OUTER}", f"/srv{OUTER}"),
    ("/build/foo-1x0", "/build/foo-1x0"),
    ("/build", "/build"),
    ("", ""),
])
def test_path_is_moved_where_it_is_whole(value: str, expected: str) -> None:
    assert environment.moved(value, Path(OUTER), Path(PATH)) == expected
    assert changes({"X": value}).get("X", value) == expected


def test_path_with_a_backslash_is_no_template() -> None:
    odd = Path(r"/b/\1\g<0>")
    assert environment.moved(f"{OUTER}/x", Path(OUTER), odd) == r"/b/\1\g<0>/x"


def test_what_the_user_appends_is_kept_and_moved() -> None:
    made = changes({
        "DEB_CFLAGS_APPEND": f"-g3 -I{OUTER}/x", "DEB_LDFLAGS_APPEND": "", "RUSTFLAGS": "-C lto",
        "CGO_LDFLAGS": "-s",
    })
    assert made["DEB_CFLAGS_APPEND"] == f"-g3 -I{PATH}/x -specs={SPECS}"
    assert made["DEB_LDFLAGS_APPEND"] == f"-specs={SPECS}"
    assert made["RUSTFLAGS"] == (
        f"-C lto -C target-cpu=x86-64-v3 -C link-arg=-specs={SPECS}"
    )
    assert made["CGO_LDFLAGS"] == f"-s -specs={SPECS}"


def test_path_of_commands_is_moved() -> None:
    assert changes({"PATH": f"{OUTER}/tools:/usr/bin"})["PATH"] == (
        f"{STATE}/x86-64-v3.bin:{PATH}/tools:/usr/bin"
    )


@pytest.mark.parametrize(("name", "compiling", "linking", "rust"), [
    ("x86-64-v3", "-march=x86-64-v3", "-Wl,-z,x86-64-v3",
     "-C target-cpu=x86-64-v3 -C link-arg=-Wl,-z,x86-64-v3"),
    ("power10", "-mcpu=power10 -mno-htm", "", "-C target-cpu=pwr10"),
    ("z15", "-march=z15 -mno-htm", "", "-C target-cpu=z15"),
])
def test_scope_all(name: str, compiling: str, linking: str, rust: str) -> None:
    made = changes({}, name, scope="all")
    assert {made[f"DEB_{language}_APPEND"] for language in environment.LANGUAGES} == {compiling}
    assert made["DEB_LDFLAGS_APPEND"] == linking
    assert made["RUSTFLAGS"] == rust
    assert "-specs" not in str(made)


@pytest.mark.parametrize(("name", "expected"), [
    ("x86-64-v4", {"GOAMD64": "v4"}), ("power9", {"GOPPC64": "power9"}), ("z14", {}),
])
def test_go(name: str, expected: dict[str, str]) -> None:
    made = changes({}, name)
    assert {key: value for key, value in made.items() if key.startswith("GO")} == expected
    assert ("CGO_LDFLAGS" in made) == bool(expected)


def test_ldc_knows_no_specs() -> None:
    made = changes({}, "power9", ldc=True)
    assert made["DEB_DFLAGS_APPEND"] == "-mcpu=pwr9"
    assert made["DEB_CFLAGS_APPEND"] == f"-specs={SPECS}"


@pytest.mark.parametrize(("environ", "expected"), [
    ({}, f"{STATE}/x86-64-v3.gcc"),
    ({"LIBRARY_PATH": f"{OUTER}/lib:/opt"}, f"{STATE}/x86-64-v3.gcc:{PATH}/lib:/opt"),
])
def test_inject_environment(environ: dict[str, str], expected: str) -> None:
    made = changes(environ, inject="environment")
    assert made["LIBRARY_PATH"] == expected
    assert made["CCACHE_NAMESPACE"] == "x86-64-v3"
    assert made["DEB_CFLAGS_APPEND"] == f"-specs={SPECS}"


def test_flags_leave_library_path_alone() -> None:
    made = changes({"LIBRARY_PATH": "/opt"})
    assert "LIBRARY_PATH" not in made
    assert "CCACHE_NAMESPACE" not in made


@pytest.mark.parametrize(("outer", "rest", "expected"), [
    ("", {}, "parallel=2 nostrip"),
    ("parallel=8 noopt", {}, "noopt parallel=2 nostrip"),
    ("nostrip parallel=2", {"jobs": 1}, "nostrip parallel=1"),
    ("nocheck", {}, "nocheck parallel=2 nostrip"),
    ("", {"nocheck": True}, "parallel=2 nostrip nocheck"),
    ("nocheck", {"nocheck": True}, "nocheck parallel=2 nostrip"),
])
def test_build_options(outer: str, rest: dict[str, object], expected: str) -> None:
    assert changes({"DEB_BUILD_OPTIONS": outer}, **rest)["DEB_BUILD_OPTIONS"] == expected


def test_tests_are_told() -> None:
    assert changes({}, tests="unsupported")["DH_HWCAPS_TESTS"] == "unsupported"


def test_twins_for_a_machine_without_the_level() -> None:
    twins = Path(f"{STATE}/twins.so")
    made = changes({"LD_AUDIT": f"{OUTER}/mine.so"}, twins=twins)
    assert made["LD_AUDIT"] == f"{twins}:{PATH}/mine.so"
    assert made["DH_HWCAPS_COPY"] == PATH
    assert made["DH_HWCAPS_OUTER"] == OUTER
    assert "LD_AUDIT" not in changes({})


@pytest.mark.parametrize("name", ["a b", "a\nb", "it's", "a:b", "$x", "x;y", "a#b", "a\udcffb"])
def test_places_that_flags_cannot_name(name: str) -> None:
    with pytest.raises(HwcapsError) as caught:
        environment.check_place(Path("/build", name))
    assert repr(f"/build/{name}") in caught.value.message


@pytest.mark.parametrize("name", ["foo-1.0~rc1+dfsg", "größe", "-rf", "a@b,c=d%e^f", 200 * "x"])
def test_places_that_flags_can_name(name: str) -> None:
    environment.check_place(Path("/build", name))
