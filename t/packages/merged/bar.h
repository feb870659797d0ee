#include <stddef.h>

double foo_mean(const double *values, size_t count);
double foo_difference(const double *a, const double *b, size_t count);
