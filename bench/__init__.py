# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What dh-hwcaps costs and gains, measured: `make bench`."""
