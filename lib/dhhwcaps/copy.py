# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps that run inside a level's copy: around the tests, and collecting what was built."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dhhwcaps import control, elf, environment, idle, isa, layout, modules, run, twice
from dhhwcaps.control import Source
from dhhwcaps.elf import SharedObject
from dhhwcaps.errors import HwcapsError
from dhhwcaps.isa import Level

RULES = Path("debian/rules")
NOTHING = "#!/bin/sh\n# Stands in for debian/rules: dh_hwcaps leaves this step out.\nexit 0\n"
TOLERANT = '#!/bin/sh\n# dh_hwcaps --tests=warn\n{command} "$@" || touch {failed}\n'
TURN = "tests-running"
"""Exists while some level's tests run: they run one suite at a time, whatever the levels do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Which copy we are in, as the environment tells."""

    level: Level
    state: Path
    tests: str

    @property
    def outer(self) -> Path:
        """The tree that this is a copy of."""
        return self.state.parents[len(layout.STATE.parents) - 1]


def here(environ: Mapping[str, str]) -> Here | None:
    """Return which level's copy this process works in, None outside of copies."""
    level = isa.named(environ.get(environment.LEVEL, ""))
    if not level or environment.STATE not in environ:
        return None
    tests = environ.get(environment.TESTS, "fail")
    return Here(level=level, state=Path(environ[environment.STATE]), tests=tests)


def before_test(where: Here) -> None:
    """Wait for this level's turn to test; make dh's test step harmless if it is not to count.

    dh runs `dh_auto_test` from PATH and hooks through `debian/rules`, so both have a stand-in
    until `after_test`.  Adding nocheck instead could change what is built.

    The commands that a copy need not run have stand-ins from here on, and static libraries that
    it was spared are there.
    """
    if os.environ.get(environment.SITE) == str(where.state / layout.SITE.name):
        twice.take_over(where.outer, Path.cwd())
    for command in idle.commands(RULES.read_text(errors="replace")):
        leave_out(where, command)
    _take_turn(where)
    if where.tests in ("off", "unsupported"):
        _replace_rules(where, NOTHING)
        leave_out(where, "dh_auto_test")
    elif where.tests == "warn":
        failed = layout.tests(where.level, where.state).with_suffix(".failed")
        real = layout.rules(where.level, where.state)
        _replace_rules(where, _tolerant(real, failed))
        tool = run.output("sh", "-c", "command -v dh_auto_test").strip()
        _stub(where, "dh_auto_test", _tolerant(tool, failed))


def _tolerant(command: str | Path, failed: Path) -> str:
    return TOLERANT.format(command=shlex.quote(str(command)), failed=shlex.quote(str(failed)))


def after_test(where: Here) -> None:
    """Put back what `before_test` replaced, and note how the tests went."""
    restore_rules(where.level, where.state)
    (layout.stubs(where.level, where.state) / "dh_auto_test").unlink(missing_ok=True)
    note = layout.tests(where.level, where.state)
    options = os.environ.get("DEB_BUILD_OPTIONS", "").split()
    if where.tests in ("off", "unsupported"):
        note.write_text(where.tests)
    elif "nocheck" in options:
        note.write_text("nocheck")
    else:
        note.write_text("failed" if note.with_suffix(".failed").exists() else "passed")
    (where.state / TURN).unlink(missing_ok=True)


def collect(where: Here) -> None:
    """Put every shared library with a SONAME of the packages' directories into the level's tar.

    And the plugins and modules that debian/control names.

    debian/tmp is taken where no package's directory holds one.  Whatever dh would still do in
    this copy is in vain, so its commands and hooks become no-ops from here on.

    Raises HwcapsError when there is no shared library at all.
    """
    save(Path(), where.level, where.state, control.read())
    _replace_rules(where, NOTHING)
    for command in {path.name for path in Path("/usr/bin").glob("dh_*")}:
        leave_out(where, command)


def save(copy: Path, level: Level, state: Path, source: Source) -> None:
    """Put the shared libraries of the tree `copy` into the level's tar; see `collect`."""
    names = [package.name for package in source.packages]
    patterns = [pattern for package in source.packages for pattern in package.modules]
    libraries = _libraries(copy, names, patterns) or _libraries(copy, ["tmp"], patterns)
    if not libraries:
        raise HwcapsError(
            f"{level.name}: no shared library with a SONAME was installed in the copy",
            "debian/rules installs them after dh_hwcaps_collect would look, or did not build them.",
        )
    tar = layout.collected(level, state)
    listing = tar.with_suffix(".list")
    root = copy / layout.DEBIAN
    listing.write_text("".join(f"{item.path.relative_to(root)}\0" for item in libraries))
    run.output("tar", "--create", "--format=pax", f"--file={tar}.part", f"--directory={root}",
               "--null", "--no-recursion", f"--files-from={listing}")
    if not patterns:  # Modules are loaded by path, so that nothing tells who does it.
        _note_unused(copy, layout.tests(level, state), {item.soname for item in libraries})
    Path(f"{tar}.part").rename(tar)


def _libraries(
    copy: Path, names: Sequence[str], patterns: Sequence[str]
) -> tuple[SharedObject, ...]:
    roots = [root for name in names if (root := copy / layout.staging(name)).is_dir()]
    objects = elf.read([path for root in roots for path in elf.find(root)])
    matched = {item.path for root in roots for item in modules.matching(objects, patterns, root)}
    return tuple(item for item in objects
                 if item.kind == "DYN" and (item.soname or item.path in matched))


def _note_unused(copy: Path, tests: Path, sonames: set[str]) -> None:
    """Note when nothing in the tree loads the libraries: the suite tested a static library.

    A module without a SONAME counts as a program: an interpreter from elsewhere runs the suite.
    """
    if not tests.exists() or tests.read_text() != "passed":
        return
    try:
        built = [path for path in elf.find(copy)
                 if path.relative_to(copy).parts[0] != "debian" and os.access(path, os.X_OK)]
        needed = {name for item in elf.read(built) if item.has_interp or not item.soname
                  for name in item.needed}
    except HwcapsError:
        return  # Test data may well be broken ELF, or in a directory that nobody may read.
    if not needed & sonames:
        tests.write_text("elsewhere")


def restore_rules(level: Level, state: Path) -> None:
    """Give the copy in the working directory its own debian/rules again."""
    if layout.rules(level, state).exists():
        layout.rules(level, state).replace(RULES)


def _replace_rules(where: Here, text: str) -> None:
    RULES.replace(layout.rules(where.level, where.state))
    _script(RULES, text)


def leave_out(where: Here, command: str) -> None:
    """Let a command of debhelper's do nothing in this copy from here on."""
    _stub(where, command, NOTHING)


def _stub(where: Here, command: str, text: str) -> None:
    _script(layout.stubs(where.level, where.state) / command, text)


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def _take_turn(where: Here) -> None:
    turn = where.state / TURN
    while True:
        try:
            turn.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(0.1)
        else:
            turn.write_text(where.level.name)
            return


def release(level: Level, state: Path) -> bool:
    """Let other levels test, whatever became of this one's; tell whether its tests were running."""
    turn = state / TURN
    running = turn.exists() and turn.read_text() == level.name
    if running:
        turn.unlink(missing_ok=True)
    return running


def collected(where: Here) -> bool:
    """Tell whether this copy's libraries are in the level's tar already."""
    return layout.collected(where.level, where.state).exists()
