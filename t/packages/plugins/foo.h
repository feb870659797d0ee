#include <stdexcept>
#include <string>

struct Error : std::runtime_error {
	using std::runtime_error::runtime_error;
};

struct Plugin {
	virtual ~Plugin() = default;
	virtual std::string level() const = 0;
	virtual double sum(const double *values, int count) const = 0;
	virtual int calls() const = 0;
	virtual void fail() const = 0;
};

struct Scale : Plugin {
	virtual double factor() const = 0;
};

extern int constructed;
