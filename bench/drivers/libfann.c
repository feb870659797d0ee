/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Train a neural network of single precision. */
#include <fann.h>
#include "input.h"

enum { INPUTS = 256, HIDDEN = 256, OUTPUTS = 32, EXAMPLES = 24000 };

int main(void)
{
	struct fann *net = fann_create_standard(3, INPUTS, HIDDEN, OUTPUTS);
	fann_type in[INPUTS], out[OUTPUTS];
	for (int example = 0; example < EXAMPLES; example++) {
		for (int i = 0; i < INPUTS; i++)
			in[i] = tone(example + i);
		for (int i = 0; i < OUTPUTS; i++)
			out[i] = in[i] > 0;
		fann_train(net, in, out);
	}
	fann_destroy(net);
	return 0;
}
