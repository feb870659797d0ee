/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#include "nummath.h"

#include "numkernel.h"

enum { BLOCK = 1024, LANES = 8 };

void num_grid(size_t n, double start, double step, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = start + step * (double)i;
}

/* Partial sums, because the compiler may not reorder additions by itself. */
static double sum(size_t n, const double *x)
{
    double part[LANES] = {0}, total = 0;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            part[lane] += x[i + lane];
    for (; i < n; i++)
        total += x[i];
    for (size_t lane = 0; lane < LANES; lane++)
        total += part[lane];
    return total;
}

double num_integrate_exp(double from, double to, size_t points)
{
    double x[BLOCK], y[BLOCK], total = 0, step = (to - from) / (double)points;

    for (size_t done = 0; done < points; done += BLOCK) {
        size_t n = points - done < BLOCK ? points - done : BLOCK;
        num_grid(n, from + step * ((double)done + 0.5), step, x);
        num_exp(n, x, y);
        total += sum(n, y);
    }
    return total * step;
}
