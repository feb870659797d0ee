# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each thing has its one place."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
MODULES = sorted((TOP / "lib/dhhwcaps").rglob("*.py"))
BENCH = sorted(TOP.glob("bench/*.py"))
PYTHON = [*MODULES, *BENCH, *TOP.glob("t/**/*.py"), *TOP.glob("demo/*.py"), TOP / "dh_hwcaps",
          TOP / "hwcaps"]
PURE = ("control", "environment", "errors", "isa", "options", "plan", "relations", "selection",
        "verify")
ACTING = {"build", "copy", "install", "level", "run", "split", "steps", "tree"}
PROCESSES = re.compile(r"\b(subprocess|plumbum|popen|os\.(system|exec\w*|spawn\w*|fork))\b")
ISA_WORDS = re.compile(r"\bavx|\bsse\d|\bx86-64-v|\bpower(?:9|10)\b|\bz1[3-7]\b", re.IGNORECASE)


def others(*but: str) -> list[Path]:
    """Return the modules except those."""
    return [module for module in MODULES if module.stem not in but]


def name(module: Path) -> str:
    return str(module.relative_to(TOP))


def imported(module: Path) -> Iterator[str]:
    """Yield the names of our own modules that a module imports, and of others."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield the functions, classes and methods that other modules may use."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


@pytest.mark.parametrize("module", others("run"), ids=name)
def test_only_run_starts_processes(module: Path) -> None:
    assert PROCESSES.findall(module.read_text()) == []


@pytest.mark.parametrize("module", others("isa"), ids=name)
def test_words_of_an_isa_are_in_its_table_only(module: Path) -> None:
    assert ISA_WORDS.findall(module.read_text()) == []


@pytest.mark.parametrize("module", [m for m in MODULES if m.stem in PURE], ids=name)
def test_deciding_does_not_act(module: Path) -> None:
    forbidden = {f"dhhwcaps.{acting}" for acting in ACTING}
    assert forbidden & set(imported(module)) == set()


def test_what_the_command_needs_is_in_the_common_package() -> None:
    # Not everyone who installs hwcaps-tools builds packages.
    said = subprocess.check_output(["make", "-s", "-C", TOP, "shared"], text=True)
    shared = {f"dhhwcaps.{module}" for module in said.split()} - {"dhhwcaps.__init__"}
    own = (TOP / "lib/dhhwcaps/admin").glob("*.py")
    modules = [*own, *(TOP / "lib/dhhwcaps" / f"{module}.py" for module in said.split())]
    known = {f"dhhwcaps.{module.stem}" for module in MODULES if module.parent.name == "dhhwcaps"}
    assert known & {name for module in modules for name in imported(module)} <= shared


@pytest.mark.parametrize("module", [*MODULES, *BENCH], ids=name)
def test_public_things_have_a_docstring(module: Path) -> None:
    tree = ast.parse(module.read_text())
    assert ast.get_docstring(tree)
    assert [node.name for node in public(tree) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_errors_end_in_one_place(module: Path) -> None:
    text = module.read_text()
    assert not re.search(r"except Exception|except:|sys\.exit|SystemExit", text)


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_licence_is_named(path: Path) -> None:
    assert "SPDX-License-Identifier: GPL-2.0-or-later" in path.read_text()[:300]


def test_sequence_has_insertions_only() -> None:
    text = (TOP / "lib/Debian/Debhelper/Sequence/hwcaps.pm").read_text()
    code = re.sub(r"#.*", "", text)
    calls = set(re.findall(r"\b([a-z_]+)\(", code)) - {"if"}
    assert calls == {"insert_before", "insert_after"}
