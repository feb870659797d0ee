#include <cstdio>

#include "foo.h"

int main()
{
	const foo_box box{7, {1, 2, 3, 4}};
	const double corner = foo_corner(box);
	double ends = 0;
	for (int size = 1; size <= 100; size++) {
#ifdef FOO_FILLS
		Eigen::VectorXd ramp(size);
		foo_ramp(ramp);
#else
		Eigen::VectorXd ramp = foo_ramp(size);
		ramp.conservativeResize(size + 1);
#endif
		ends += ramp[size - 1];
	}
	const double product = foo_product(200);
	std::printf("%s %.0f %.0f %.0f\n", foo_level(), corner, ends, product);
	return corner != 10 || ends != 5050 || product != 200;
}
