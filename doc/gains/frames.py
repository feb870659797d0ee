# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""frames.py [OPERATION]: tables of invented numbers, by pandas' loops in Cython.

Operations are group (variance of groups), roll (variance of a moving window) and rank.
"""

from __future__ import annotations

import sys

import numpy
import pandas

OPERATIONS = {
    "group": lambda table: table.groupby("key").var(),
    "roll": lambda table: table["value"].rolling(100).var(),
    "rank": lambda table: table["value"].rank(),
}
ROWS, GROUPS, TIMES = 1_000_000, 1000, 5

operation = sys.argv[1] if len(sys.argv) > 1 else "group"
made = numpy.random.default_rng(1)
table = pandas.DataFrame({"key": made.integers(0, GROUPS, ROWS), "value": made.random(ROWS)})
total = 0.0
for _number in range(TIMES):
    total += float(OPERATIONS[operation](table).to_numpy()[-1:].sum())
print(f"{operation} {total:.6g}")
