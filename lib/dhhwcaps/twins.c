/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For programs that a build runs on a machine without the level that is being built: instead of a
 * library of the copy, which the machine cannot run, they load its generic twin in the outer tree.
 * rtld-audit(7); compiled and used by dh_hwcaps_build.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

unsigned int la_version(unsigned int version)
{
    return version < LAV_CURRENT ? version : LAV_CURRENT;
}

char *la_objsearch(const char *name, uintptr_t *cookie, unsigned int flag)
{
    const char *copy = getenv("DH_HWCAPS_COPY"), *outer = getenv("DH_HWCAPS_OUTER");
    char found[PATH_MAX], twin[PATH_MAX];
    (void) cookie;
    (void) flag;
    if (copy && outer && strchr(name, '/') && realpath(name, found)) {
        size_t length = strlen(copy);
        if (strncmp(found, copy, length) == 0 && found[length] == '/'
            && snprintf(twin, sizeof twin, "%s%s", outer, found + length) < (int) sizeof twin
            && access(twin, R_OK) == 0)
            return strdup(twin);
    }
    return (char *) name;
}
