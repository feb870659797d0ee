#include <cstddef>

namespace at::CPU_CAPABILITY {

double Total(const float *numbers, std::size_t count)
{
	double total = 0;
	for (std::size_t i = 0; i < count; i++)
		total += numbers[i];
	return total;
}

}
