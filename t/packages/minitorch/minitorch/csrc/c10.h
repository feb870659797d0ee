#ifndef MINITORCH_C10_H
#define MINITORCH_C10_H

namespace c10 {

/* The CPU level of this library. */
const char *Isa();

}

#endif
