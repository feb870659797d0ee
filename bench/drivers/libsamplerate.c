/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Convert sound to another rate, by the converter of medium quality. */
#include <samplerate.h>
#include "input.h"

enum { FRAMES = 44100 * 20, ROOM = FRAMES * 2 };

static float in[FRAMES], out[ROOM];

int main(void)
{
	SRC_DATA data = {
		.data_in = in, .data_out = out, .input_frames = FRAMES, .output_frames = ROOM,
		.src_ratio = 48000.0 / 44100,
	};
	for (size_t at = 0; at < FRAMES; at++)
		in[at] = tone(at);
	return src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1) || data.output_frames_gen == 0;
}
