/* SPDX-FileCopyrightText: dh-hwcaps developers
   SPDX-License-Identifier: GPL-2.0-or-later

   Runs during the build and writes the coefficients of exp's Taylor polynomial as a C header.
   Compiled like everything else, it must run on the builder whatever level is being built. */
#include <stdio.h>

enum { TERMS = 14 };

int main(void)
{
    double inverse[TERMS], product[TERMS];

    for (int k = 0; k < TERMS; k++)
        inverse[k] = 1.0 / (k ? k : 1);
    product[0] = 1.0;
    for (int k = 1; k < TERMS; k++)
        product[k] = product[k - 1] * inverse[k];
    printf("/* 1/k!, written by gentable */\nenum { TERMS = %d };\n", TERMS);
    printf("static const double coefficient[TERMS] = {\n");
    for (int k = 0; k < TERMS; k++)
        printf("    %.17g,\n", product[k]);
    printf("};\n");
    return 0;
}
