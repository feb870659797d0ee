#ifndef MINITF_CORE_FRAMEWORK_H
#define MINITF_CORE_FRAMEWORK_H

#include <cstddef>
#include <vector>

namespace minitf {

struct Tensor {
	std::vector<float> data;
	std::size_t rows = 0, cols = 0;
};

using Kernel = void (*)(const Tensor &a, const Tensor &b, Tensor &product);

/* For static initialisers; true. */
bool RegisterKernel(const char *op, const char *device, Kernel kernel);

/* nullptr where there is none. */
Kernel FindKernel(const char *op, const char *device);

/* The CPU level of this library. */
const char *BuildInfo();

/* y += a * x.  Compilers vectorise it from -O3 on. */
template <typename T>
inline void Axpy(T *y, const T *x, T a, std::size_t n)
{
	for (std::size_t i = 0; i < n; i++)
		y[i] += a * x[i];
}

}

#endif
