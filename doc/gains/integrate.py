# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""integrate.py [METHOD]: powder patterns of invented images, by pyFAI's loops in Cython.

Methods are csr (a sparse matrix that is made once), histogram (anew for each image) and split (with
pixels divided among bins); see pyFAI.method_registry.
"""

from __future__ import annotations

import os
import sys

os.environ["PYFAI_OPENCL"] = "0"  # Nothing but its own loops.

import numpy
from pyFAI.azimuthalIntegrator import AzimuthalIntegrator

METHODS = {
    "csr": ("bbox", "csr", "cython"),
    "histogram": ("no", "histogram", "cython"),
    "split": ("full", "histogram", "cython"),
}
SIDE, IMAGES = 1024, 20

method = METHODS[sys.argv[1] if len(sys.argv) > 1 else "csr"]
image = numpy.random.default_rng(1).random((SIDE, SIDE), dtype="float32")
integrator = AzimuthalIntegrator(dist=0.1, poni1=0.05, poni2=0.05, pixel1=1e-4, pixel2=1e-4,
                                 wavelength=1e-10)
total = 0.0
for _number in range(IMAGES):
    total += float(integrator.integrate1d(image, 1000, method=method).intensity.sum())
print(f"{method[1]} {total:.6g}")
