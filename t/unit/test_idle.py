# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which commands a copy may leave out."""

from __future__ import annotations

import pytest
from dhhwcaps import idle

SHORT = "#!/usr/bin/make -f\n%:\n\tdh $@ --with hwcaps\n"


@pytest.mark.parametrize("more", [
    "",
    "include /usr/share/dpkg/architecture.mk\n-include /usr/share/dpkg/buildtools.mk\n",
    "override_dh_auto_configure:\n\tdh_auto_configure -- --enable-foo\n",
    "execute_after_dh_auto_install:\n\trm debian/tmp/usr/lib/*/*.la\n",
    "override_dh_install:\n\tdh_install -X.la\noverride_dh_missing:\n\tdh_missing --fail-missing\n",
    "override_dh_makeshlibs:\n\tdh_makeshlibs -V\noverride_dh_strip:\n\tdh_strip\n",
    "override_dh_hwcaps_install:\n\tdh_hwcaps_install --abi=types\n",
    "execute_before_dh_autoreconf execute_after_dh_prep:\n\ttrue\n",
])
def test_left_out_where_nothing_is_said_of_them(more: str) -> None:
    assert idle.commands(SHORT + more) == idle.IDLE


@pytest.mark.parametrize("more", [
    "override_dh_installdocs:\n\tdh_installdocs\n\trm debian/foo/usr/share/doc/foo/README\n",
    "execute_after_dh_fixperms:\n\tchmod 600 debian/foo/usr/share/doc/foo/README\n",
    "execute_after_dh_link:\n\tcp x debian/foo/usr/share/doc/foo/\n",
    "execute_after_dh_python3:\n\tmv debian/foo/usr/share/doc/foo debian/bar/\n",
    "override_dh_%:\n\ttrue\n",
    "override_dh_$(STEP):\n\ttrue\n",
    "execute_after_dh_install$(OTHER):\n\ttrue\n",
    "binary:\n\tdh_compress -a\n",
    "include debian/more.mk\n", "-include debian/more.mk\n", "  sinclude more.mk\n",
    "include /usr/share/quilt/quilt.make\n",
    "override_dh_hwcaps_collect:\n\tdh_hwcaps_collect\n",
    "override_dh_installdirs_more:\n\ttrue\n",
])
def test_none_is_left_out_where_others_may_need_them(more: str) -> None:
    assert idle.commands(SHORT + more) == ()
