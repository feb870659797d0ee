/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NUMFOO_H
#define NUMFOO_H
#include <stddef.h>

/* Return the mean of `repeats` integrals of exp over slightly shrinking intervals, each scaled
   to [-1/2, 1/2]; the exact value is 2 sinh(1/2) = 1.0421906109875.  Returns 0 for no repeats. */
double numfoo_mean(size_t repeats, size_t points);

#endif
