#include "minitorch/csrc/c10.h"

#include "minitorch/csrc/isa.h"

const char *c10::Isa()
{
	return MINITORCH_ISA;
}
