/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a command cost? Runs it with its output thrown away (-e: on standard error) and prints one line:
 * seconds of wall clock, of user and of system time, the most memory that it had (KiB), and its exit status.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CANNOT_RUN 127

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void run(char **command, bool shown)
{
	int output = shown ? STDERR_FILENO : open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (output < 0 || dup2(output, STDOUT_FILENO) < 0)
		_exit(CANNOT_RUN);
	execvp(command[0], command);
	perror(command[0]);
	_exit(CANNOT_RUN);
}

int main(int argc, char **argv)
{
	double start = seconds_now(), took;
	struct rusage usage;
	bool shown = argc > 1 && strcmp(argv[1], "-e") == 0;
	int status;
	pid_t child;

	if (argc < 2 + shown) {
		fprintf(stderr, "usage: timing [-e] COMMAND [ARGUMENT]...\n");
		return 3;
	}
	child = fork();
	if (child == 0)
		run(argv + 1 + shown, shown);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("timing");
		return 2;
	}
	took = seconds_now() - start;
	printf("%.6f %.6f %.6f %ld %d\n", took, seconds_of(usage.ru_utime),
	       seconds_of(usage.ru_stime), usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
