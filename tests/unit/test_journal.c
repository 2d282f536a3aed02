/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the journal readable, and does it lose no number, whatever happens while it is written: torn lines,
 * full disks, other writers, being killed?
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/store/journal.h"
#include "lib/store/lines.h"

/**
 * struct place - a state directory of one test
 * @base: a fresh directory; @state: the state directory in it; @file: the journal
 */
struct place {
	char base[64], state[96], file[128];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(place);
	snprintf(place->base, sizeof(place->base), "%.30s/nod-journal-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place->base));
	snprintf(place->state, sizeof(place->state), "%s/a/b", place->base);
	snprintf(place->file, sizeof(place->file), "%s/journal.jsonl", place->state);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char above[96];

	snprintf(above, sizeof(above), "%s/a", place->base);
	unlink(place->file);
	unlink(place->state);
	rmdir(place->state);
	rmdir(above);
	rmdir(place->base);
	free(place);
	return 0;
}

static struct journal *open_journal(const struct place *place)
{
	struct err err = {0};
	struct journal *journal = journal_open(place->state, &err);

	assert_string_equal(err.text, "");
	assert_non_null(journal);
	return journal;
}

/* What is in a journal, read by somebody who has just come. */
static struct journal_entries read_all(const struct place *place, struct arena *arena)
{
	struct journal *journal = open_journal(place);
	struct journal_entries entries;
	struct err err = {0};
	int status = journal_read(journal, arena, &entries, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(status, 0);
	journal_close(journal);
	return entries;
}

static struct journal_feature sample_features[] = {
	{"tx-tcp-segmentation", true, true, false},
	{"rx-gro", false, true, true},
};
static struct journal_device sample_devices[] = {
	{7, "eth0", sample_features, 2},
	{9, "we\x1b[ird", sample_features, 1},
};

static struct journal_entry sample(void)
{
	return (struct journal_entry){
		.time = 1700000000,
		.deadline = 1700000060,
		.user = "operator",
		.command = "nod set eth0 \"tso\"=off\n",
		.boot = "11111111-2222-3333-4444-555555555555",
		.netns = 4026531840,
		.pid = 4242,
		.undoes = 3,
		.devices = sample_devices,
		.ndevices = 2,
	};
}

/* Begin one entry; its number, 0 if that failed. */
static uint64_t begin_one(struct journal *journal, struct err *err)
{
	struct journal_entry entry = sample();
	uint64_t number = 0;

	if (journal_lock(journal, err))
		return 0;
	if (!journal_begin(journal, &entry, err))
		number = entry.number;
	journal_unlock(journal);
	return number;
}

static uint64_t must_begin(const struct place *place)
{
	struct journal *journal = open_journal(place);
	struct err err = {0};
	uint64_t number = begin_one(journal, &err);

	assert_string_equal(err.text, "");
	assert_true(number > 0);
	journal_close(journal);
	return number;
}

static size_t read_file(const struct place *place, char *bytes, size_t room)
{
	int fd = open(place->file, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	assert_true(fd >= 0);
	got = read(fd, bytes, room);
	assert_true(got >= 0 && (size_t)got < room);
	close(fd);
	return (size_t)got;
}

static void write_file(const struct place *place, const char *bytes, size_t length)
{
	int fd = open(place->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
}

static void test_round_trip(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place);
	struct journal_entry entry = sample();
	struct journal_entries entries;
	struct arena arena = {0};
	struct err err = {0};

	assert_int_equal(journal_lock(journal, &err), 0);
	assert_int_equal(journal_begin(journal, &entry, &err), 0);
	assert_int_equal(entry.number, 1);
	entries = read_all(place, &arena);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entries.list[0].state, JOURNAL_OPEN);
	assert_int_equal(entries.list[0].marked, 0);
	assert_int_equal(journal_mark(journal, 1, JOURNAL_PENDING, NULL, &err), 0);
	assert_int_equal(journal_mark(journal, 1, JOURNAL_UNDONE, "deadline", &err), 0);
	journal_close(journal);

	entries = read_all(place, &arena);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entries.damaged, 0);
	entry = entries.list[0];
	assert_int_equal(entry.number, 1);
	assert_int_equal(entry.time, 1700000000);
	assert_int_equal(entry.deadline, 1700000060);
	assert_string_equal(entry.user, "operator");
	assert_string_equal(entry.command, "nod set eth0 \"tso\"=off\n");
	assert_string_equal(entry.boot, "11111111-2222-3333-4444-555555555555");
	assert_int_equal(entry.netns, 4026531840);
	assert_int_equal(entry.pid, 4242);
	assert_int_equal(entry.undoes, 3);
	assert_int_equal(entry.state, JOURNAL_UNDONE);
	assert_string_equal(entry.undone_why, "deadline");
	assert_true(entry.marked > 1700000000);
	assert_int_equal(entry.ndevices, 2);
	assert_int_equal(entry.devices[0].ifindex, 7);
	assert_string_equal(entry.devices[1].name, "we\x1b[ird");
	assert_int_equal(entry.devices[0].nfeatures, 2);
	assert_string_equal(entry.devices[0].features[1].name, "rx-gro");
	assert_false(entry.devices[0].features[1].wanted_before);
	assert_true(entry.devices[0].features[1].active_before);
	assert_true(entry.devices[0].features[1].wanted_after);
	arena_free(&arena);
}

/* Names may have any bytes. What they become in JSON is longer. */
static void test_names_of_any_bytes(void **state)
{
	struct place *place = *state;
	struct journal_device device = {
		3, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3\xf2\xf1", sample_features,
		1};
	struct journal *journal = open_journal(place);
	struct journal_entry entry = sample();
	struct journal_entries entries;
	struct arena arena = {0};
	struct err err = {0};

	entry.devices = &device;
	entry.ndevices = 1;
	entry.command = "nod set \xff";
	entry.user = NULL;
	assert_int_equal(journal_lock(journal, &err), 0);
	assert_int_equal(journal_begin(journal, &entry, &err), 0);
	entries = read_all(place, &arena);
	assert_int_equal(entries.damaged, 0);
	assert_int_equal(entries.count, 1);
	assert_null(entries.list[0].user);
	assert_int_equal(entries.list[0].devices[0].ifindex, 3);
	journal_close(journal);
	arena_free(&arena);
}

static void test_nothing_there(void **state)
{
	struct place *place = *state;
	struct arena arena = {0};
	struct stat status;

	assert_int_equal(read_all(place, &arena).count, 0);
	assert_int_equal(stat(place->state, &status), -1);
	arena_free(&arena);
}

static void test_modes(void **state)
{
	struct place *place = *state;
	struct stat status;

	must_begin(place);
	assert_int_equal(stat(place->state, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(stat(place->file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
}

/* Whatever is left of the last line, the others are read and the next number is a new one. */
static void test_torn_at_every_byte(void **state)
{
	struct place *place = *state;
	char bytes[8192];
	size_t length, last;

	must_begin(place);
	must_begin(place);
	length = read_file(place, bytes, sizeof(bytes));
	last = (size_t)((char *)memchr(bytes, '\n', length) - bytes) + 1;
	for (size_t cut = last; cut < length; cut++) {
		size_t kept = cut == length - 1 ? 2 : 1;
		struct journal_entries entries;
		struct arena arena = {0};

		write_file(place, bytes, cut);
		entries = read_all(place, &arena);
		assert_int_equal(entries.count, kept);
		assert_int_equal(entries.damaged, cut > last && kept == 1);
		/* Number 2 was given away if there is any trace of it. */
		assert_int_equal(must_begin(place), cut > last ? 3 : 2);
		entries = read_all(place, &arena);
		assert_int_equal(entries.count, kept + 1);
		assert_int_equal(entries.damaged, cut > last && kept == 1);
		arena_free(&arena);
	}
}

/* A crash of the machine may leave a file of the right length without its bytes. */
static void test_torn_with_zeros(void **state)
{
	struct place *place = *state;
	struct journal_entries entries;
	struct arena arena = {0};

	must_begin(place);
	{
		struct stat status;

		assert_int_equal(stat(place->file, &status), 0);
		assert_int_equal(truncate(place->file, status.st_size + 4096), 0);
	}
	assert_int_equal(must_begin(place), 3);
	entries = read_all(place, &arena);
	assert_int_equal(entries.count, 2);
	assert_int_equal(entries.damaged, 1);
	arena_free(&arena);
}

static void test_numbers_of_lost_lines(void **state)
{
	struct place *place = *state;
	char bytes[16384];
	size_t length;

	for (uint64_t i = 1; i <= 4; i++)
		assert_int_equal(must_begin(place), i);
	length = read_file(place, bytes, sizeof(bytes));
	/* Entries 3 and 4 become unreadable. */
	for (int line = 0, i = 0; (size_t)i < length; i++) {
		if (line >= 2 && bytes[i] == '{')
			bytes[i] = '\xff';
		line += bytes[i] == '\n';
	}
	write_file(place, bytes, length);
	assert_int_equal(must_begin(place), 5);
	assert_int_equal(must_begin(place), 6);
}

/* One handle that stays open sees what others append, and does not count a torn line twice. */
static void test_numbers_of_one_handle(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place);
	struct err err = {0};
	int fd;

	assert_int_equal(begin_one(journal, &err), 1);
	assert_int_equal(must_begin(place), 2);
	assert_int_equal(begin_one(journal, &err), 3);
	fd = open(place->file, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(write(fd, "{\"type\":\"entry\",\"num", 20), 20);
	close(fd);
	assert_int_equal(begin_one(journal, &err), 5);
	assert_int_equal(begin_one(journal, &err), 6);
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(begin_one(journal, &err), 1);
	journal_close(journal);
}

static void test_foreign_lines(void **state)
{
	static const char *const lines[] = {
		"hello",
		"{}",
		"\xff\xfe\x80",
		"{\"type\":\"entry\",\"number\":0}",
		"{\"type\":\"entry\",\"number\":-1}",
		"{\"type\":\"entry\",\"number\":1}",
		"{\"type\":\"entry\",\"number\":9223372036854775807}",
		"{\"type\":\"entry\",\"number\":5,\"devices\":[{\"ifindex\":1,\"name\":null}]}",
		"{\"type\":\"entry\",\"number\":5,\"devices\":[{\"ifindex\":0,\"name\":\"x\"}]}",
		("{\"type\":\"entry\",\"number\":5,\"devices\":[{\"ifindex\":1,"
		 "\"name\":\"a-name-of-a-device-that-is-far-longer-than-any-can-be\"}]}"),
		"{\"type\":\"entry\",\"number\":5,\"state\":\"strange\"}",
		"{\"type\":\"entry\",\"number\":5,\"state\":null}",
		"{\"type\":\"entry\",\"number\":5} x",
		"{\"type\":\"mark\",\"number\":99,\"state\":\"done\"}",
		"{\"type\":\"mark\",\"number\":1,\"state\":null}",
		"{\"type\":\"mark\",\"number\":\"1\",\"state\":\"done\"}",
	};
	struct place *place = *state;
	struct journal_entries entries;
	struct arena arena = {0};
	FILE *file;

	must_begin(place);
	file = fopen(place->file, "ae");
	assert_non_null(file);
	for (size_t i = 0; i < array_size(lines); i++)
		fprintf(file, "%s\n", lines[i]);
	fclose(file);
	entries = read_all(place, &arena);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entries.list[0].state, JOURNAL_OPEN);
	assert_int_equal(entries.damaged, array_size(lines));
	assert_true(must_begin(place) > 1);
	assert_int_equal(read_all(place, &arena).count, 2);
	arena_free(&arena);
}

/* A later nod may write more than this one knows. */
static void test_keys_of_later_versions(void **state)
{
	static const char line[] = "{\"type\":\"entry\",\"number\":12,\"colour\":{\"deep\":[1]}}\n";
	struct place *place = *state;
	struct journal_entries entries;
	struct arena arena = {0};

	must_begin(place);
	write_file(place, line, sizeof(line) - 1);
	entries = read_all(place, &arena);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entries.list[0].number, 12);
	assert_int_equal(must_begin(place), 13);
	arena_free(&arena);
}

/* A line of 256 MiB (sparse) must not need memory of that size. */
static void test_huge_line(void **state)
{
	struct place *place = *state;
	struct journal_entries entries;
	struct arena arena = {0};
	struct rusage before, after;
	struct stat status;

	must_begin(place);
	assert_int_equal(stat(place->file, &status), 0);
	assert_int_equal(truncate(place->file, status.st_size + (off_t)256 * 1024 * 1024), 0);
	assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
	assert_int_equal(must_begin(place), 3);
	entries = read_all(place, &arena);
	assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
	assert_int_equal(entries.count, 2);
	assert_int_equal(entries.damaged, 1);
	assert_true(after.ru_maxrss - before.ru_maxrss < 128 * 1024);
	arena_free(&arena);
}

/* The end of a line that was too long is no line of its own, wherever reading it was cut. */
static void test_long_lines(void **state)
{
	struct place *place = *state;

	must_begin(place);
	for (size_t length = 65530; length < 65550; length++) {
		FILE *file = fopen(place->file, "we");
		struct span line;
		struct lines lines;
		struct err err = {0};
		bool complete;

		assert_non_null(file);
		fprintf(file, "%0*d\nnext\nlast", (int)length, 0);
		fclose(file);
		file = fopen(place->file, "re");
		assert_non_null(file);
		lines_init(&lines, fileno(file), 0, 20);
		assert_int_equal(lines_next(&lines, &line, &complete, &err), 1);
		assert_null(line.bytes);
		assert_int_equal(lines.end, length + 1);
		assert_int_equal(lines_next(&lines, &line, &complete, &err), 1);
		assert_int_equal(line.length, 4);
		assert_memory_equal(line.bytes, "next", 4);
		assert_true(complete);
		assert_int_equal(lines_next(&lines, &line, &complete, &err), 1);
		assert_false(complete);
		assert_memory_equal(line.bytes, "last", 4);
		assert_int_equal(lines.end, length + 6);
		assert_int_equal(lines_next(&lines, &line, &complete, &err), 0);
		lines_free(&lines);
		fclose(file);
	}
}

static struct journal_entry *big_entry(struct arena *arena, size_t ndevices)
{
	struct journal_entry *entry = arena_alloc(arena, sizeof(*entry));
	struct journal_device *devices = arena_alloc(arena, ndevices * sizeof(*devices));

	assert_non_null(entry);
	assert_non_null(devices);
	*entry = sample();
	for (size_t i = 0; i < ndevices; i++)
		devices[i] = sample_devices[0];
	entry->devices = devices;
	entry->ndevices = ndevices;
	return entry;
}

static void test_big_entries(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place);
	struct journal_entries entries;
	struct arena arena = {0};
	struct err err = {0};

	assert_int_equal(journal_lock(journal, &err), 0);
	assert_int_equal(journal_begin(journal, big_entry(&arena, 10000), &err), 0);
	assert_int_equal(journal_begin(journal, big_entry(&arena, 100000), &err), -1);
	assert_non_null(strstr(err.text, "too many features"));
	entries = read_all(place, &arena);
	assert_int_equal(entries.count, 1);
	assert_int_equal(entries.damaged, 0);
	assert_int_equal(entries.list[0].ndevices, 10000);
	journal_close(journal);
	arena_free(&arena);
}

/* Writing stops at every byte, as on a full disk: the file is as it was, and works afterwards. */
static void test_full_disk(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place);
	struct rlimit unlimited, limit;
	char before[8192], after[8192];
	struct err err = {0};
	size_t length;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	assert_int_equal(begin_one(journal, &err), 1);
	length = read_file(place, before, sizeof(before));
	for (size_t room = 0; room < length; room++) {
		uint64_t number;

		limit = unlimited;
		limit.rlim_cur = length + room;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		err = (struct err){0};
		number = begin_one(journal, &err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
		assert_int_equal(number, 0);
		assert_int_equal(err.code, ERR_SYSTEM);
		assert_int_equal(read_file(place, after, sizeof(after)), length);
		assert_memory_equal(before, after, length);
	}
	err = (struct err){0};
	assert_int_equal(begin_one(journal, &err), 2);
	journal_close(journal);
	signal(SIGXFSZ, SIG_DFL);
}

static void expect_refused(const struct place *place, const char *why)
{
	struct err err = {0};
	struct journal *journal = journal_open(place->state, &err);
	struct journal_entries entries;
	struct arena arena = {0};

	if (journal) {
		assert_int_equal(journal_lock(journal, &err), -1);
		assert_non_null(strstr(err.text, why));
		assert_int_equal(journal_read(journal, &arena, &entries, &err), -1);
	}
	journal_close(journal);
	assert_non_null(strstr(err.text, why));
	arena_free(&arena);
}

static void test_unsafe_places(void **state)
{
	struct place *place = *state;
	char other[160];

	must_begin(place);
	assert_int_equal(chmod(place->state, 0770), 0);
	expect_refused(place, "can be written to by others");
	assert_int_equal(chmod(place->state, 0702), 0);
	expect_refused(place, "can be written to by others");
	assert_int_equal(chmod(place->state, 0755), 0);
	must_begin(place);
	assert_int_equal(chmod(place->file, 0620), 0);
	expect_refused(place, "can be written to by others");
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(mkfifo(place->file, 0600), 0);
	expect_refused(place, "journal");
	assert_int_equal(unlink(place->file), 0);
	snprintf(other, sizeof(other), "%s/other", place->base);
	assert_int_equal(symlink(other, place->file), 0);
	expect_refused(place, "symbolic link");
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(rmdir(place->state), 0);
	assert_int_equal(symlink(place->base, place->state), 0);
	expect_refused(place, "symbolic link");
}

static void test_not_locked(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place);
	struct journal_entry entry = sample();
	struct err err = {0};

	assert_int_equal(journal_begin(journal, &entry, &err), -1);
	assert_int_equal(journal_mark(journal, 1, JOURNAL_DONE, NULL, &err), -1);
	assert_int_equal(entry.number, 0);
	journal_close(journal);
}

static int wait_for(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

#define TURNS 200

/* In a child: no asserts. */
static void append_many(const struct place *place)
{
	struct err err = {0};
	struct journal *journal = journal_open(place->state, &err);

	for (int i = 0; journal && i < TURNS; i++) {
		struct journal_entry entry = sample();

		if (journal_lock(journal, &err) || journal_begin(journal, &entry, &err) ||
		    journal_mark(journal, entry.number, JOURNAL_DONE, NULL, &err))
			_exit(1);
		journal_unlock(journal);
	}
	_exit(journal ? 0 : 1);
}

static void test_two_writers(void **state)
{
	struct place *place = *state;
	struct journal_entries entries;
	struct arena arena = {0};
	pid_t children[2];

	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i])
			append_many(place);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(wait_for(children[i]), 0);
	entries = read_all(place, &arena);
	assert_int_equal(entries.damaged, 0);
	assert_int_equal(entries.count, 2 * TURNS);
	for (size_t i = 0; i < entries.count; i++) {
		assert_int_equal(entries.list[i].number, i + 1);
		assert_int_equal(entries.list[i].state, JOURNAL_DONE);
	}
	arena_free(&arena);
}

/* A child that has the descriptor must not keep the lock that its parent gave back, nor give it back. */
static void test_lock_and_fork(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place), *other = open_journal(place);
	struct err err = {0};
	int hold[2], fd;
	pid_t child;

	assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
	assert_int_equal(journal_lock(journal, &err), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		char byte;

		close(hold[1]);
		_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
	}
	journal_unlock(journal);
	assert_int_equal(journal_lock(other, &err), 0);
	close(hold[0]);
	close(hold[1]);
	assert_int_equal(wait_for(child), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		journal_close(other);
		_exit(0);
	}
	assert_int_equal(wait_for(child), 0);
	fd = open(place->file, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	journal_unlock(other);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	journal_close(other);
	journal_close(journal);
}

/* In a child: append until killed, saying so on @ready after each. */
static void append_for_ever(const struct place *place, int ready)
{
	struct err err = {0};
	struct journal *journal = journal_open(place->state, &err);

	while (journal && begin_one(journal, &err) && write(ready, "x", 1) == 1)
		;
	_exit(1);
}

static void test_killed_writers(void **state)
{
	struct place *place = *state;
	uint64_t told = 0;

	for (int turn = 0; turn < 50; turn++) {
		struct journal_entries entries;
		struct arena arena = {0};
		int ready[2];
		pid_t child;
		char byte;

		assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
		child = fork();
		assert_true(child >= 0);
		if (!child)
			append_for_ever(place, ready[1]);
		close(ready[1]);
		for (int i = 0; i <= turn % 3; i++)
			told += read(ready[0], &byte, 1) == 1;
		kill(child, SIGKILL);
		wait_for(child);
		while (read(ready[0], &byte, 1) == 1)
			told++;
		close(ready[0]);
		entries = read_all(place, &arena);
		assert_true(entries.count >= told);
		for (size_t i = 1; i < entries.count; i++)
			assert_true(entries.list[i].number > entries.list[i - 1].number);
		arena_free(&arena);
	}
}

static bool is_readable(int fd, int timeout_ms)
{
	struct pollfd poll_for = {.fd = fd, .events = POLLIN};

	return poll(&poll_for, 1, timeout_ms) == 1;
}

static void test_watch(void **state)
{
	struct place *place = *state;
	struct journal *journal = open_journal(place);
	struct err err = {0};
	int fd = journal_watch(journal, &err);
	char events[4096];

	assert_true(fd >= 0);
	assert_false(is_readable(fd, 0));
	must_begin(place);
	assert_true(is_readable(fd, 10000));
	while (read(fd, events, sizeof(events)) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	{
		struct arena arena = {0};

		assert_int_equal(read_all(place, &arena).count, 1);
		arena_free(&arena);
	}
	assert_false(is_readable(fd, 0));
	close(fd);
	journal_close(journal);
}

#define place_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		place_test(test_round_trip),
		place_test(test_names_of_any_bytes),
		place_test(test_nothing_there),
		place_test(test_modes),
		place_test(test_torn_at_every_byte),
		place_test(test_torn_with_zeros),
		place_test(test_numbers_of_lost_lines),
		place_test(test_numbers_of_one_handle),
		place_test(test_foreign_lines),
		place_test(test_keys_of_later_versions),
		place_test(test_huge_line),
		place_test(test_long_lines),
		place_test(test_big_entries),
		place_test(test_full_disk),
		place_test(test_unsafe_places),
		place_test(test_not_locked),
		place_test(test_two_writers),
		place_test(test_lock_and_fork),
		place_test(test_killed_writers),
		place_test(test_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
