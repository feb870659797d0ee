# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Have the loader load libraries at each level, and compare its choice with what we expect."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import elf, host, run
from dhhwcaps.admin.cpu import GENERIC
from dhhwcaps.admin.search import Loader
from dhhwcaps.admin.stubs import Stub

CHOSEN = re.compile(r"^\t(\S+) => (/.+) \(0x[0-9a-f]+\)$", re.MULTILINE)
UNDEFINED = re.compile(
    r"^(?:undefined symbol: |symbol lookup error: |symbol )(\S+?)[,:]?\s.*\((/.+)\)$", re.MULTILINE)
UNFETTERED: Mapping[str, str | None] = {
    # As ldd -r does (glibc: elf/rtld.c); what a user set is not to be seen.
    "LD_WARN": "yes", "LD_BIND_NOW": "yes", "LD_LIBRARY_PATH": None, "LD_PRELOAD": None,
    "LD_AUDIT": None, "GLIBC_TUNABLES": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a loader said when it loaded libraries with a program."""

    chosen: Mapping[str, str]
    undefined: frozenset[str]
    failure: str = ""


def possible(identity: bytes) -> bool:
    """Tell whether this machine's loader takes such files."""
    return bool(identity) and identity == elf.identity(Path(sys.executable))


def check(
    sonames: Sequence[str], modules: Sequence[Stub], loaders: Sequence[Loader]
) -> Iterator[str]:
    """Yield what is wrong when libraries are loaded by name, at each loader's levels.

    And modules by their stubs.  The last loader has no level: what is undefined at generic is no
    fault of a variant.
    """
    names = [*sonames, *(stub.path for stub in modules)]
    if not names:
        return
    outcomes = [load(names, loader.levels) for loader in loaders]
    for loader, outcome in zip(loaders, outcomes, strict=True):
        level = loader.levels[0] if loader.levels else GENERIC
        if outcome.failure:
            yield f"{level}: {outcome.failure}"
            continue
        for symbol in sorted(outcome.undefined - outcomes[-1].undefined):
            yield f"{level}: undefined symbol {symbol}"
        expected = [*map(loader.find, sonames), *(stub.found(loader) for stub in modules)]
        for found in expected:
            wanted, taken = found.path, outcome.chosen.get(found.name, "")
            if loader.disk.real(wanted) != loader.disk.real(taken):
                said = f"the loader takes {taken or 'nothing'} for {found.name}, not {wanted}"
                yield f"{level}: {said}"


def load(sonames: Sequence[str], levels: Sequence[str]) -> Outcome:
    """Return what the loader says of libraries when it may use these levels only.

    It binds all symbols, which runs IFUNC resolvers, but no constructor and no program.
    """
    code, out, err = run.attempt(
        host.loader(), "--glibc-hwcaps-mask", ":".join(levels) or GENERIC,
        "--preload", " ".join(sonames), "--list", os.path.realpath(sys.executable), env=UNFETTERED,
    )
    return parse(code, out, err)


def _ended(code: int) -> str:
    return f"the loader dies of signal {-code}" if code < 0 else f"the loader's exit code is {code}"


def parse(code: int, out: str, err: str) -> Outcome:
    """Return what `ld.so --list` printed, with LD_WARN."""
    failures = [line for line in err.splitlines() if "cannot be preloaded" in line]
    if code or failures:
        said = failures or err.strip().splitlines()[-1:] or [_ended(code)]
        return Outcome(chosen={}, undefined=frozenset(), failure=said[0])
    return Outcome(
        chosen=dict(CHOSEN.findall(out)),
        undefined=frozenset(match[1] for match in UNDEFINED.finditer(f"{out}\n{err}")),
    )
