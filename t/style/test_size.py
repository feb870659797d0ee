# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Small stays small."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
MODULES = sorted([*(TOP / "lib/dhhwcaps").rglob("*.py"), *TOP.glob("bench/*.py")])
MODULE_LINES = 200
FUNCTION_LINES = 40
EXECUTABLE_LINES = 20
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
           tokenize.ENCODING, tokenize.ENDMARKER}


def docstring_lines(tree: ast.AST) -> set[int]:
    """Return the lines of strings that stand alone: docstrings, and those of fields."""
    return {
        line for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def code_lines(text: str) -> set[int]:
    """Return the numbers of lines that hold code: no comments, docstrings or blank lines."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = {line for token in tokens if token.type not in NO_CODE
             for line in range(token.start[0], token.end[0] + 1)}
    return lines - docstring_lines(ast.parse(text))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_module_is_small(module: Path) -> None:
    assert len(code_lines(module.read_text())) <= MODULE_LINES


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_functions_are_small(module: Path) -> None:
    text = module.read_text()
    code = code_lines(text)
    long = {
        node.name: count for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (count := len(code & set(range(node.lineno, (node.end_lineno or 0) + 1))))
        > FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("name", ["dh_hwcaps", "hwcaps"])
def test_executable_is_thin(name: str) -> None:
    text = (TOP / name).read_text()
    assert len(code_lines(text)) <= EXECUTABLE_LINES
    assert "def " not in text


def test_code_lines_leaves_out_what_is_no_code() -> None:
    assert code_lines('"""Doc."""\n\n# comment\nx = """a\nb"""\n\ndef f():\n    """Doc."""\n') == {
        4, 5, 7
    }
