/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later

   probe FILE...: load libraries by name and plugins by path, all symbols bound, and print where
   each was found. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int failed = 0;

    for (int n = 1; n < argc; n++) {
        void *handle = dlopen(argv[n], RTLD_NOW | RTLD_GLOBAL);
        struct link_map *map = NULL;

        if (handle && !dlinfo(handle, RTLD_DI_LINKMAP, &map)) {
            printf("%s %s\n", argv[n], map->l_name);
        } else {
            printf("%s: %s\n", argv[n], dlerror());
            failed = 1;
        }
    }
    return failed;
}
