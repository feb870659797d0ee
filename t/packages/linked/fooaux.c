#include "foo.h"

/* A second library of the package libfoo1, which needs the first. */
double foo_difference(const double *a, const double *b, size_t count)
{
	return foo_sum(a, count) - foo_sum(b, count);
}
