#include "minitf/core/framework.h"

static void MatMul(const minitf::Tensor &a, const minitf::Tensor &b, minitf::Tensor &product)
{
	product.rows = a.rows;
	product.cols = b.cols;
	product.data.assign(a.rows * b.cols, 0);
	for (std::size_t i = 0; i < a.rows; i++)
		for (std::size_t k = 0; k < a.cols; k++)
			minitf::Axpy(&product.data[i * b.cols], &b.data[k * b.cols],
				     a.data[i * a.cols + k], b.cols);
}

static const bool registered = minitf::RegisterKernel("MatMul", "CPU", MatMul);
