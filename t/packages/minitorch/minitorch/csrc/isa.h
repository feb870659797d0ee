/* What this file is compiled for. */
#if defined(__AVX512F__)
#define MINITORCH_ISA "x86-64-v4"
#elif defined(__AVX2__)
#define MINITORCH_ISA "x86-64-v3"
#else
#define MINITORCH_ISA "generic"
#endif
