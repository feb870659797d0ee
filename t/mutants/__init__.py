# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Break the modules that decide, one place at a time, and see whether the unit tests notice.

mutmut 3 leaves alone what is outside of functions and what is decorated, which is most of `isa`,
and cosmic-ray starts a process per mutant; this changes any expression, in a forked process each.
"""
