# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build one Debian library for several CPU baselines.

argv, DH_*, debian/control, dpkg-architecture, isa → `plan.Plan` (recomputed by every step)
→ `tree` and `build`: the package's own rules in a copy per level → `collect`: a tar per level
→ `selection` and `verify` decide → `install`, `split`, `relations` act → `report`.
"""
