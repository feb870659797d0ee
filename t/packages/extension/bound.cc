// Sums of numbers by pybind11.
#include <pybind11/pybind11.h>

#include <stdexcept>
#include <vector>

namespace {

thread_local int called;

const char *level()
{
#if defined __AVX512F__
	return "x86-64-v4";
#elif defined __AVX2__
	return "x86-64-v3";
#else
	return "generic";
#endif
}

double added(const pybind11::list &numbers)
{
	std::vector<double> values;
	for (auto number : numbers)
		values.push_back(number.cast<double>());
	values.resize((values.size() + 7) / 8 * 8);
	double parts[8] = {};
	for (std::size_t at = 0; at < values.size(); at += 8)
		for (int lane = 0; lane < 8; ++lane)
			parts[lane] += values[at + lane];
	double total = 0;
	for (double part : parts)
		total += part;
	return total;
}

void fail()
{
	throw std::out_of_range("from C++");
}

}

PYBIND11_MODULE(_bound, module)
{
	module.def("level", level);
	module.def("added", added);
	module.def("fail", fail);
	module.def("calls", [] { return ++called; });
}
