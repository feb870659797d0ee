#ifndef MINITF_C_C_API_H
#define MINITF_C_C_API_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

const char *TF_Version(void);

/* The CPU level of the library "framework" or "c"; NULL for another name. */
const char *TF_Isa(const char *library);

/* c (n*m) = a (n*k) * b (k*m), by rows; -1 when the device has no kernel for it. */
int TF_MatMul(const float *a, const float *b, float *c, size_t n, size_t m, size_t k,
	      const char *device);

#ifdef __cplusplus
}
#endif

#endif
