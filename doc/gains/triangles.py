# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Triangles that fill an invented star with many rays, by mapbox_earcut."""

from __future__ import annotations

import mapbox_earcut
import numpy

CORNERS, TIMES = 40_000, 10

angles = numpy.linspace(0, 2 * numpy.pi, CORNERS, endpoint=False)
radii = 1 + numpy.random.default_rng(1).random(CORNERS)
star = numpy.stack([radii * numpy.cos(angles), radii * numpy.sin(angles)], axis=1)
ends = numpy.array([CORNERS], dtype=numpy.uint32)
total = 0
for _number in range(TIMES):
    total += len(mapbox_earcut.triangulate_float64(star, ends))
print(f"{total} corners of triangles")
