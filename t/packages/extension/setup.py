# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
from setuptools import Extension, setup

setup(
    name="foo",
    version="1.0",
    packages=["foo"],
    ext_modules=[
        Extension("foo._bound", ["bound.cc"]),
        Extension("foo._cython", ["summing.pyx"]),
        Extension("foo._plain", ["plain.c"]),
    ],
)
