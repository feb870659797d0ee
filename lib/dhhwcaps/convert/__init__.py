# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""`dh_hwcaps convert`: rewrite an existing debian/ so that its libraries are built at all levels.

`command` reads and writes files; `conversion` decides which packages, `rewrite` what becomes of
each file, on texts; `deb822edit` and `rulesfile` know how these are written.
"""
