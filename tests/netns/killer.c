/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kill nod at random moments of a change; then the journal must be readable, and nod undo must bring back
 * what was.
 *
 *   killer atomic|for|undo COUNT SEED      $NOD on the devices v0 and v1 of the present namespace
 *
 * The moment is random, what comes of it must not be: a change is first made some times undisturbed, and
 * the moments are spread over the longest of these. A change is put back by nod undo as often as there is
 * something to put back, and compared with what features(1) beside this program said before.
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Undisturbed calls that are measured; and how far beyond the longest of them is killed. */
#define MEASURED 5
#define BEYOND	 1.1

#define STATUS_NOTHING 3
#define WORDS_MAX      16

static const char *nod;

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Start nod with @words; its output goes to @fd. */
static pid_t start(const char *const words[], int fd)
{
	char *argv[WORDS_MAX] = {(char *)"nod"};
	pid_t child;

	for (size_t i = 0; words[i] && i + 2 < WORDS_MAX; i++)
		argv[i + 1] = (char *)words[i];
	child = fork();
	if (child < 0)
		error(1, errno, "fork");
	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(open("/dev/null", O_RDWR), STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
	execv(nod, argv);
	_exit(127);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			error(1, errno, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* All of what a descriptor has to say, up to its end or to the first piece. */
static size_t read_all(int fd, char *text, size_t size, bool first)
{
	size_t length = 0;
	ssize_t got;

	while ((got = read(fd, text + length, size - 1 - length)) > 0) {
		length += (size_t)got;
		if (first)
			break;
	}
	text[length] = '\0';
	return length;
}

/* What is requested and active now. */
static void read_features(const char *program, char *text, size_t size)
{
	FILE *pipe = popen(program, "r");

	if (!pipe)
		error(1, errno, "%s", program);
	text[fread(text, 1, size - 1, pipe)] = '\0';
	if (pclose(pipe) || !*text)
		error(1, 0, "%s failed", program);
}

/* The watchers of killed calls are inherited by this process: each must end by itself. */
static void wait_for_watchers(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
	if (errno != ECHILD)
		error(1, errno, "waitpid");
}

static int run(const char *const words[])
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int status = wait_for(start(words, null));

	close(null);
	return status;
}

/* How many lines say what; the journal must be readable whatever happened. */
static void check_journal(size_t *damaged)
{
	static const char *const list[] = {"undo", "--list", "--json", NULL};
	static char text[8 << 20];
	const char *found;
	int fds[2];
	pid_t child;

	if (pipe2(fds, O_CLOEXEC))
		error(1, errno, "pipe");
	child = start(list, fds[1]);
	close(fds[1]);
	read_all(fds[0], text, sizeof(text), false);
	close(fds[0]);
	if (wait_for(child))
		error(1, 0, "the journal cannot be read");
	found = strstr(text, "\"damaged\": ");
	if (!found)
		error(1, 0, "nod undo --list says nothing of damaged lines");
	*damaged = strtoul(found + strlen("\"damaged\": "), NULL, 10);
}

/* How often something was put back. */
static unsigned int undo_all(void)
{
	static const char *const undo[] = {"undo", NULL};
	unsigned int count = 0;
	int status;

	while (!(status = run(undo)))
		if (++count > 10)
			error(1, 0, "nod undo finds no end");
	if (status != STATUS_NOTHING)
		error(1, 0, "nod undo: status %d", status);
	return count;
}

/**
 * struct kind - what is killed
 * @before: done undisturbed before that; NULL
 * @words: two versions, of which --atomic makes one fail
 * @waits: it does not end by itself: it is at its end when it has printed something
 */
struct kind {
	const char *name;
	const char *before[WORDS_MAX], *words[2][WORDS_MAX];
	bool waits;
};

static const struct kind kinds[] = {
	{.name = "atomic",
	 .words = {{"set", "--atomic", "v0", "v1", "gro=on", "tx=off", "sg=off"},
		   {"set", "--atomic", "v0", "v1", "gro=on", "tx=off", "lro=on"}}},
	{.name = "for",
	 .words = {{"set", "--json", "--for=1h", "v0", "v1", "gro=on", "tx=off"},
		   {"set", "--json", "--for=1h", "v0", "v1", "sg=off"}},
	 .waits = true},
	{.name = "undo",
	 .before = {"set", "v0", "v1", "gro=on", "tx=off"},
	 .words = {{"undo"}, {"undo"}}},
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	error(2, 0, "no kind of change \"%s\"", name);
	return NULL;
}

static void prepare(const struct kind *kind)
{
	if (kind->before[0] && run(kind->before))
		error(1, 0, "nod %s failed", kind->before[0]);
}

/* How long a call takes that nobody kills. */
static double measure(const struct kind *kind, unsigned int version)
{
	char text[65536];
	double begin;
	int fds[2];
	pid_t child;

	prepare(kind);
	if (pipe2(fds, O_CLOEXEC))
		error(1, errno, "pipe");
	begin = seconds_now();
	child = start(kind->words[version], fds[1]);
	close(fds[1]);
	if (!read_all(fds[0], text, sizeof(text), kind->waits))
		error(1, 0, "nod %s says nothing", kind->name);
	if (!kind->waits)
		wait_for(child);
	begin = seconds_now() - begin;
	close(fds[0]);
	if (kind->waits) {
		kill(child, SIGKILL);
		wait_for(child);
	}
	undo_all();
	wait_for_watchers();
	return begin;
}

static double measure_longest(const struct kind *kind)
{
	double longest = 0;

	for (unsigned int i = 0; i < MEASURED; i++) {
		double seconds = measure(kind, i % 2);

		longest = seconds > longest ? seconds : longest;
	}
	return longest;
}

/* Kill one call @after seconds. */
static void kill_one(const struct kind *kind, unsigned int version, double after)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	double begin;
	pid_t child;

	prepare(kind);
	begin = seconds_now();
	child = start(kind->words[version], null);
	while (seconds_now() - begin < after)
		;
	kill(child, SIGKILL);
	wait_for(child);
	close(null);
}

int main(int argc, char **argv)
{
	const struct kind *kind = argc == 4 ? find_kind(argv[1]) : NULL;
	static char before[65536], after[65536];
	unsigned int count, seed, undone = 0;
	size_t damaged = 0;
	char program[4096];
	double longest;

	nod = getenv("NOD");
	if (!kind || !nod)
		error(2, 0, "usage: NOD=FILE killer atomic|for|undo COUNT SEED");
	count = (unsigned int)strtoul(argv[2], NULL, 10);
	seed = (unsigned int)strtoul(argv[3], NULL, 10);
	snprintf(program, sizeof(program), "'%.*s'features v0 v1",
		 (int)(strrchr(argv[0], '/') + 1 - argv[0]), argv[0]);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	read_features(program, before, sizeof(before));
	longest = measure_longest(kind);
	printf("seed %u, %s takes %.0f us\n", seed, kind->name, longest * 1e6);
	for (unsigned int i = 0; i < count; i++) {
		double moment = longest * BEYOND * rand_r(&seed) / RAND_MAX;

		kill_one(kind, i % 2, moment);
		check_journal(&damaged);
		undone += undo_all() != 0;
		wait_for_watchers();
		read_features(program, after, sizeof(after));
		if (strcmp(before, after) != 0)
			error(1, 0, "killed after %.0f us: not as before\n%s", moment * 1e6, after);
	}
	printf("killed %u, to put back %u, damaged lines %zu\n", count, undone, damaged);
	return 0;
}
