#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "minitf/c/c_api.h"
#include "minitf/cc/client.h"
#include "minitf/core/buildinfo.inc"

static PyObject *Isa(PyObject *, PyObject *)
{
	return Py_BuildValue("{s:s,s:s,s:s,s:s}", "framework", TF_Isa("framework"), "c", TF_Isa("c"),
			     "cc", minitf::Session::Isa(), "python", MINITF_ISA);
}

static PyObject *HasDevice(PyObject *, PyObject *name)
{
	const char *device = PyUnicode_AsUTF8(name);
	return device ? PyBool_FromLong(minitf::FindKernel("MatMul", device) != nullptr) : nullptr;
}

/* The upper left number of the product of two n*n matrices whose numbers are all 1. */
static PyObject *MatMul(PyObject *, PyObject *size)
{
	std::size_t n = PyLong_AsSize_t(size);
	if (PyErr_Occurred())
		return nullptr;
	minitf::Tensor ones{std::vector<float>(n * n, 1), n, n};
	return PyFloat_FromDouble(minitf::Session("CPU").MatMul(ones, ones).data.at(0));
}

static PyMethodDef methods[] = {
	{"isa", Isa, METH_NOARGS, "The CPU level of each library."},
	{"has_device", HasDevice, METH_O, "Whether there are kernels for a device."},
	{"matmul", MatMul, METH_O, "Multiply two matrices of ones; return one of the sums."},
	{nullptr, nullptr, 0, nullptr},
};

static PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "_pywrap_minitf_internal", nullptr, -1, methods,
	nullptr, nullptr, nullptr, nullptr,
};

PyMODINIT_FUNC PyInit__pywrap_minitf_internal(void)
{
	return PyModule_Create(&module);
}
