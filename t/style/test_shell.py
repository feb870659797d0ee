# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of packages, versions and SONAMEs never meet a shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
MODULES = sorted((TOP / "lib/dhhwcaps").rglob("*.py"))
SHELL = re.compile(r"(.*/)?(ba|da|k|z)?sh")
OWNERS = ("os", "subprocess", "asyncio")
FORBIDDEN = ("system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell")


def offences(text: str) -> Iterator[str]:
    """Yield what of Python code gives text to a shell, unless the text is all in the code."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg == "shell" and not _is_ours(node.value):
            yield f"line {node.value.lineno}: shell="
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in OWNERS and node.attr in FORBIDDEN:
                yield f"line {node.lineno}: {node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in OWNERS:
            yield from (f"line {node.lineno}: {alias.name}" for alias in node.names
                        if alias.name in FORBIDDEN)
        elif isinstance(node, ast.Call | ast.Tuple | ast.List):
            yield from _script(node.args if isinstance(node, ast.Call) else node.elts)


def _is_ours(node: ast.expr) -> bool:
    # A run.Shell, which takes words.
    made = node.func if isinstance(node, ast.Call) else node
    return isinstance(made, ast.Name) and made.id.lower() == "shell"


def _script(words: list[ast.expr]) -> Iterator[str]:
    for first, second, *rest in zip(words, words[1:], words[2:], strict=False):
        if _text(second).startswith("-") and _text(second).endswith("c") and (
            SHELL.fullmatch(_text(first)) and not _text(rest[0])
        ):
            yield f"line {first.lineno}: {_text(first)} -c with what is not in the code"


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(TOP)))
def test_no_shell(module: Path) -> None:
    assert list(offences(module.read_text())) == []


@pytest.mark.parametrize(("code", "count"), [
    ("os.system(name)", 1), ("os.popen('ls')", 1), ("run(words, shell=True)", 1),
    ("run(words, shell=yes)", 1), ("Build(shell=shell)", 0),
    ("subprocess.getoutput(x)", 1), ("from os import path, system", 1),
    ("shell('sh', '-c', f'ls {name}')", 1),
    ("x = ('/bin/bash', '-ec', text)", 1), ("run('dash', '-c', 'ls ' + name)", 1),
    ("shell('sh', '-c', 'exec \"$@\"', 'sh', name)", 0), ("run('sort', '-c', name)", 0),
    ("command.popen(cwd=here)", 0), ("shell(*words)", 0),
])
def test_what_gives_text_to_a_shell(code: str, count: int) -> None:
    assert len(list(offences(code))) == count


def test_perl_gives_nothing_to_a_shell() -> None:
    for module in (TOP / "lib/Debian").rglob("*.pm"):
        assert not re.search(r"\b(system|exec|qx|open)\b|`", module.read_text())
