# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`hwcaps`: which copy of a library is used, is it sound, is it worth it.

`disk`, `dpkgdb`, `ldcache`, `cpu` read a system → `families`, `search`, `reason`, `health`,
`statistics` decide → `status`, `which`, `verify`, `bench` put together what a subcommand answers
→ `screen` shows it, as tables or as JSON.
"""
