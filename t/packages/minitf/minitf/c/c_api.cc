#include "minitf/c/c_api.h"

#include <algorithm>
#include <string>

#include "minitf/core/buildinfo.inc"
#include "minitf/core/framework.h"

const char *TF_Version(void)
{
	return "2.3.1";
}

const char *TF_Isa(const char *library)
{
	if (std::string(library) == "framework")
		return minitf::BuildInfo();
	return std::string(library) == "c" ? MINITF_ISA : nullptr;
}

int TF_MatMul(const float *a, const float *b, float *c, size_t n, size_t m, size_t k,
	      const char *device)
{
	minitf::Kernel kernel = minitf::FindKernel("MatMul", device);
	if (!kernel)
		return -1;
	minitf::Tensor left{{a, a + n * k}, n, k}, right{{b, b + k * m}, k, m}, product;
	kernel(left, right, product);
	std::copy(product.data.begin(), product.data.end(), c);
	return 0;
}
