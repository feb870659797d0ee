#!/usr/bin/perl
# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
# debhelper sequence for dh_hwcaps_source, see dh_hwcaps(1)
use warnings;
use strict;
use Debian::Debhelper::Dh_Lib;

insert_before('dh_update_autotools_config', 'dh_hwcaps_source');
insert_before('dh_auto_clean', 'dh_hwcaps_source_before_clean');
insert_before('dh_clean', 'dh_hwcaps_source_after_clean');
insert_after('dh_makeshlibs', 'dh_hwcaps_source_shlibs');
insert_before('dh_gencontrol', 'dh_hwcaps_source_substvars');
insert_after('dh_gencontrol', 'dh_hwcaps_source_check');

# Nothing when the source is not installed, as in a clean without build
# dependencies.
chomp(my $version = qx_cmd('dh_hwcaps_source_version'));
# Not behind --, since dh's own options follow.
if ($version) {
    add_command_options('dh_gencontrol', "--dpkg-gencontrol-params=-v$version");
    # Of symbols that no symbols file has yet.
    add_command_options('dh_makeshlibs', "-u-v$version");
}

1;
