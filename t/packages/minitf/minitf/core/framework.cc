#include "minitf/core/framework.h"

#include <map>
#include <string>
#include <utility>

#include "minitf/core/buildinfo.inc"

namespace minitf {

static std::map<std::pair<std::string, std::string>, Kernel> &Registry()
{
	static std::map<std::pair<std::string, std::string>, Kernel> kernels;
	return kernels;
}

bool RegisterKernel(const char *op, const char *device, Kernel kernel)
{
	Registry()[{op, device}] = kernel;
	return true;
}

Kernel FindKernel(const char *op, const char *device)
{
	auto found = Registry().find({op, device});
	return found == Registry().end() ? nullptr : found->second;
}

const char *BuildInfo()
{
	return MINITF_ISA;
}

}
