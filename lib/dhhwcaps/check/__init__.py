# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps check`: find the mistakes in a debian/ that uses this addon before they are built.

`command` reads the files and prints; `subject` is what was read; `rules` lists the rules, each a
function from the subject to its findings, in the modules beside it.
"""
