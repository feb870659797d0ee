/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#include "numfoo.h"

#include <math.h>

#include "nummath.h"

enum { BATCH = 64 };

double numfoo_mean(size_t repeats, size_t points)
{
    double half[BATCH], scale[BATCH], integral[BATCH] = {0}, total = 0;
    const double whole = 2 * sinh(0.5);

    for (size_t done = 0; done < repeats; done += BATCH) {
        size_t n = repeats - done < BATCH ? repeats - done : BATCH;
        num_grid(n, 0.5, -1e-6, half);
        for (size_t i = 0; i < n; i++)
            scale[i] = whole / (2 * sinh(half[i]));
        for (size_t i = 0; i < n; i++)
            integral[i] = num_integrate_exp(-half[i], half[i], points);
        for (size_t i = 0; i < n; i++)
            integral[i] = integral[i] * scale[i] - whole;
        for (size_t i = 0; i < n; i++)
            total += integral[i];
    }
    return repeats ? whole + total / (double)repeats : 0;
}
