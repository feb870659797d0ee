# cython: language_level=3
"""Sums of numbers by Cython."""

from libc.stdlib cimport free, malloc

cdef extern from *:
    """
    #if defined __AVX512F__
    #define FOO_LEVEL "x86-64-v4"
    #elif defined __AVX2__
    #define FOO_LEVEL "x86-64-v3"
    #else
    #define FOO_LEVEL "generic"
    #endif
    """
    const char *FOO_LEVEL


class Error(ValueError):
    pass


def level():
    return FOO_LEVEL.decode()


def total(numbers):
    cdef Py_ssize_t count = len(numbers), at
    cdef double *values = <double *>malloc(count * sizeof(double))
    cdef double result = 0
    for at in range(count):
        values[at] = numbers[at]
    for at in range(count):
        result += values[at] * 2
    free(values)
    return result


def fail():
    raise Error("from Cython")
