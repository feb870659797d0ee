# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""SONAMEs that update-alternatives manages, in maintainer scripts of many kinds."""

from __future__ import annotations

import pytest
from dhhwcaps import alternatives


@pytest.mark.parametrize(("name", "text", "refused"), [
    ("libblas3.postinst", "update-alternatives --install /usr/lib/a/libblas.so.3 \\\n", True),
    ("libblas3.alternatives", "Name: libblas.so.3-x86_64-linux-gnu\n", True),
    ("libblas3.alternatives", "Link: /usr/lib/x/libblas.so.3\n", True),
    ("libblas3.postinst", "#update-alternatives --remove libblas.so.3\nldconfig\n", False),
    ("libblas3.postinst", "echo libblas.so.3\n", False),
    ("libblas3.postinst", "update-alternatives --install x libblas.so.3.1 y\n", False),
    ("libblas3.postinst", "update-alternatives --install x mylibblas.so.3 y\n", False),
    ("libblas3.postinst", "update-alternatives --install x libblas_so.3 y\n", False),
])
def test_alternatives(name: str, text: str, refused: bool) -> None:
    found = alternatives.check({name: text}, "libblas.so.3")
    assert (found is not None) is refused
    if found:
        assert found.message.startswith(
            f"libblas.so.3 is managed by update-alternatives (debian/{name})"
        )
