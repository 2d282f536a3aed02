/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the lines of a journal, whoever wrote them. Private to lib/store.
 */
#ifndef NOD_STORE_JOURNAL_LINES_H
#define NOD_STORE_JOURNAL_LINES_H

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/span.h"
#include "lib/out/plan.h"

/* Some 150000 features: more is no entry of ours. It bounds what reading a line takes. */
#define JOURNAL_LINE_MAX ((size_t)16 * 1024 * 1024)

/* Far from where adding one to a number, or to two, could overflow. */
#define JOURNAL_NUMBER_MAX (UINT64_MAX / 4)

enum journal_line {
	JOURNAL_LINE_DAMAGED,
	JOURNAL_LINE_ENTRY,
	JOURNAL_LINE_MARK,
	JOURNAL_LINE_NO_MEMORY
};

/* What a line is; its contents in @entry or @mark, strings in @arena. NULL bytes are damaged. */
enum journal_line journal_line_read(struct span line, struct journal_entry *entry,
				    struct journal_mark *mark, struct arena *arena);

/* All of a file: see journal_read(). */
int journal_collect(int fd, struct arena *arena, struct journal_entries *entries,
		    struct err *err) attr_must_check;

#endif
