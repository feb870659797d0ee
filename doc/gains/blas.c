/* SPDX-FileCopyrightText: dh-hwcaps developers */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blas dgemm|ddot|daxpy: the CBLAS of GSL, some tenths of a second of it.
 *
 *     cc -O2 blas.c -o blas -lgslcblas
 */
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cblas.h>

#define SIDE 600
#define LENGTH 4000

static double a[SIDE * SIDE], b[SIDE * SIDE], c[SIDE * SIDE], x[LENGTH], y[LENGTH];

static double dgemm(void)
{
	for (int i = 0; i < 3; i++)
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIDE, SIDE, SIDE, 1, a, SIDE,
			    b, SIDE, 1, c, SIDE);
	return c[7];
}

static double ddot(void)
{
	double sum = 0;
	for (int i = 0; i < 100000; i++) {
		x[0] += 1e-9;
		sum += cblas_ddot(LENGTH, x, 1, y, 1);
	}
	return sum;
}

static double daxpy(void)
{
	for (int i = 0; i < 200000; i++)
		cblas_daxpy(LENGTH, 1e-9, x, 1, y, 1);
	return y[5];
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "dgemm";
	for (int i = 0; i < SIDE * SIDE; i++) {
		a[i] = 1.0 / (1 + i % 97);
		b[i] = 1.0 / (1 + i % 89);
	}
	for (int i = 0; i < LENGTH; i++) {
		x[i] = 1.0 / (1 + i);
		y[i] = i % 13;
	}
	double result = !strcmp(what, "dgemm") ? dgemm() : !strcmp(what, "ddot") ? ddot() : daxpy();
	printf("%s %.9g\n", what, result);
	return 0;
}
