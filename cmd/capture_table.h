/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live table of nod capture: what was found so far, in place on a terminal.
 */
#ifndef NOD_CMD_CAPTURE_TABLE_H
#define NOD_CMD_CAPTURE_TABLE_H

#include "cmd/command.h"
#include "lib/model/capture.h"

/**
 * struct table_counts - what the first line says
 * @begin_ns, @now_ns: CLOCK_MONOTONIC
 */
struct table_counts {
	const char *device;
	uint64_t frames, bytes, received, dropped;
	int64_t begin_ns, now_ns;
};

/* Most lines that are drawn: the counts, the heading, findings. */
#define TABLE_LINES 48

/**
 * struct capture_table - what stands on the terminal
 * @used: standard output is a terminal, and it is wanted
 * @columns, @rows: of it; 0 rows: not known
 * @widths: of the lines that are drawn, @drawn of them; the cursor is behind the last
 * @last: counts at the last time, for rates
 */
struct capture_table {
	bool used;
	unsigned int columns, rows;
	unsigned int widths[TABLE_LINES], drawn;
	struct table_counts last;
};

/* Look how large the terminal is: at the beginning, and when it has changed. */
void table_resize(struct capture_table *table);

/* Take away what is drawn; nothing else is written before that. */
int table_clear(struct capture_table *table, const struct session *session, struct err *err);

/* Draw in place of what is there. */
int table_draw(struct capture_table *table, const struct session *session,
	       const struct table_counts *counts, const struct capture *capture, struct err *err);

#endif
