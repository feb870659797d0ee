/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Compress and decompress text. */
#include <lz4.h>
#include "input.h"

enum { SIZE = 4 << 20, TIMES = 150 };

static char plain[SIZE], packed[LZ4_COMPRESSBOUND(SIZE)], again[SIZE];

int main(void)
{
	text(plain, SIZE);
	for (int n = 0; n < TIMES; n++) {
		int size = LZ4_compress_default(plain, packed, SIZE, sizeof packed);
		if (size <= 0 || LZ4_decompress_safe(packed, again, size, SIZE) != SIZE)
			return 1;
	}
	return 0;
}
