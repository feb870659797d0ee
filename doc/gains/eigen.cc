// SPDX-FileCopyrightText: dh-hwcaps developers
// SPDX-License-Identifier: GPL-2.0-or-later
// eigen product|axpy|small: Eigen as its users compile it.
//
//     c++ -O2 -I/usr/include/eigen3 -march=x86-64-v3 eigen.cc -o eigen
#include <Eigen/Dense>
#include <cstdio>
#include <string>

static double product()
{
	const Eigen::MatrixXd a = Eigen::MatrixXd::Random(600, 600), b = a.transpose();
	Eigen::MatrixXd c(600, 600);
	for (int i = 0; i < 20; i++)
		c.noalias() = a * b;
	return c(1, 2);
}

static double axpy()
{
	const Eigen::VectorXd x = Eigen::VectorXd::Random(2000);
	Eigen::VectorXd y = x;
	for (int i = 0; i < 500000; i++)
		y.noalias() += 1e-9 * x;
	return y.sum();
}

static double small()
{
	const Eigen::Matrix4d a = Eigen::Matrix4d::Random();
	Eigen::Matrix4d b = a;
	for (int i = 0; i < 20000000; i++)
		b = 0.5 * (a * b).eval();
	return b.sum();
}

int main(int argc, char **argv)
{
	const std::string what = argc > 1 ? argv[1] : "product";
	const double result = what == "product" ? product() : what == "axpy" ? axpy() : small();
	std::printf("%s %g\n", what.c_str(), result);
}
