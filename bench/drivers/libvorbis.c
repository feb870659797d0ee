/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Encode stereo sound of a minute. */
#include <vorbis/vorbisenc.h>
#include "input.h"

enum { RATE = 44100, SECONDS = 60, BLOCK = 1024 };

int main(void)
{
	vorbis_info info;
	vorbis_dsp_state state;
	vorbis_block block;
	ogg_packet packet;
	long bytes = 0;
	vorbis_info_init(&info);
	if (vorbis_encode_init_vbr(&info, 2, RATE, 0.4f))
		return 1;
	vorbis_analysis_init(&state, &info);
	vorbis_block_init(&state, &block);
	for (size_t at = 0; at < (size_t)RATE * SECONDS; at += BLOCK) {
		float **samples = vorbis_analysis_buffer(&state, BLOCK);
		for (int i = 0; i < BLOCK; i++) {
			samples[0][i] = tone(at + i);
			samples[1][i] = tone(at + 2 * i);
		}
		vorbis_analysis_wrote(&state, BLOCK);
		while (vorbis_analysis_blockout(&state, &block) == 1) {
			vorbis_analysis(&block, NULL);
			vorbis_bitrate_addblock(&block);
			while (vorbis_bitrate_flushpacket(&state, &packet))
				bytes += packet.bytes;
		}
	}
	return bytes == 0;
}
