# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the mutants of a module, each with one change."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from mutants import changes

SKIPPED = {"annotation", "returns", "decorator_list"}
"""What is not run, and what only keeps values from being changed."""
SHOWN = 60
FUNCTIONS = (ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A module with one change."""

    name: str
    """The place and the change, which stays when lines move."""
    line: int
    code: CodeType


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A node of the tree, and where it hangs."""

    node: ast.AST
    where: str
    """The function or class that it is in."""
    line: int
    parent: ast.AST
    field: str
    at: int | None
    """The position, where the field is a list."""

    def put(self, node: ast.AST) -> None:
        """Let another node be there."""
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield all mutants of a module."""
    tree = ast.parse(path.read_text())
    seen: Counter[str] = Counter()
    for site in list(_sites(tree, "", 1)):
        for other in changes.of(site.node, site.field):
            name = f"{site.where}: {_text(site.node)} → {_text(other)}"
            seen[name] += 1
            site.put(other)
            code = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
            site.put(site.node)
            number = f" ({seen[name]})" if seen[name] > 1 else ""
            yield Mutant(name=name + number, line=site.line, code=code)


def _sites(parent: ast.AST, where: str, line: int) -> Iterator[Site]:
    for field, value in ast.iter_fields(parent):
        if field in SKIPPED:
            continue
        listed: list[tuple[int | None, Any]] = (
            list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        )
        for at, node in listed:
            if not isinstance(node, ast.AST) or _is_text(node):
                continue
            here = getattr(node, "lineno", line)
            yield Site(node=node, where=where, line=here, parent=parent, field=field, at=at)
            inner = f"{where}.{node.name}".strip(".") if isinstance(node, FUNCTIONS) else where
            yield from _sites(node, inner, here)


def _is_text(node: ast.AST) -> bool:
    """Tell whether it is a docstring or an import."""
    return isinstance(node, ast.Import | ast.ImportFrom) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
