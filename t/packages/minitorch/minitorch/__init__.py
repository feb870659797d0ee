# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitorch for Python."""

import ctypes
from pathlib import Path

# By its path, and before all others, as PyTorch does.
GLOBAL_DEPS = ctypes.CDLL(str(Path(__file__).parent / "lib/libminitorch_global_deps.so"),
                          mode=ctypes.RTLD_GLOBAL)

from minitorch._C import isa, total  # noqa: E402
from minitorch.version import __version__  # noqa: E402

__all__ = ["__version__", "isa", "total"]
