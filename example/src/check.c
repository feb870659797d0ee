/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>

#include "numfoo.h"

int main(void)
{
    double error = numfoo_mean(100, 2000) - 2 * sinh(0.5);

    printf("numfoo_mean: error %.1e\n", error);
    return fabs(error) < 1e-7 ? 0 : 1;
}
