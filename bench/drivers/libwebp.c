/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Compress and decompress a picture. */
#include <webp/decode.h>
#include <webp/encode.h>
#include "input.h"

enum { WIDTH = 1024, HEIGHT = 768, TIMES = 8 };

int main(void)
{
	static uint8_t picture[HEIGHT * WIDTH * 3];
	for (size_t i = 0; i < sizeof picture; i++)
		picture[i] = (uint8_t)(128 + 100 * tone(i / 3 % WIDTH + i / 3 / WIDTH));
	for (int n = 0; n < TIMES; n++) {
		uint8_t *packed;
		int width, height;
		size_t size = WebPEncodeRGB(picture, WIDTH, HEIGHT, WIDTH * 3, 75, &packed);
		uint8_t *again = size ? WebPDecodeRGB(packed, size, &width, &height) : NULL;
		if (!again || width != WIDTH)
			return 1;
		WebPFree(again);
		WebPFree(packed);
	}
	return 0;
}
