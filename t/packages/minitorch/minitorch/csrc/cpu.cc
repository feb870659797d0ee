#include "minitorch/csrc/cpu.h"

#include <pocketfft.h>

#include "minitorch/csrc/isa.h"

namespace at {

namespace DEFAULT {
double Total(const float *numbers, std::size_t count);
}
namespace AVX2 {
double Total(const float *numbers, std::size_t count);
}

const char *Isa()
{
	return MINITORCH_ISA;
}

double Total(const float *numbers, std::size_t count)
{
	count = pocketfft_length(count);
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return AVX2::Total(numbers, count);
#endif
	return DEFAULT::Total(numbers, count);
}

}
