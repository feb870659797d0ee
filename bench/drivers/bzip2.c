/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Compress and decompress text. */
#include <bzlib.h>
#include "input.h"

enum { SIZE = 18 << 20, ROOM = SIZE + SIZE / 50 + 1000 };

static char plain[SIZE], packed[ROOM], again[SIZE];

int main(void)
{
	unsigned int size = ROOM, back = SIZE;
	text(plain, SIZE);
	if (BZ2_bzBuffToBuffCompress(packed, &size, plain, SIZE, 9, 0, 0))
		return 1;
	return BZ2_bzBuffToBuffDecompress(again, &back, packed, size, 0, 0) || back != SIZE;
}
