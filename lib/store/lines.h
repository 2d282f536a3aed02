/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a file that may be anything, with memory that is bounded whatever the file holds.
 */
#ifndef NOD_STORE_LINES_H
#define NOD_STORE_LINES_H

#include <sys/types.h>

#include "lib/base/err.h"
#include "lib/base/span.h"

/**
 * struct lines - a position in a file
 * @fd: borrowed; its own position is not used
 * @next: offset of the first byte that is not in @buffer
 * @end: of the last line that lines_next() gave, if it was complete
 * @max: the longest line that is given whole
 */
struct lines {
	int fd;
	off_t next, end;
	size_t max;
	uint8_t *buffer;
	size_t start, used, room;
};

void lines_init(struct lines *lines, int fd, off_t from, size_t max);
void lines_free(struct lines *lines);

/*
 * The next line without its newline, borrowed until the next call. @line->bytes is NULL for one that is
 * longer than the limit. @complete: it had a newline. 1; 0 at the end; -1 and @err.
 */
int lines_next(struct lines *lines, struct span *line, bool *complete,
	       struct err *err) attr_must_check;

#endif
