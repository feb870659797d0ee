# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The loader's search, step by step, and its reasons."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhhwcaps import elf
from dhhwcaps.admin import reason, search, which
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.search import Found, Object
from dhhwcaps.elf import SharedObject
from fakes import LIB, shared_object
from systems import BEST, CPU, OTHER, V2, V3, V4, copy, loader, put

NAME = "libfoo.so.1"
PLAIN = f"{LIB}/{NAME}"


def program(path: str = "/usr/bin/prog", **fields: tuple[str, ...]) -> Object:
    return Object(path=path, object=SharedObject(path=Path(path), **fields))  # type: ignore[arg-type]


def test_best_level_of_the_cache_wins(tmp_path: Path) -> None:
    paths = (copy(V4), copy(V3), copy(V2), PLAIN)
    put(tmp_path, *paths)
    assert loader(tmp_path, *paths).find(NAME) == Found(
        name=NAME, path=copy(V3), level=V3, how="cache")


def test_level_in_the_cache_beats_an_earlier_directory(tmp_path: Path) -> None:
    local = f"/usr/local/lib/{NAME}"
    put(tmp_path, local, copy(V3), PLAIN)
    found = loader(tmp_path, local, copy(V3), PLAIN).find(NAME)
    assert found.path == copy(V3)
    assert reason.explain(found, loader(tmp_path, local, copy(V3), PLAIN), CPU) == (
        f"best level of this CPU; hides {local}")


def test_stale_cache_gives_generic(tmp_path: Path) -> None:
    put(tmp_path, copy(V3), PLAIN)
    made = loader(tmp_path, PLAIN)
    assert made.find(NAME).path == PLAIN
    assert reason.explain(made.find(NAME), made, CPU) == f"{V3} is not in the cache: run ldconfig"


def test_file_that_is_gone_is_looked_for_in_default_directories(tmp_path: Path) -> None:
    put(tmp_path, copy(V2), PLAIN)
    made = loader(tmp_path, copy(V3), copy(V2), PLAIN)
    assert made.find(NAME) == Found(
        name=NAME, path=copy(V2), level=V2, how="default", stale=copy(V3))


def test_without_a_cache_default_directories_have_levels(tmp_path: Path) -> None:
    put(tmp_path, copy(V3), PLAIN)
    assert loader(tmp_path).find(NAME).path == copy(V3)


def test_file_of_another_machine_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, copy(V3), content=OTHER)
    put(tmp_path, PLAIN)
    assert loader(tmp_path).find(NAME).path == PLAIN


@pytest.mark.parametrize(("fields", "path", "how"), [
    ({"rpath": ("/r",), "runpath": ("/r",)}, "/r", "RPATH"),
    ({"runpath": ("/r",)}, "/l", "LD_LIBRARY_PATH"),
    ({"runpath": ("/r",)}, "/r", "RUNPATH"),
    ({"runpath": ("$ORIGIN/../r",)}, "/usr/r", "RUNPATH"),
])
def test_paths_before_the_cache(
    tmp_path: Path, fields: dict[str, tuple[str, ...]], path: str, how: str
) -> None:
    directory = {"/l": ("/l",)}.get(path, ("/none",))
    put(tmp_path, copy(V3, directory=path), f"{path}/{NAME}", PLAIN)
    made = loader(tmp_path, PLAIN, library_path=directory)
    found = made.find(NAME, program(**fields))
    assert found == Found(name=NAME, path=copy(V3, directory=path), level=V3, how=how)
    assert reason.explain(found, made, CPU) == f"found through {how}; best level of this CPU"


def test_rpath_is_that_of_all_who_needed_it(tmp_path: Path) -> None:
    put(tmp_path, f"/r/{NAME}")
    top = program(rpath=("/r",), runpath=("/r",))
    middle = Object(path=f"{LIB}/libm.so", object=SharedObject(path=Path("x")), parent=top)
    assert loader(tmp_path).find(NAME, middle).how == "RPATH"


def test_name_with_a_slash_is_no_search(tmp_path: Path) -> None:
    put(tmp_path, copy(V3), PLAIN)
    made = loader(tmp_path, copy(V3), PLAIN)
    found = made.find(PLAIN)
    assert (found.path, found.how, found.level) == (PLAIN, "path", "")
    assert reason.explain(found, made, CPU) == f"opened by path; so {V3} is not looked for"


def test_nothing_found(tmp_path: Path) -> None:
    made = loader(tmp_path)
    assert reason.explain(made.find(NAME), made, CPU) == reason.NOWHERE


@pytest.mark.parametrize(("cpu", "levels", "there", "said"), [
    (BEST, (V4, V3, V2), (V3,), f"no copy for {V4}"),
    (CPU, (V3, V2), (V4,), f"this CPU lacks {V4}"),
    (CPU, (V3, V2), (), "no variants"),
    (Cpu(arch="amd64", levels=(V2,), masked=(V4, V3)), (V2,), (V4, V3),
     f"{V4}, {V3} masked by GLIBC_TUNABLES"),
])
def test_reasons(
    tmp_path: Path, cpu: Cpu, levels: tuple[str, ...], there: tuple[str, ...], said: str
) -> None:
    paths = (*map(copy, there), PLAIN)
    put(tmp_path, *paths)
    made = loader(tmp_path, *paths, levels=levels)
    assert reason.explain(made.find(NAME), made, cpu) == said


def test_alternative_that_a_variant_hides(tmp_path: Path) -> None:
    put(tmp_path, copy(V3), "/usr/lib/other/libfoo.so.1", "/etc/alternatives/x")
    (tmp_path / "etc/alternatives/foo").symlink_to("/usr/lib/other/libfoo.so.1")
    (tmp_path / PLAIN[1:]).symlink_to("/etc/alternatives/foo")
    made = loader(tmp_path, copy(V3), PLAIN)
    assert reason.hidden(made.find(NAME), made) == (
        "hides the alternative /usr/lib/other/libfoo.so.1")


def test_levels_of_this_cpu_that_have_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elf, "read", lambda paths: tuple(map(shared_object, paths)))
    paths = (copy(V4), copy(V2), PLAIN)
    put(tmp_path, *paths)
    made = loader(tmp_path, *paths)
    rows = which.explained([made.find(NAME), made.find(PLAIN)], made, CPU)
    assert [row.copies for row in rows] == [(V2,), ()]


def test_level_and_base_of_a_path() -> None:
    assert (search.level_of(copy(V3)), search.base(copy(V3))) == (V3, LIB)
    assert (search.level_of(PLAIN), search.base(PLAIN)) == ("", LIB)
