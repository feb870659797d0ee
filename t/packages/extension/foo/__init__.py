# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums of numbers."""

from ._bound import added, calls
from ._cython import total
from ._plain import scaled

__all__ = ["added", "calls", "scaled", "total"]
