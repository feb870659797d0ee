#!/usr/bin/perl
# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
# debhelper sequence for dh_hwcaps(1)
use warnings;
use strict;
use Debian::Debhelper::Dh_Lib;

# Only insert_before and insert_after: the other calls abort when the addon
# comes from Build-Depends-Arch.
if ($ENV{DH_HWCAPS_LEVEL}) {
    # Within the copy of the source that is built for one level.
    insert_before('dh_autoreconf', 'dh_hwcaps_before_autoreconf')
        if -e "$ENV{DH_HWCAPS_STATE}/../../autoreconf.after";
    insert_before('dh_auto_test', 'dh_hwcaps_before_test');
    insert_after('dh_auto_test', 'dh_hwcaps_after_test');
    insert_before('dh_missing', 'dh_hwcaps_collect');
} else {
    $ENV{DH_HWCAPS_SEQUENCE} = 1;
    insert_before('dh_update_autotools_config', 'dh_hwcaps_prepare');
    insert_after('dh_auto_test', 'dh_hwcaps_build');
    insert_before('dh_missing', 'dh_hwcaps_install');
    insert_before('dh_shlibdeps', 'dh_hwcaps_split');
    insert_after('dh_shlibdeps', 'dh_hwcaps_substvars');
}

1;
