# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Eighteen packages of the archive, converted, built, compared, used: `make check-corpus`."""
