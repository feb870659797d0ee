// One of ten plugins that give the same names to different code.
#include "foo.h"

int shared_name = NUMBER;

namespace {

struct Counter {
	Counter() { ++constructed; }
	~Counter() { --constructed; }
} counter;

thread_local int called = NUMBER;

struct Own : Scale {
	std::string level() const override
	{
#if defined __AVX512F__
		return "x86-64-v4";
#elif defined __AVX2__
		return "x86-64-v3";
#else
		return "generic";
#endif
	}
	double factor() const override { return shared_name; }
	double sum(const double *values, int count) const override
	{
		double total[8] = {};
		for (int at = 0; at < count; at += 8)
			for (int lane = 0; lane < 8; ++lane)
				total[lane] += values[at + lane] * factor();
		double all = 0;
		for (double part : total)
			all += part;
		return all;
	}
	int calls() const override { return ++called; }
	void fail() const override { throw Error("plugin " + std::to_string(NUMBER)); }
};

}

extern "C" Plugin *create() { return new Own; }
