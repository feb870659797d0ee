#ifndef FOO_H
#define FOO_H

#include <Eigen/Core>

/* Where the corner lies in it follows the alignment of Eigen's fixed vectors. */
struct foo_box {
	int tag;
	Eigen::Vector4d corner;
};

/* The CPU baseline that the library was compiled for. */
extern "C" const char *foo_level();

extern "C" double foo_sum(const double *values, std::size_t count);

double foo_corner(const foo_box &box);

/* Allocates for itself only. */
double foo_product(int size);

#ifdef FOO_FILLS
/* Who made the vector frees it. */
void foo_ramp(Eigen::Ref<Eigen::VectorXd> ramp);
#else
/* The library makes the vector, the caller frees it. */
Eigen::VectorXd foo_ramp(int size);
#endif

#endif
