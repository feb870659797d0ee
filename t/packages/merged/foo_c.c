#include <stdlib.h>

#include "bar.h"
#include "foo.h"

/* The library for C, which needs the framework's. */
double foo_mean(const double *values, size_t count)
{
	double bias = 0;
	if (!count)
		abort();
	for (size_t i = 0; i < count; i++)
		bias += values[i] * 0.5;
	return (foo_sum(values, count) + bias) / (1.5 * count);
}
