#ifndef FOO_H
#define FOO_H

#include <stddef.h>

/* The CPU baseline that the library was compiled for. */
const char *foo_level(void);

double foo_sum(const double *values, size_t count);

/* Only there when the package's rules ask for it. */
int foo_extra(void);

#endif
