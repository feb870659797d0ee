# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the programs of the pins work on."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

SIDE = 64
CONTROL = """\
Package: sample
Version: 1
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: sample
"""
DECAY = """\
#include <math.h>
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

static int decay(sunrealtype t, N_Vector y, N_Vector change, void *data)
{
	NV_Ith_S(change, 0) = -NV_Ith_S(y, 0);
	return 0;
}

int main(void)
{
	SUNContext context;
	SUNContext_Create(SUN_COMM_NULL, &context);
	N_Vector y = N_VNew_Serial(1, context);
	NV_Ith_S(y, 0) = 1;
	void *solver = CVodeCreate(CV_BDF, context);
	CVodeInit(solver, decay, 0, y);
	CVodeSStolerances(solver, 1e-8, 1e-10);
	SUNMatrix matrix = SUNDenseMatrix(1, 1, context);
	CVodeSetLinearSolver(solver, SUNLinSol_Dense(y, matrix, context), matrix);
	sunrealtype reached;
	CVode(solver, 1, y, &reached, CV_NORMAL);
	return fabs(NV_Ith_S(y, 0) - exp(-1)) > 1e-6;
}
"""


def text(path: Path) -> None:
    """Write a megabyte of text that can be compressed."""
    path.write_text("".join(f"line {n * n % 9973} of the text\n" for n in range(50000)))


def picture(path: Path) -> None:
    """Write a small picture as PNG."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(SIDE) for value in (4 * x, 4 * y, (x * y) % 256))
        for y in range(SIDE)
    )
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body
        + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ))


def package(path: Path) -> None:
    """Write a tree of which dpkg-deb makes a package."""
    (path / "DEBIAN").mkdir(parents=True)
    (path / "DEBIAN/control").write_text(CONTROL)
    text(path / "text")


def equation(path: Path) -> None:
    """Write a program that solves a differential equation."""
    path.write_text(DECAY)
