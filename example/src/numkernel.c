/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#include "numkernel.h"

#include "coefficient.h"

void num_exp(size_t n, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < n; i++) {
        double sum = coefficient[TERMS - 1];
        for (int k = TERMS - 1; k-- > 0;)
            sum = sum * x[i] + coefficient[k];
        y[i] = sum;
    }
}
