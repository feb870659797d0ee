#ifndef MINITORCH_CPU_H
#define MINITORCH_CPU_H

#include <cstddef>

namespace at {

/* The CPU level of this library, its kernels aside. */
const char *Isa();

/* The sum of numbers, by the best kernel that the CPU can run. */
double Total(const float *numbers, std::size_t count);

}

#endif
