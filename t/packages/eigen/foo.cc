#include "foo.h"

const char *foo_level()
{
#if defined(__AVX512F__)
	return "x86-64-v4";
#elif defined(__AVX2__)
	return "x86-64-v3";
#else
	return "generic";
#endif
}

double foo_sum(const double *values, std::size_t count)
{
	return Eigen::Map<const Eigen::VectorXd>(values, count).sum();
}

double foo_corner(const foo_box &box)
{
	return box.corner.sum();
}

double foo_product(int size)
{
	const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(size, size);
	const Eigen::MatrixXd product = ones * ones;
	return product(0, 0);
}

#ifdef FOO_FILLS
void foo_ramp(Eigen::Ref<Eigen::VectorXd> ramp)
{
	ramp.setLinSpaced(1, ramp.size());
}
#else
Eigen::VectorXd foo_ramp(int size)
{
	return Eigen::VectorXd::LinSpaced(size, 1, size);
}
#endif
