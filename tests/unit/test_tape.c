/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a recording give back what was recorded, in order, and is a file that is none refused?
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/tape.h"

static struct span span_of(const char *string)
{
	return (struct span){(const uint8_t *)string, strlen(string)};
}

static struct tape *play_text(const char *text)
{
	struct err err = {0};
	struct tape *tape = tape_play_bytes(span_of(text), &err);

	assert_string_equal(err.text, "");
	assert_non_null(tape);
	assert_true(tape_is_playing(tape));
	return tape;
}

static void close_tape(struct tape *tape)
{
	struct err err = {0};

	assert_int_equal(tape_close(tape, &err), 0);
	assert_int_equal(err.code, ERR_NONE);
}

static void assert_piece(struct tape_answer *answer, const char *wanted)
{
	struct span piece;

	assert_true(tape_next(answer, &piece));
	assert_int_equal(piece.length, strlen(wanted));
	assert_memory_equal(piece.bytes, wanted, strlen(wanted));
}

static void assert_end(struct tape_answer *answer)
{
	struct span piece;

	assert_false(tape_next(answer, &piece));
	assert_false(tape_next(answer, &piece));
}

static void assert_answer(struct tape *tape, const char *channel, const char *question,
			  const char *wanted)
{
	struct tape_answer answer;

	assert_true(tape_find(tape, channel, span_of(question), &answer));
	assert_piece(&answer, wanted);
	assert_end(&answer);
	assert_int_equal(answer.error, 0);
}

static void test_answers(void **state)
{
	struct tape *tape = play_text("# for people\n"
				      "\n"
				      "? file 2f61\n"
				      "= 6f6E65\n"
				      "# between\n"
				      "= 74776f\n"
				      "? file 2F62\n"
				      "! 2\n"
				      "? link 2f61\n"
				      "= 7a\n"
				      "! 105\n"
				      "? uname\n"
				      "=\n"
				      "= 31\n"
				      "? none \n");
	struct tape_answer answer;

	(void)state;
	assert_true(tape_find(tape, "file", span_of("/a"), &answer));
	assert_piece(&answer, "one");
	assert_piece(&answer, "two");
	assert_end(&answer);
	assert_int_equal(answer.error, 0);
	assert_true(tape_find(tape, "file", span_of("/b"), &answer));
	assert_end(&answer);
	assert_int_equal(answer.error, ENOENT);
	assert_true(tape_find(tape, "link", span_of("/a"), &answer));
	assert_piece(&answer, "z");
	assert_end(&answer);
	assert_int_equal(answer.error, ENOBUFS);
	assert_true(tape_find(tape, "uname", (struct span){NULL, 0}, &answer));
	assert_piece(&answer, "");
	assert_piece(&answer, "1");
	assert_end(&answer);
	assert_true(tape_find(tape, "none", (struct span){NULL, 0}, &answer));
	assert_end(&answer);
	close_tape(tape);
}

static void test_never_asked(void **state)
{
	struct tape *tape = play_text("? file 2f61\n= 31\n");
	struct tape_answer answer;

	(void)state;
	assert_false(tape_find(tape, "file", span_of("/"), &answer));
	assert_false(tape_find(tape, "file", span_of("/ab"), &answer));
	assert_false(tape_find(tape, "file", span_of(""), &answer));
	assert_false(tape_find(tape, "fil", span_of("/a"), &answer));
	assert_false(tape_find(tape, "files", span_of("/a"), &answer));
	close_tape(tape);
}

/* Each answer in turn, then the last again; other questions in between do not count. */
static void test_asked_again(void **state)
{
	struct tape *tape = play_text("? a 01\n= 31\n? b 01\n= 39\n? a 01\n= 32\n? a 02\n= 38\n"
				      "? a 01\n= 33\n");

	(void)state;
	assert_answer(tape, "a", "\1", "1");
	assert_answer(tape, "b", "\1", "9");
	assert_answer(tape, "a", "\1", "2");
	assert_answer(tape, "b", "\1", "9");
	assert_answer(tape, "a", "\1", "3");
	assert_answer(tape, "a", "\1", "3");
	assert_answer(tape, "a", "\2", "8");
	assert_answer(tape, "a", "\1", "3");
	close_tape(tape);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"= 31\n", "line 1: an answer before any question"},
		{"! 2\n", "line 1: an answer before any question"},
		{"# x\n\n= 31\n", "line 3: an answer before any question"},
		{"? a 0\n", "line 1: not pairs of hex digits"},
		{"? a 0g\n", "line 1: not pairs of hex digits"},
		{"? a 01 02\n", "line 1: not pairs of hex digits"},
		{"? a 01\r\n", "line 1: not pairs of hex digits"},
		{"? a 01\n= 3\n", "line 2: not pairs of hex digits"},
		{"? a 01\n= -1\n", "line 2: not pairs of hex digits"},
		{"?\n", "line 1: not the name of a channel behind \"?\""},
		{"?  01\n", "line 1: not the name of a channel behind \"?\""},
		{"? a\tb 01\n", "line 1: not a blank behind the name of the channel"},
		{"? \xc3\xa4 01\n", "line 1: not the name of a channel behind \"?\""},
		{"?a 01\n", "line 1: not a blank behind \"?\""},
		{"? a 01\n! \n", "line 2: not an error number behind \"!\""},
		{"? a 01\n!\n", "line 2: not an error number behind \"!\""},
		{"? a 01\n! 0\n", "line 2: not an error number behind \"!\""},
		{"? a 01\n! 4096\n", "line 2: not an error number behind \"!\""},
		{"? a 01\n! 99999999999999999999\n", "line 2: not an error number behind \"!\""},
		{"? a 01\n! -2\n", "line 2: not a number behind \"!\""},
		{"? a 01\n! 2\n! 2\n", "line 3: an answer goes on behind its error"},
		{"? a 01\n! 2\n= 31\n", "line 3: an answer goes on behind its error"},
		{"? a 01\n= 31", "line 2: cut short"},
		{"# only", "line 1: cut short"},
		{"", "line 1: ends without any question"},
		{"# only\n\n", "line 2: ends without any question"},
		{" ? a 01\n", "line 1: starts with none of ?, =, ! and #"},
		{"{}\n", "line 1: starts with none of ?, =, ! and #"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct err err = {0};

		assert_null(tape_play_bytes(span_of(cases[i].text), &err));
		assert_string_equal(err.text, cases[i].error);
		assert_int_equal(err.code, ERR_FORMAT);
	}
}

static void test_nul_bytes(void **state)
{
	static const uint8_t alone[] = "\0\n", in_channel[] = "? a\0b 01\n",
			     in_hex[] = "? a \0\0\n";
	struct err err = {0};

	(void)state;
	assert_null(tape_play_bytes((struct span){alone, sizeof(alone) - 1}, &err));
	assert_null(tape_play_bytes((struct span){in_channel, sizeof(in_channel) - 1}, &err));
	assert_null(tape_play_bytes((struct span){in_hex, sizeof(in_hex) - 1}, &err));
	assert_int_equal(err.code, ERR_FORMAT);
}

static void test_long_channel(void **state)
{
	char text[200], name[65] = "";
	struct tape_answer answer;
	struct err err = {0};
	struct tape *tape;

	(void)state;
	memset(name, 'c', 64);
	snprintf(text, sizeof(text), "? %s 01\n", name);
	tape = play_text(text);
	assert_true(tape_find(tape, name, span_of("\1"), &answer));
	close_tape(tape);
	snprintf(text, sizeof(text), "? %sc 01\n", name);
	assert_null(tape_play_bytes(span_of(text), &err));
}

/* Every beginning of a good recording is either refused or played, and none is read beyond. */
static void test_every_cut(void **state)
{
	static const char text[] = "# x\n? link 2f61\n= 7a00ff\n! 105\n? uname\n=\n= 31\n";
	size_t good = 0;

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		uint8_t *copy = malloc(length ? length : 1);
		struct err err = {0};
		struct tape *tape;

		assert_non_null(copy);
		memcpy(copy, text, length);
		tape = tape_play_bytes((struct span){copy, length}, &err);
		free(copy);
		good += tape != NULL;
		assert_true(tape || err.code == ERR_FORMAT);
		assert_int_equal(tape_close(tape, &err), 0);
	}
	/* Behind each of six lines: the first has no question. */
	assert_int_equal(good, 6);
}

/* --- recording --- */

static char folder[] = "/tmp/nod-test-tape-XXXXXX", path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/tape", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static struct tape *record(void)
{
	struct err err = {0};
	struct tape *tape = tape_record(path, &err);

	assert_string_equal(err.text, "");
	assert_non_null(tape);
	assert_false(tape_is_playing(tape));
	return tape;
}

static void test_file_text(void **state)
{
	struct tape *tape = record();
	char text[200];
	FILE *file;
	size_t length;

	(void)state;
	tape_add_question(tape, "file", span_of("/a\n"));
	tape_add_answer(tape, span_of("one\xff"));
	tape_add_answer(tape, (struct span){NULL, 0});
	tape_add_error(tape, 0);
	tape_add_question(tape, "link", span_of("/b"));
	tape_add_error(tape, ENOENT);
	close_tape(tape);
	file = fopen(path, "r");
	assert_non_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	assert_string_equal(text, "# nod: questions to the machine and its answers\n"
				  "? file 2f610a\n"
				  "= 6f6e65ff\n"
				  "= \n"
				  "? link 2f62\n"
				  "! 2\n");
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Which line of which file the last answer came from, or where a file ends that has none. */
static void test_blame(void **state)
{
	static const char text[] = "# x\n? a 01\n= 31\n? b 01\n= 39\n? a 01\n= 32\n";
	struct err err = {0}, found = {.text = "odd"}, again = found, missing = found;
	struct tape_answer answer;
	struct tape *tape;
	char wanted[200];

	(void)state;
	write_file(text);
	tape = tape_play(path, &err);
	assert_non_null(tape);
	assert_true(tape_find(tape, "a", span_of("\1"), &answer));
	assert_int_equal(tape_blame(tape, &found), -1);
	snprintf(wanted, sizeof(wanted), "%s: line 2: odd", path);
	assert_string_equal(found.text, wanted);
	assert_true(tape_find(tape, "a", span_of("\1"), &answer));
	assert_int_equal(tape_blame(tape, &again), -1);
	snprintf(wanted, sizeof(wanted), "%s: line 6: odd", path);
	assert_string_equal(again.text, wanted);
	assert_false(tape_find(tape, "c", span_of("\1"), &answer));
	assert_int_equal(tape_blame(tape, &missing), -1);
	snprintf(wanted, sizeof(wanted), "%s: ends at line 7 without what is asked for: odd", path);
	assert_string_equal(missing.text, wanted);
	close_tape(tape);
	write_file("");
	assert_null(tape_play(path, &err));
	snprintf(wanted, sizeof(wanted), "%s: line 1: ends without any question", path);
	assert_string_equal(err.text, wanted);
}

/* More than is kept in memory, pieces longer than anything the kernel sends, and all byte values. */
static void test_there_and_back(void **state)
{
	enum {
		QUESTIONS = 300,
		LENGTH = 2000
	};
	uint8_t bytes[LENGTH], question[2];
	struct tape *tape = record();
	struct err err = {0};

	(void)state;
	for (int i = 0; i < QUESTIONS; i++) {
		question[0] = (uint8_t)i;
		question[1] = (uint8_t)(i >> 8);
		for (int j = 0; j < LENGTH; j++)
			bytes[j] = (uint8_t)(i + j);
		tape_add_question(tape, "many", (struct span){question, 2});
		tape_add_answer(tape, (struct span){bytes, LENGTH});
		tape_add_answer(tape, (struct span){bytes, (size_t)i});
		tape_add_error(tape, i % 3);
	}
	close_tape(tape);
	tape = tape_play(path, &err);
	assert_non_null(tape);
	for (int i = QUESTIONS - 1; i >= 0; i--) {
		struct tape_answer answer;
		struct span piece;

		question[0] = (uint8_t)i;
		question[1] = (uint8_t)(i >> 8);
		assert_true(tape_find(tape, "many", (struct span){question, 2}, &answer));
		assert_int_equal(answer.error, i % 3);
		assert_true(tape_next(&answer, &piece));
		assert_int_equal(piece.length, LENGTH);
		for (int j = 0; j < LENGTH; j++)
			assert_int_equal(piece.bytes[j], (uint8_t)(i + j));
		assert_true(tape_next(&answer, &piece));
		assert_int_equal(piece.length, i);
		assert_end(&answer);
	}
	close_tape(tape);
}

static void test_file_must_not_exist(void **state)
{
	struct err err = {0};
	char wanted[200];

	(void)state;
	close_tape(record());
	assert_null(tape_record(path, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	snprintf(wanted, sizeof(wanted), "%s: File exists", path);
	assert_string_equal(err.text, wanted);
}

static void test_file_errors(void **state)
{
	struct err err = {0};
	char wanted[200];
	FILE *file;

	(void)state;
	assert_null(tape_play(path, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	snprintf(wanted, sizeof(wanted), "%s: No such file or directory", path);
	assert_string_equal(err.text, wanted);
	assert_null(tape_play(folder, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("? a 01\n?\n", file);
	assert_int_equal(fclose(file), 0);
	assert_null(tape_play(path, &err));
	assert_int_equal(err.code, ERR_FORMAT);
	snprintf(wanted, sizeof(wanted), "%s: line 2: not the name of a channel behind \"?\"",
		 path);
	assert_string_equal(err.text, wanted);
}

/* A disk that is full shows when the recording ends, or earlier; it is reported at the end. */
static void test_disk_full(void **state)
{
	struct tape *tape = record();
	struct err err = {0};
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), fd = -1;
	char link[64], target[100];
	ssize_t n = 0;

	(void)state;
	if (full < 0) {
		close_tape(tape);
		skip();
	}
	for (int i = 3; i < 64 && fd < 0; i++) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", i);
		n = readlink(link, target, sizeof(target));
		if (n == (ssize_t)strlen(path) && memcmp(target, path, (size_t)n) == 0)
			fd = i;
	}
	assert_true(fd >= 0);
	assert_int_equal(dup2(full, fd), fd);
	close(full);
	for (int i = 0; i < 40000; i++)
		tape_add_question(tape, "many", span_of("question"));
	assert_int_equal(tape_close(tape, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.text, ": No space left on device"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_never_asked),
		cmocka_unit_test(test_asked_again),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_long_channel),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test_teardown(test_file_text, remove_file),
		cmocka_unit_test_teardown(test_blame, remove_file),
		cmocka_unit_test_teardown(test_there_and_back, remove_file),
		cmocka_unit_test_teardown(test_file_must_not_exist, remove_file),
		cmocka_unit_test_teardown(test_file_errors, remove_file),
		cmocka_unit_test_teardown(test_disk_full, remove_file),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
