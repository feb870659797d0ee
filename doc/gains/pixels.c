/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pixels FROM TO [TIMES]: a million pixels from one format of babl's to another.
 *
 * cc pixels.c -o pixels $(pkg-config --cflags --libs babl-0.1)
 */
#include <babl/babl.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = 1000000 };

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: pixels FROM TO [TIMES]\n");
        return 2;
    }
    int times = argc > 3 ? atoi(argv[3]) : 20;
    babl_init();
    const Babl *from = babl_format(argv[1]), *to = babl_format(argv[2]);
    int size = babl_format_get_bytes_per_pixel(to);
    const Babl *conversion = babl_fish(from, to);
    const Babl *start = babl_fish(babl_format("R'G'B'A u8"), from);
    unsigned char *bytes = malloc(4 * PIXELS);
    unsigned char *source = malloc((size_t) babl_format_get_bytes_per_pixel(from) * PIXELS);
    unsigned char *result = calloc(PIXELS, size);
    unsigned sum = 0;
    for (int at = 0; at < 4 * PIXELS; at++)
        bytes[at] = at * 2654435761u >> 24;
    babl_process(start, bytes, source, PIXELS);
    for (int time = 0; time < times; time++)
        babl_process(conversion, source, result, PIXELS);
    for (size_t at = 0; at < (size_t) size * PIXELS; at++)
        sum += result[at];
    printf("%s to %s: %u\n", argv[1], argv[2], sum);
    free(bytes);
    free(source);
    free(result);
    babl_exit();
    return 0;
}
