/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a person see while frames are taken?
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/capture_table.h"
#include "cmd/prose.h"
#include "cmd/session.h"

#define SECOND_NS     1000000000
#define ROWS_DEFAULT  24
#define ID_COLUMN     9
#define COUNT_COLUMN  42
#define NEWEST_COLUMN 57

void table_resize(struct capture_table *table)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){0};
	table->columns = columns_wanted(getenv("COLUMNS"), size.ws_col);
	table->rows = size.ws_row ? size.ws_row : ROWS_DEFAULT;
}

/* A line that was drawn takes more than one row if the terminal became narrower and wraps it. */
static unsigned int rows_drawn(const struct capture_table *table)
{
	unsigned int rows = 0;

	for (unsigned int i = 0; i < table->drawn; i++) {
		unsigned int width = table->widths[i];

		rows += width ? (width + table->columns - 1) / table->columns : 1;
	}
	return rows;
}

static void add_clear(struct text *out, struct capture_table *table)
{
	unsigned int rows = rows_drawn(table);

	if (rows && table->rows && rows >= table->rows)
		rows = table->rows - 1;
	if (rows)
		text_printf(out, "\033[%uA\r\033[J", rows);
	table->drawn = 0;
}

int table_clear(struct capture_table *table, const struct session *session, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (!table->drawn)
		return 0;
	add_clear(&out, table);
	return session_write(session, &out, err);
}

/*
 * One line of plain characters, cut to the terminal: in its last column some terminals wrap, others do not.
 */
static void add_line(struct text *out, struct capture_table *table, const struct text *line,
		     const char *color)
{
	size_t length = line->length;

	if (table->drawn == TABLE_LINES || line->failed)
		return;
	if (length >= table->columns)
		length = table->columns - 1;
	/* No half character. */
	while (length && length < line->length &&
	       ((unsigned char)line->chars[length] & 0xc0) == 0x80)
		length--;
	if (color)
		text_add(out, color);
	text_add_bytes(out, line->chars ? line->chars : "", length);
	text_add(out, color ? "\033[0m\n" : "\n");
	table->widths[table->drawn++] = (unsigned int)length;
}

static double per_second(uint64_t now, uint64_t before, int64_t between_ns)
{
	return between_ns > 0 ? (double)(now - before) * SECOND_NS / (double)between_ns : 0;
}

static void add_counts(struct text *line, const struct table_counts *now,
		       const struct table_counts *last)
{
	int64_t between = now->now_ns - last->now_ns;

	text_add_untrusted(line, now->device);
	text_printf(line, ": %lld s, ", (long long)((now->now_ns - now->begin_ns) / SECOND_NS));
	prose_counted(line, now->frames, "frame");
	text_add(line, ", ");
	prose_count(line, (uint64_t)per_second(now->frames, last->frames, between));
	text_printf(line, "/s, %.1f Mbit/s, ",
		    per_second(now->bytes, last->bytes, between) * 8 / 1e6);
	prose_count(line, now->dropped);
	text_add(line, " dropped");
}

static void add_finding(struct text *line, const struct finding *finding)
{
	text_add(line, severity_names[finding->severity]);
	text_pad(line, ID_COLUMN, 0);
	text_add_untrusted(line, finding->id);
	text_add(line, " ");
	text_pad(line, COUNT_COLUMN, 0);
	if (!finding->count)
		return;
	prose_count(line, finding->count);
	text_add(line, " ");
	text_pad(line, NEWEST_COLUMN, 0);
	text_add(line, "frame ");
	prose_count(line, finding->last_frame);
}

static void add_heading(struct text *out, struct capture_table *table,
			const struct session *session)
{
	struct text line attr_cleanup(text_free) = {0};

	text_add(&line, "severity");
	text_pad(&line, ID_COLUMN, 0);
	text_add(&line, "finding");
	text_pad(&line, COUNT_COLUMN, 0);
	text_add(&line, "count");
	text_pad(&line, NEWEST_COLUMN, 0);
	text_add(&line, "newest");
	add_line(out, table, &line, session->color ? "\033[1m" : NULL);
}

static void add_findings(struct text *out, struct capture_table *table,
			 const struct session *session, const struct capture *capture)
{
	size_t room = table->rows > 4 ? table->rows - 4 : 1;

	if (!capture->nfindings)
		return;
	add_heading(out, table, session);
	for (size_t i = 0; i < capture->nfindings && i < room; i++) {
		struct text line attr_cleanup(text_free) = {0};
		const struct finding *finding = &capture->findings[i];

		add_finding(&line, finding);
		add_line(out, table, &line,
			 session->color ? prose_severity_color(finding->severity) : NULL);
	}
}

int table_draw(struct capture_table *table, const struct session *session,
	       const struct table_counts *counts, const struct capture *capture, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0}, line attr_cleanup(text_free) = {0};

	add_clear(&out, table);
	add_counts(&line, counts, &table->last);
	add_line(&out, table, &line, NULL);
	add_findings(&out, table, session, capture);
	table->last = *counts;
	return session_write(session, &out, err);
}
