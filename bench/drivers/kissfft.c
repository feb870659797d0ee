/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Transform sound to frequencies and back. */
#include <kissfft/kiss_fft.h>
#include "input.h"

enum { SIZE = 1024, TIMES = 30000 };

int main(void)
{
	static kiss_fft_cpx sound[SIZE], frequencies[SIZE], again[SIZE];
	kiss_fft_cfg there = kiss_fft_alloc(SIZE, 0, NULL, NULL);
	kiss_fft_cfg back = kiss_fft_alloc(SIZE, 1, NULL, NULL);
	if (!there || !back)
		return 1;
	for (int i = 0; i < SIZE; i++)
		sound[i].r = tone(i);
	for (int n = 0; n < TIMES; n++) {
		kiss_fft(there, sound, frequencies);
		kiss_fft(back, frequencies, again);
	}
	float error = again[1].r / SIZE - sound[1].r;
	kiss_fft_free(there);
	kiss_fft_free(back);
	return error > 1e-3f || error < -1e-3f;
}
