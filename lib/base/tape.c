/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How can what one kernel answered be asked again, without that kernel?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/tape.h"
#include "lib/base/text.h"

/* What is recorded goes to the disk in pieces of about this size. */
#define WRITE_SIZE ((size_t)64 * 1024)

/* Ten thousand devices with all their details need a tenth of this. */
#define PLAY_MAX ((size_t)512 * 1024 * 1024)

#define CHANNEL_MAX 64
#define ERRNO_MAX   4095 /* of the kernel */

/**
 * struct question - of a recording that is played
 * @order: in the file
 * @line: of the file, from 1
 * @first, @end: its pieces
 * @alike: set for the first of several equal ones: how many there are
 * @given: the same: how many answers were given out
 */
struct question {
	const char *channel;
	struct span bytes;
	size_t order, line, first, end;
	size_t alike, given;
	int error;
};

/**
 * struct tape - one recording
 * @fd: to write to; -1 while playing
 * @pending: recorded, but not written yet
 * @write_errno: of the first write that failed
 * @content: the whole file, NUL-terminated; hex digits are decoded in place
 * @questions: sorted by channel, bytes and order
 * @lines: read so far
 * @last: the question of the last answer; NULL if it is not on the tape
 */
struct tape {
	int fd;
	struct text pending;
	int write_errno;
	char *path;
	char *content;
	struct question *questions;
	size_t nquestions, questions_room;
	struct span *pieces;
	size_t npieces, pieces_room;
	size_t lines;
	const struct question *last;
};

static void tape_free(struct tape *tape)
{
	text_free(&tape->pending);
	free(tape->path);
	free(tape->content);
	free(tape->questions);
	free(tape->pieces);
	free(tape);
}

bool tape_is_playing(const struct tape *tape)
{
	return tape->fd < 0;
}

/* --- recording --- */

struct tape *tape_record(const char *path, struct err *err)
{
	struct tape *tape = calloc(1, sizeof(*tape));

	if (tape)
		tape->path = strdup(path);
	if (!tape || !tape->path) {
		free(tape);
		err_set(err, ERR_MEMORY, "no memory for a recording");
		return NULL;
	}
	tape->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (tape->fd < 0) {
		err_set_errno(err, "%s", path);
		tape_free(tape);
		return NULL;
	}
	text_add(&tape->pending, "# nod: questions to the machine and its answers\n");
	return tape;
}

static void write_pending(struct tape *tape)
{
	if (!tape->write_errno && io_write(tape->fd, tape->pending.chars, tape->pending.length) < 0)
		tape->write_errno = errno;
	text_clear(&tape->pending);
}

static void add_hex(struct text *text, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";
	char chunk[128];
	size_t used = 0;

	for (size_t i = 0; i < bytes.length; i++) {
		chunk[used++] = digits[bytes.bytes[i] >> 4];
		chunk[used++] = digits[bytes.bytes[i] & 15];
		if (used == sizeof(chunk) || i + 1 == bytes.length) {
			text_add_bytes(text, chunk, used);
			used = 0;
		}
	}
}

void tape_add_question(struct tape *tape, const char *channel, struct span question)
{
	/* Here, so that whatever a crash leaves on the disk ends with a whole answer. */
	if (tape->pending.length >= WRITE_SIZE)
		write_pending(tape);
	text_printf(&tape->pending, question.length ? "? %s " : "? %s", channel);
	add_hex(&tape->pending, question);
	text_add(&tape->pending, "\n");
}

void tape_add_answer(struct tape *tape, struct span piece)
{
	text_add(&tape->pending, "= ");
	add_hex(&tape->pending, piece);
	text_add(&tape->pending, "\n");
}

void tape_add_error(struct tape *tape, int error)
{
	if (error)
		text_printf(&tape->pending, "! %d\n", error);
}

static int finish_recording(struct tape *tape, struct err *err)
{
	bool no_memory = tape->pending.failed;

	if (!no_memory)
		write_pending(tape);
	if (close(tape->fd) < 0 && errno != EINTR && !tape->write_errno)
		tape->write_errno = errno;
	if (no_memory)
		return err_set(err, ERR_MEMORY, "%s: no memory for the recording", tape->path);
	errno = tape->write_errno;
	return errno ? err_set_errno(err, "%s", tape->path) : 0;
}

int tape_close(struct tape *tape, struct err *err)
{
	int result = 0;

	if (!tape)
		return 0;
	if (!tape_is_playing(tape))
		result = finish_recording(tape, err);
	tape_free(tape);
	return result;
}

/* --- reading a recording --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decode the @length digits at @hex over themselves. -1 if they are no hex digits, or odd ones. */
static int decode_hex(char *hex, size_t length, struct span *bytes)
{
	uint8_t *out = (uint8_t *)hex;

	if (length % 2)
		return -1;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);

		if (high < 0 || low < 0)
			return -1;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	*bytes = (struct span){out, length / 2};
	return 0;
}

/* Room for one more in an array that doubles; NULL without memory. */
static void *grow(void *array, size_t size, size_t count, size_t *room)
{
	size_t wanted = *room ? *room * 2 : 64;
	void *bigger;

	if (count < *room)
		return array;
	if (wanted > SIZE_MAX / size)
		return NULL;
	bigger = realloc(array, wanted * size);
	if (bigger)
		*room = wanted;
	return bigger;
}

static int add_piece(struct tape *tape, struct span piece)
{
	struct span *bigger =
		grow(tape->pieces, sizeof(*tape->pieces), tape->npieces, &tape->pieces_room);

	if (!bigger)
		return -1;
	tape->pieces = bigger;
	tape->pieces[tape->npieces++] = piece;
	return 0;
}

static int add_question(struct tape *tape, const struct question *question)
{
	struct question *bigger = grow(tape->questions, sizeof(*tape->questions), tape->nquestions,
				       &tape->questions_room);

	if (!bigger)
		return -1;
	tape->questions = bigger;
	tape->questions[tape->nquestions++] = *question;
	return 0;
}

/* @rest is what follows "? ": "CHANNEL HEX", NUL-terminated. */
static int read_question(struct tape *tape, char *rest, size_t length, struct err *err)
{
	size_t channel = 0;
	struct question question = {
		.channel = rest,
		.order = tape->nquestions,
		.line = tape->lines,
		.first = tape->npieces,
		.end = tape->npieces,
	};

	while (channel < length && rest[channel] > ' ' && rest[channel] < 0x7f)
		channel++;
	if (channel == 0 || channel > CHANNEL_MAX)
		return err_set(err, ERR_FORMAT, "not the name of a channel behind \"?\"");
	if (channel < length && rest[channel] != ' ')
		return err_set(err, ERR_FORMAT, "not a blank behind the name of the channel");
	if (channel < length)
		rest[channel++] = '\0';
	if (decode_hex(rest + channel, length - channel, &question.bytes))
		return err_set(err, ERR_FORMAT, "not pairs of hex digits");
	if (add_question(tape, &question))
		return err_set(err, ERR_MEMORY, "no memory for the recording");
	return 0;
}

static int read_piece(struct tape *tape, char *rest, size_t length, struct err *err)
{
	struct question *last = &tape->questions[tape->nquestions - 1];
	struct span piece;

	if (decode_hex(rest, length, &piece))
		return err_set(err, ERR_FORMAT, "not pairs of hex digits");
	if (add_piece(tape, piece))
		return err_set(err, ERR_MEMORY, "no memory for the recording");
	last->end = tape->npieces;
	return 0;
}

static int read_error(struct tape *tape, const char *rest, size_t length, struct err *err)
{
	int error = 0;

	for (size_t i = 0; i < length && error <= ERRNO_MAX; i++) {
		if (rest[i] < '0' || rest[i] > '9')
			return err_set(err, ERR_FORMAT, "not a number behind \"!\"");
		error = error * 10 + (rest[i] - '0');
	}
	if (error < 1 || error > ERRNO_MAX)
		return err_set(err, ERR_FORMAT, "not an error number behind \"!\"");
	tape->questions[tape->nquestions - 1].error = error;
	return 0;
}

/* One line, NUL-terminated at @length. */
static int read_line(struct tape *tape, char *line, size_t length, struct err *err)
{
	char *rest = line + (length > 1 ? 2 : 1);
	size_t rest_length = length > 1 ? length - 2 : 0;

	if (length == 0 || line[0] == '#')
		return 0;
	if (!strchr("?=!", line[0]) || line[0] == '\0')
		return err_set(err, ERR_FORMAT, "starts with none of ?, =, ! and #");
	if (length > 1 && line[1] != ' ')
		return err_set(err, ERR_FORMAT, "not a blank behind \"%c\"", line[0]);
	if (line[0] == '?')
		return read_question(tape, rest, rest_length, err);
	if (tape->nquestions == 0)
		return err_set(err, ERR_FORMAT, "an answer before any question");
	if (tape->questions[tape->nquestions - 1].error)
		return err_set(err, ERR_FORMAT, "an answer goes on behind its error");
	if (line[0] == '=')
		return read_piece(tape, rest, rest_length, err);
	return read_error(tape, rest, rest_length, err);
}

static int read_lines(struct tape *tape, size_t length, struct err *err)
{
	char *line = tape->content, *end = tape->content + length;

	while (line < end) {
		char *newline = memchr(line, '\n', (size_t)(end - line));

		tape->lines++;
		if (!newline)
			return err_set(err, ERR_FORMAT, "line %zu: cut short", tape->lines);
		*newline = '\0';
		if (read_line(tape, line, (size_t)(newline - line), err))
			return err_wrap(err, "line %zu", tape->lines);
		line = newline + 1;
	}
	if (tape->nquestions == 0)
		return err_set(err, ERR_FORMAT, "line %zu: ends without any question",
			       tape->lines + !tape->lines);
	return 0;
}

/* --- finding --- */

static int compare_text(const char *channel, struct span bytes, const struct question *question)
{
	int order = strcmp(channel, question->channel);
	size_t shorter =
		bytes.length < question->bytes.length ? bytes.length : question->bytes.length;

	if (order == 0 && shorter > 0)
		order = memcmp(bytes.bytes, question->bytes.bytes, shorter);
	if (order == 0 && bytes.length != question->bytes.length)
		order = bytes.length < question->bytes.length ? -1 : 1;
	return order;
}

static int compare_questions(const void *one, const void *other)
{
	const struct question *a = one, *b = other;
	int order = compare_text(a->channel, a->bytes, b);

	if (order)
		return order;
	return a->order < b->order ? -1 : 1;
}

static void sort_questions(struct tape *tape)
{
	struct question *first = NULL;

	if (tape->nquestions == 0)
		return;
	qsort(tape->questions, tape->nquestions, sizeof(*tape->questions), compare_questions);
	for (size_t i = 0; i < tape->nquestions; i++) {
		struct question *question = &tape->questions[i];

		if (!first || compare_text(first->channel, first->bytes, question))
			first = question;
		first->alike++;
	}
}

/* The first of those alike; NULL if there is none. */
static struct question *find_question(struct tape *tape, const char *channel, struct span bytes)
{
	size_t low = 0, high = tape->nquestions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_text(channel, bytes, &tape->questions[middle]) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == tape->nquestions || compare_text(channel, bytes, &tape->questions[low]))
		return NULL;
	return &tape->questions[low];
}

bool tape_find(struct tape *tape, const char *channel, struct span question,
	       struct tape_answer *answer)
{
	struct question *found = find_question(tape, channel, question);

	tape->last = NULL;
	if (!found)
		return false;
	if (found->given < found->alike)
		found->given++;
	found += found->given - 1;
	tape->last = found;
	*answer = (struct tape_answer){tape, found->first, found->end, found->error};
	return true;
}

bool tape_next(struct tape_answer *answer, struct span *piece)
{
	if (answer->next >= answer->end)
		return false;
	*piece = answer->tape->pieces[answer->next++];
	return true;
}

int tape_blame(const struct tape *tape, struct err *err)
{
	const char *path = tape->path ? tape->path : "the recording";

	if (tape->last)
		return err_wrap(err, "%s: line %zu", path, tape->last->line);
	return err_wrap(err, "%s: ends at line %zu without what is asked for", path, tape->lines);
}

/* --- opening --- */

/* Takes @content, which has a NUL behind its @length bytes. */
static struct tape *play(char *content, size_t length, struct err *err)
{
	struct tape *tape = calloc(1, sizeof(*tape));

	if (!tape) {
		free(content);
		err_set(err, ERR_MEMORY, "no memory for a recording");
		return NULL;
	}
	tape->fd = -1;
	tape->content = content;
	if (read_lines(tape, length, err)) {
		tape_free(tape);
		return NULL;
	}
	sort_questions(tape);
	return tape;
}

struct tape *tape_play_bytes(struct span bytes, struct err *err)
{
	char *content = bytes.length > PLAY_MAX ? NULL : malloc(bytes.length + 1);

	if (!content) {
		err_set(err, ERR_MEMORY, "no memory for a recording of %zu bytes", bytes.length);
		return NULL;
	}
	if (bytes.length > 0)
		memcpy(content, bytes.bytes, bytes.length);
	content[bytes.length] = '\0';
	return play(content, bytes.length, err);
}

/* All of @fd, with room for a NUL behind it. */
static char *read_whole(int fd, size_t *length, struct err *err)
{
	char *content = NULL, *bigger;
	size_t used = 0, room = 0;
	ssize_t n = 1;

	while (n) {
		bigger = used + 1 < room ? content : realloc(content, room = used * 2 + 65536);
		if (!bigger || used > PLAY_MAX) {
			free(bigger ? bigger : content);
			err_set(err, ERR_MEMORY, "no memory for a recording of that size");
			return NULL;
		}
		content = bigger;
		n = read(fd, content + used, room - used - 1);
		if (n < 0 && errno != EINTR) {
			err_set_errno(err, "reading");
			free(content);
			return NULL;
		}
		used += n > 0 ? (size_t)n : 0;
	}
	content[used] = '\0';
	*length = used;
	return content;
}

struct tape *tape_play(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct tape *tape = NULL;
	char *content;
	size_t length;

	if (fd < 0) {
		err_set_errno(err, "%s", path);
		return NULL;
	}
	content = read_whole(fd, &length, err);
	close(fd);
	if (content)
		tape = play(content, length, err);
	if (tape) {
		tape->path = strdup(path);
		if (tape->path)
			return tape;
		tape_free(tape);
		err_set(err, ERR_MEMORY, "no memory for a recording");
	}
	err_wrap(err, "%s", path);
	return NULL;
}
