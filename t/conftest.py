# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures for tests that build packages; see support.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import support
from support import Built


def _need_levels() -> None:
    if support.architecture() != "amd64":
        pytest.skip("the sample packages have levels of amd64")


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
    """Make a source tree of those layers of t/packages."""
    _need_levels()
    return lambda *layers: support.make_tree(tmp_path, *layers)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Build a package of those layers, once per module."""
    _need_levels()
    made: dict[tuple[str, ...], Built] = {}

    def once(*layers: str) -> Built:
        if layers not in made:
            where = tmp_path_factory.mktemp("-".join(layers))
            made[layers] = support.build(support.make_tree(where, *layers))
        return made[layers]

    return once


@pytest.fixture
def fails() -> Callable[..., str]:
    """Build a tree, which must fail, and return our steps' error messages."""

    def attempt(tree: Path, *arguments: str, **options: object) -> str:
        with pytest.raises(support.BuildError) as caught:
            support.build(tree, *arguments, **options)
        log = str(caught.value)
        assert "Traceback" not in log, log
        said = support.errors(log)
        assert said, f"none of our steps complained:\n{log}"
        return said

    return attempt
