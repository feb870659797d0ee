# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of dh's commands do nothing for the libraries of a copy; pure."""

from __future__ import annotations

import re

IDLE = (
    "dh_installdocs", "dh_installchangelogs", "dh_installexamples", "dh_installman", "dh_lintian",
    "dh_perl", "dh_strip_nondeterminism", "dh_compress", "dh_fixperms",
)
"""Between dh_install and dh_hwcaps_collect: what they make or change is no shared library."""
UNAWARE = re.compile(
    r"dh_(update_autotools_config|autoreconf|auto_\w+|clean|prep|testdir|installdirs|install"
    r"|missing|dwz|strip|makeshlibs|shlibdeps|installdeb|gencontrol|md5sums|builddeb"
    r"|hwcaps_(prepare|build|install|split|substvars)|listpackages)"
)
"""What runs before all of these, or after the libraries are collected."""
INCLUDED = re.compile(r"^\s*-?s?include\s+(?!/usr/share/dpkg/)", re.MULTILINE)


def commands(rules: str) -> tuple[str, ...]:
    """Return the commands that a copy may leave out, given the text of debian/rules.

    None if the rules name any other command of debhelper's, since what they do around it may need
    what these left, or if they have a part elsewhere.
    """
    hooks = re.sub(r"(override|execute_before|execute_after)_", "", rules)
    named = re.findall(r"\bdh_[\w%$]*", hooks)
    return IDLE if whole(rules) and all(map(UNAWARE.fullmatch, named)) else ()


def whole(rules: str) -> bool:
    """Tell whether all that the rules say is in this text, but for what dpkg has for everybody."""
    return not INCLUDED.search(rules)
