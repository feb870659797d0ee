# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that hold a source (`foo-src`), and packages that are built from one."""
