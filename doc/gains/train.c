/* SPDX-FileCopyrightText: dh-hwcaps developers */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* train [hist|exact|approx]: train boosted trees on invented data, on one thread.
 *
 *     cc -O2 train.c -o train -lxgboost
 */
#include <stdio.h>
#include <stdlib.h>

#include <xgboost/c_api.h>

#define ROWS 60000
#define COLUMNS 40
#define ROUNDS 20

static float values[ROWS * COLUMNS], labels[ROWS];

static void check(int failed)
{
	if (failed) {
		fprintf(stderr, "%s\n", XGBGetLastError());
		exit(1);
	}
}

static void invent(void)
{
	unsigned state = 1;
	for (int i = 0; i < ROWS * COLUMNS; i++) {
		state = state * 1664525u + 1013904223u;
		values[i] = (state >> 8) / 16777216.f;
	}
	for (int i = 0; i < ROWS; i++) {
		const float *row = values + i * COLUMNS;
		labels[i] = row[0] * row[1] + row[2] > row[3] + row[4] * row[5];
	}
}

int main(int argc, char **argv)
{
	DMatrixHandle matrix;
	BoosterHandle booster;
	const char *name = "error", *result;
	invent();
	check(XGDMatrixCreateFromMat(values, ROWS, COLUMNS, -1, &matrix));
	check(XGDMatrixSetFloatInfo(matrix, "label", labels, ROWS));
	check(XGBoosterCreate(&matrix, 1, &booster));
	check(XGBoosterSetParam(booster, "nthread", "1"));
	check(XGBoosterSetParam(booster, "objective", "binary:logistic"));
	check(XGBoosterSetParam(booster, "tree_method", argc > 1 ? argv[1] : "hist"));
	for (int i = 0; i < ROUNDS; i++)
		check(XGBoosterUpdateOneIter(booster, i, matrix));
	check(XGBoosterEvalOneIter(booster, ROUNDS, &matrix, &name, 1, &result));
	puts(result);
	return 0;
}
