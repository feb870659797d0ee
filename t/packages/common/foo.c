#include "foo.h"

#ifndef FOO_NUMBER
#define FOO_NUMBER double
#endif

const char *foo_level(void)
{
#if defined(__AVX512F__)
	return "x86-64-v4";
#elif defined(__AVX2__)
	return "x86-64-v3";
#else
	return "generic";
#endif
}

double foo_sum(const double *values, size_t count)
{
	FOO_NUMBER sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum;
}

#ifdef FOO_EXTRA
int foo_extra(void)
{
	return 42;
}
#endif
