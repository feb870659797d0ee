# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources that are built from minitf-src: flavours for other devices."""

from __future__ import annotations

import shutil
from pathlib import Path

import support

FLAVOURS = {"cuda": ("NVCC", "nvcc"), "rocm": ("HIPCC", "hipcc"), "sycl": ("SYCL_CXX", "icpx")}
"""Flavour → where minibazel finds its compiler, and the compiler's name."""


def flavour(where: Path, name: str) -> Path:
    """Make the source of a flavour, that of minitf-cuda in other words; return its tree."""
    tree = shutil.copytree(support.PACKAGES / "minitf-cuda", where / f"minitf-{name}-1")
    variable, compiler = FLAVOURS[name]
    for path in [path for path in tree.rglob("*") if path.is_file()]:
        text = path.read_text().replace("NVCC", variable).replace("nvcc", compiler)
        path.write_text(text.replace("cuda", name).replace("CUDA", name.upper()))
        path.rename(path.with_name(path.name.replace("cuda", name).replace("nvcc", compiler)))
    return tree
