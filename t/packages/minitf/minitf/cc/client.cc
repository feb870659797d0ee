#include "minitf/cc/client.h"

#include <stdexcept>

#include "minitf/c/c_api.h"
#include "minitf/core/buildinfo.inc"

namespace minitf {

Session::Session(const char *device) : device_(device)
{
}

Tensor Session::MatMul(const Tensor &a, const Tensor &b) const
{
	Kernel kernel = FindKernel("MatMul", device_.c_str());
	if (!kernel)
		throw std::runtime_error("no kernel for MatMul on " + device_);
	Tensor product;
	kernel(a, b, product);
	return product;
}

const char *Session::Isa()
{
	return MINITF_ISA;
}

std::string Session::Version()
{
	return TF_Version();
}

}
