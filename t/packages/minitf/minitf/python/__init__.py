# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""minitf for Python."""

from minitf._pywrap_minitf_internal import has_device, isa, matmul

__all__ = ["has_device", "isa", "matmul"]
