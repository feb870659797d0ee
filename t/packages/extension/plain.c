/* A module of C alone that sub-interpreters may load (PEP 489). */
#include <Python.h>

static PyObject *scaled(PyObject *self, PyObject *numbers)
{
	(void)self;
	double values[8] = {0};
	Py_ssize_t count = PyList_Size(numbers);
	for (Py_ssize_t at = 0; at < count; at++)
		values[at % 8] += PyFloat_AsDouble(PyList_GetItem(numbers, at));
	for (int at = 1; at < 8; at++)
		values[0] += values[at] * 3;
	return PyFloat_FromDouble(values[0]);
}

static PyMethodDef methods[] = {
	{"scaled", scaled, METH_O, "Return a sum."},
	{NULL, NULL, 0, NULL},
};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT, .m_name = "_plain", .m_methods = methods, .m_slots = slots,
};

PyMODINIT_FUNC PyInit__plain(void)
{
	return PyModuleDef_Init(&definition);
}
