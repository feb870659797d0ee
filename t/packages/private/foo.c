#include "foo.h"

double foo_private(const double *values, size_t count);

const char *foo_level(void)
{
#if defined(__AVX2__)
	return "x86-64-v3";
#else
	return "generic";
#endif
}

double foo_sum(const double *values, size_t count)
{
	double sum = foo_private(values, count);
	return sum * 0.5 + sum / 2;
}
