/* SPDX-FileCopyrightText: dh-hwcaps developers
 * SPDX-License-Identifier: GPL-2.0-or-later
 * starts COUNT PROGRAM [ARGUMENT...]: print how many seconds of CPU a start takes. */
#define _POSIX_C_SOURCE 200809L
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static double seconds(struct timeval time)
{
	return time.tv_sec + time.tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	int count = atoi(argv[1]);
	for (int number = 0; number < count; number++) {
		pid_t child;
		int status;
		if (posix_spawn(&child, argv[2], NULL, NULL, argv + 2, environ))
			return 3;
		if (waitpid(child, &status, 0) < 0 || status)
			return 4;
	}
	struct rusage used;
	getrusage(RUSAGE_CHILDREN, &used);
	printf("%.9f\n", (seconds(used.ru_utime) + seconds(used.ru_stime)) / count);
	return 0;
}
