#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <vector>

#include "minitorch/csrc/c10.h"
#include "minitorch/csrc/cpu.h"
#include "minitorch/csrc/isa.h"

static PyObject *Isa(PyObject *, PyObject *)
{
	return Py_BuildValue("{s:s,s:s,s:s}", "c10", c10::Isa(), "cpu", at::Isa(), "python",
			     MINITORCH_ISA);
}

static PyObject *Total(PyObject *, PyObject *count)
{
	std::vector<float> ones(PyLong_AsSize_t(count), 1);
	return PyFloat_FromDouble(at::Total(ones.data(), ones.size()));
}

static PyMethodDef methods[] = {
	{"isa", Isa, METH_NOARGS, "The CPU level of each library."},
	{"total", Total, METH_O, "The sum of that many ones."},
	{nullptr, nullptr, 0, nullptr},
};

static PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "_C", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr,
};

extern "C" PyObject *initModule()
{
	return PyModule_Create(&module);
}
