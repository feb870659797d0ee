/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NUMKERNEL_H
#define NUMKERNEL_H
#include <stddef.h>

/* Write exp(x[i]) to y[i]; accurate to the last digits for |x[i]| <= 1/2. */
void num_exp(size_t n, const double *x, double *y);

#endif
