# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`make check-mutants`: what became of each mutant; the page in doc/ when all modules are tried."""

from __future__ import annotations

import sys
import tempfile
import tomllib
from pathlib import Path

from mutants import mutate, page, trial
from mutants.page import Result

MODULES = (
    "control", "families", "faults", "isa", "plan", "relations", "selection", "verify",
)
EXPLAINED = Path(__file__).with_name("explained.toml")
WANTED = 0.9


def tried(module: str, reasons: dict[str, str]) -> Result:
    """Try all mutants of a module; print those that survive."""
    files = trial.tests(module)
    survivors: dict[str, str] = {}
    original = compile(trial.source(module).read_text(), module, "exec", dont_inherit=True)
    if not trial.survives(module, original, files):
        sys.exit(f"the unit tests of {module} fail without a change")
    count = 0
    for mutant in mutate.mutants(trial.source(module)):
        count += 1
        if trial.survives(module, mutant.code, files):
            survivors[mutant.name] = reasons.get(mutant.name, "")
            said = reasons.get(mutant.name, "NOT EXPLAINED")
            print(f"{module}.py:{mutant.line}: {mutant.name}: {said}", flush=True)
    for gone in reasons.keys() - survivors.keys():
        print(f"{module}: explained, but killed or not there: {gone}")
    print(f"{module}: {count - len(survivors)} of {count} killed", flush=True)
    return Result(module=module, mutants=count, survivors=survivors)


def main(names: list[str]) -> int:
    """Try the modules of those names, all without any."""
    reasons = tomllib.loads(EXPLAINED.read_text())
    with tempfile.TemporaryDirectory() as scratch:
        # What is compiled once is there for all.
        sys.pycache_prefix, sys.dont_write_bytecode = scratch, False
        results = [tried(name, reasons.get(name, {})) for name in names or MODULES]
    if not names:
        page.write(results)
    bad = [r for r in results if r.killed < WANTED * r.mutants or "" in r.survivors.values()]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
