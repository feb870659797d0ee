/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * What the drivers work on: always the same, and neither all alike nor without order. */
#include <stddef.h>
#include <stdint.h>

static uint32_t state = 1;

static uint32_t number(uint32_t below)
{
	state = state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)state * below) >> 32);
}

/* Words of a few letters, common ones more often. */
static inline void text(char *to, size_t size)
{
	static const char letters[] = "etaoinshrdlucmfwypvbgk";
	size_t at = 0;
	while (at < size) {
		uint32_t word = number(1 + number(4000));
		for (uint32_t left = 2 + word % 9; left && at < size; left--) {
			to[at++] = letters[(word * 2654435761u >> (left * 3)) % 22];
		}
		if (at < size)
			to[at++] = number(12) ? ' ' : '\n';
	}
}

/* Between -1 and 1: a few tones, as triangles, and noise. */
static inline float tone(size_t at)
{
	float sum = 0;
	for (int part = 1; part < 5; part++) {
		size_t phase = at * 100 * part * part % 44100;
		sum += (phase < 22050 ? phase : 44100 - phase) / 22050.0f - 0.5f;
	}
	return sum / 4 + (number(2000) - 1000.0f) / 20000;
}
