/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "numfoo.h"

enum { POINTS = 1000000 };

int main(int argc, char **argv)
{
    size_t repeats = argc > 1 ? strtoul(argv[1], NULL, 10) : 500;
    struct timespec start, end;

    timespec_get(&start, TIME_UTC);
    double mean = numfoo_mean(repeats, POINTS);
    timespec_get(&end, TIME_UTC);
    double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    printf("integral of exp over [-1/2, 1/2]: %.9f\n", mean);
    printf("%.2f s, %.0f million points/s\n", seconds, 1e-6 * (double)repeats * POINTS / seconds);
    return 0;
}
