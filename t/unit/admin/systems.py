# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in for an installed system in unit tests."""

from __future__ import annotations

from pathlib import Path

from dhhwcaps.admin import families, ldcache
from dhhwcaps.admin.cpu import Cpu
from dhhwcaps.admin.disk import Disk
from dhhwcaps.admin.dpkgdb import Package
from dhhwcaps.admin.families import Family
from dhhwcaps.admin.ldcache import Cache
from dhhwcaps.admin.search import Loader
from fakes import LIB, TRIPLET

V2, V3, V4 = "x86-64-v2", "x86-64-v3", "x86-64-v4"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00"
IDENTITY = b"\x02\x01\x3e\x00"
OTHER = b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x03\x00\x03\x00"
CPU = Cpu(arch="amd64", levels=(V3, V2), lacking=(V4,))
BEST = Cpu(arch="amd64", levels=(V4, V3, V2))


def put(root: Path, *names: str, content: bytes = ELF) -> None:
    """Write files below a root directory."""
    for name in names:
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def copy(level: str, soname: str = "libfoo.so.1", directory: str = LIB) -> str:
    """Return where a copy for a level lies."""
    return f"{directory}/glibc-hwcaps/{level}/{soname}"


def cache(*paths: str) -> Cache:
    """Return a cache of those files, in this order."""
    rows = []
    for path in paths:
        level = path.split("/")[-2] if "/glibc-hwcaps/" in path else ""
        word = f', hwcap: "{level}"' if level else ""
        rows.append(f"\t{path.rpartition('/')[2]} (libc6,x86-64{word}) => {path}\n")
    return Cache(entries=ldcache.parse("".join(rows)))


def loader(root: Path, *cached: str, levels: tuple[str, ...] = (V3, V2),
           library_path: tuple[str, ...] = ()) -> Loader:
    """Return a loader of that root."""
    return Loader(disk=Disk(root=root), cache=cache(*cached), identity=IDENTITY, triplet=TRIPLET,
                  levels=levels, library_path=library_path)


def package(name: str, version: str = "2.0-1", **fields: object) -> Package:
    """Return an installed package."""
    given = {"key": f"{name}:amd64", "name": name, "arch": "amd64", "version": version} | fields
    return Package(**given)  # type: ignore[arg-type]


def installed(*suffixes: str, name: str = "libfoo1", generic: bool = True) -> list[Package]:
    """Return a family's packages as dpkg knows them, in its order."""
    recommends = f"{name}-avx2 (= 2.0-1), {name}-avx512 (= 2.0-1)"
    depends = f"{name}-generic (= 2.0-1) | {name}-avx2 (= 2.0-1) | {name}-avx512 (= 2.0-1)"
    head = package(name, depends=depends, recommends=recommends)
    variants = [
        package(f"{name}-{suffix}", provides=f"{name}-hwcaps (= 2.0-1)", size=4_100_000)
        for suffix in suffixes
    ]
    return [head, *([package(f"{name}-generic")] if generic else []), *variants]


def files(packages: list[Package]) -> dict[str, tuple[str, ...]]:
    """Return the files of `installed` packages."""
    named = {"avx2": V3, "avx512": V4}
    found = {}
    for one in packages:
        suffix = one.name.rpartition("-")[2]
        paths = {"generic": (f"{LIB}/libfoo.so.1",)}.get(suffix, ())
        found[one.key] = (copy(named[suffix]),) if suffix in named else paths
    return found


def family(*suffixes: str, generic: bool = True) -> Family:
    """Return a family."""
    packages = installed(*suffixes, generic=generic)
    return families.find(packages, files(packages))[0]
