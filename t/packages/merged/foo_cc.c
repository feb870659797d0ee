#include "bar.h"
#include "foo.h"

/* The library of clients, which needs both others. */
double foo_difference(const double *a, const double *b, size_t count)
{
	return foo_mean(a, count) * count - foo_sum(b, count);
}
