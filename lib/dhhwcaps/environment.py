# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The environment in which a level is built; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps.errors import HwcapsError
from dhhwcaps.isa import Level

LANGUAGES = ("CFLAGS", "CXXFLAGS", "OBJCFLAGS", "OBJCXXFLAGS", "FFLAGS", "FCFLAGS", "DFLAGS")
"""dpkg-buildflags(1)'s compilers; assembler goes through the C compiler's flags."""
BUILDFLAGS = (*LANGUAGES, "ASFLAGS", "CPPFLAGS", "LDFLAGS")

DROPPED = re.compile(r"DH_INTERNAL_.*|DH_OPTIONS|MAKE.*|MFLAGS|OLDPWD")
"""What dh and make tell their own children.  A stale DH_INTERNAL_BUILDFLAGS would make debhelper
keep the outer CFLAGS (Dh_Lib.pm, set_buildflags)."""

UNFIT = re.compile(r"[^\w@%+=,./~^-]")
"""What no directory's name may have, because flags are split at blanks and PATH at colons, and
shells, make and sed take the others for their own.  dpkg-buildflags has a like limit."""

LEVEL = "DH_HWCAPS_LEVEL"
STATE = "DH_HWCAPS_STATE"
TESTS = "DH_HWCAPS_TESTS"
SITE = "CONFIG_SITE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """All that the environment of a level's build depends on."""

    level: Level
    outer: Path
    """The tree that dpkg-buildpackage builds, absolute."""
    path: Path
    """The level's copy of it, absolute."""
    state: Path
    stubs: Path
    specs: Path
    jobs: int
    tests: str
    """What to do with the tests: `fail`, `warn`, `off`, or `unsupported`."""
    scope: str
    inject: str
    nocheck: bool = False
    """Leave out the tests of rules that dh does not run."""
    twins: Path | None = None
    """The audit module that gives programs generic libraries, where this machine needs it."""
    site: Path | None = None
    """autoconf's site file, where static libraries are the generic build's."""
    ldc: bool = False
    """D is compiled by LDC, which knows no GCC specs."""


def check_place(outer: Path) -> None:
    """Raise HwcapsError when a level could not be built below this directory."""
    unfit = "".join(sorted(set(UNFIT.findall(str(outer)))))
    if unfit:
        raise HwcapsError(
            f"the source lies in {str(outer)!r}: compiler flags and PATH, which lead to files"
            f" there, cannot hold {unfit!r}",
            "Build in a directory whose name has only letters, digits and @%+=,.~^_-",
        )


def changes(environ: Mapping[str, str], copy: Copy) -> dict[str, str | None]:
    """Return what differs from our own environment; None stands for a variable to be unset."""
    made = elsewhere(environ, copy.outer, copy.path)

    def current(name: str) -> str | None:
        return made[name] if name in made else environ.get(name)

    def extend(name: str, words: Iterable[str]) -> None:
        before = current(name)
        made[name] = " ".join([*([before] if before else []), *words])

    for name in LANGUAGES:
        extend(f"DEB_{name}_APPEND", _compiling(copy, name))
    extend("DEB_LDFLAGS_APPEND", _linking(copy))
    extend("RUSTFLAGS", _rust(copy))
    if copy.level.go:
        made[copy.level.go[0]] = copy.level.go[1]
        extend("CGO_LDFLAGS", _linking(copy))
    if copy.inject == "environment":
        made["LIBRARY_PATH"] = _first(copy.specs.parent, current("LIBRARY_PATH"))
        made["CCACHE_NAMESPACE"] = copy.level.name
    made["PATH"] = _first(copy.stubs, current("PATH"))
    # waf looks for its lock in parent directories too, and would clean and install the outer tree.
    made["WAFLOCK"] = f".lock-waf_{copy.level.name}"
    made["DEB_BUILD_OPTIONS"] = build_options(environ.get("DEB_BUILD_OPTIONS", ""), copy)
    if copy.twins:
        made |= {"LD_AUDIT": _first(copy.twins, current("LD_AUDIT")),
                 "DH_HWCAPS_COPY": str(copy.path), "DH_HWCAPS_OUTER": str(copy.outer)}
    if copy.site:
        made[SITE] = str(copy.site)
    made |= {LEVEL: copy.level.name, STATE: str(copy.state), TESTS: copy.tests}
    return made


def elsewhere(environ: Mapping[str, str], outer: Path, path: Path) -> dict[str, str | None]:
    """Return what differs from our own environment for debian/rules of a copy of the tree.

    `outer` is the tree, `path` its copy, both absolute.
    """
    made: dict[str, str | None] = {}
    for name, value in environ.items():
        if DROPPED.fullmatch(name) or name.removesuffix("_FOR_BUILD") in BUILDFLAGS:
            made[name] = None
        elif moved(value, outer, path) != value:
            made[name] = moved(value, outer, path)
    return made | {"PWD": str(path)}


def moved(value: str, outer: Path, path: Path) -> str:
    """Return a variable's value with the copy's path in place of the outer tree's.

    Otherwise a rules file with an exported path would build or install into the outer tree.
    """
    # As a path of its own or right behind an option's letter, not within a longer path.
    whole = rf"(?:(?<![\w.+~-])|(?<=-[A-Z])){re.escape(str(outer))}(?![\w.+~-])"
    return re.sub(whole, lambda _: str(path), value)


def build_options(outer: str, copy: Copy) -> str:
    """Return DEB_BUILD_OPTIONS: the same as outside, the jobs and the debug information aside."""
    words = [word for word in outer.split() if not word.startswith("parallel=")]
    words += [f"parallel={copy.jobs}"]
    words += [word for word in ("nostrip",) if word not in words]
    words += ["nocheck"] if copy.nocheck and "nocheck" not in words else []
    return " ".join(words)


def _compiling(copy: Copy, name: str) -> tuple[str, ...]:
    if name == "DFLAGS" and copy.ldc:
        return (f"-mcpu={copy.level.rust}",)
    if copy.scope == "all":
        return copy.level.compiler_flags
    return (f"-specs={copy.specs}",)


def _linking(copy: Copy) -> tuple[str, ...]:
    if copy.scope == "all":
        return (copy.level.linker_flag,) if copy.level.linker_flag else ()
    return (f"-specs={copy.specs}",)


def _rust(copy: Copy) -> tuple[str, ...]:
    # rustc links through the C compiler; the specs mark shared libraries and no build script.
    links = [word for flag in _linking(copy) for word in ("-C", f"link-arg={flag}")]
    return ("-C", f"target-cpu={copy.level.rust}", *links)


def _first(path: Path, rest: str | None) -> str:
    return f"{path}:{rest}" if rest else str(path)
