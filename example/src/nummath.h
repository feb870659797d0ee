/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NUMMATH_H
#define NUMMATH_H
#include <stddef.h>

/* Write start, start + step, start + 2 step, … to x. */
void num_grid(size_t n, double start, double step, double *x);

/* Return the integral of exp from `from` to `to` by the midpoint rule, |from|, |to| <= 1/2. */
double num_integrate_exp(double from, double to, size_t points);

#endif
