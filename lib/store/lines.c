/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where does a line of a file end, and is it short enough to look at?
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/store/lines.h"

#define PIECE ((size_t)64 * 1024)

void lines_init(struct lines *lines, int fd, off_t from, size_t max)
{
	*lines = (struct lines){.fd = fd, .next = from, .end = from, .max = max};
}

void lines_free(struct lines *lines)
{
	free(lines->buffer);
	lines->buffer = NULL;
}

static int make_room(struct lines *lines, struct err *err)
{
	size_t room = lines->room ? 2 * lines->room : 2 * PIECE;
	uint8_t *buffer;

	if (lines->start) {
		memmove(lines->buffer, lines->buffer + lines->start, lines->used - lines->start);
		lines->used -= lines->start;
		lines->start = 0;
	}
	if (lines->room - lines->used >= PIECE)
		return 0;
	buffer = realloc(lines->buffer, room);
	if (!buffer)
		return err_set(err, ERR_MEMORY, "no memory to read a line");
	lines->buffer = buffer;
	lines->room = room;
	return 0;
}

/* 1: there is more in the buffer; 0: the file ends. */
static int read_piece(struct lines *lines, struct err *err)
{
	ssize_t got;

	if (make_room(lines, err))
		return -1;
	do
		got = pread(lines->fd, lines->buffer + lines->used, PIECE, lines->next);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set_errno(err, "reading");
	lines->used += (size_t)got;
	lines->next += got;
	return got > 0;
}

/* Take what is in the buffer up to @length bytes as a line, and @newline bytes behind it. */
static void take(struct lines *lines, size_t length, size_t newline, struct span *line)
{
	*line = (struct span){lines->buffer + lines->start, length};
	lines->start += length + newline;
	if (newline)
		lines->end = lines->next - (off_t)(lines->used - lines->start);
}

int lines_next(struct lines *lines, struct span *line, bool *complete, struct err *err)
{
	size_t looked = 0;
	bool too_long = false;

	for (;;) {
		size_t there = lines->used - lines->start;
		const uint8_t *from = there ? lines->buffer + lines->start + looked : NULL;
		const uint8_t *newline = from ? memchr(from, '\n', there - looked) : NULL;
		int more;

		if (newline) {
			take(lines, looked + (size_t)(newline - from), 1, line);
			*complete = true;
			break;
		}
		looked = there;
		if (there > lines->max) {
			too_long = true;
			lines->start = lines->used;
			looked = 0;
		}
		more = read_piece(lines, err);
		if (more < 0)
			return -1;
		if (more)
			continue;
		if (!looked && !too_long)
			return 0;
		take(lines, looked, 0, line);
		*complete = false;
		break;
	}
	if (too_long || line->length > lines->max)
		line->bytes = NULL;
	return 1;
}
