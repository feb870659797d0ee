#ifndef MINITF_CC_CLIENT_H
#define MINITF_CC_CLIENT_H

#include <string>

#include "minitf/core/framework.h"

namespace minitf {

class Session {
public:
	explicit Session(const char *device);

	/* Throws std::runtime_error when the device has no kernel for it. */
	Tensor MatMul(const Tensor &a, const Tensor &b) const;

	/* The CPU level of this library. */
	static const char *Isa();

	static std::string Version();

private:
	std::string device_;
};

}

#endif
