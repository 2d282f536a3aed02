/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commands that judge captures do alike: from an analysis to a report and to an exit status.
 */
#ifndef NOD_CMD_REPORT_H
#define NOD_CMD_REPORT_H

#include "cmd/command.h"
#include "lib/out/capture.h"
#include "pcap/analyze.h"

enum fail_on {
	FAIL_ON_NOTE,
	FAIL_ON_WARNING,
	FAIL_ON_ERROR,
	FAIL_ON_NEVER
};
extern const struct choice report_fail_on_choices[];

/* @options is the struct, which has an int fail_on. */
#define REPORT_FAIL_ON(options)                                                         \
	{                                                                               \
		.name = "fail-on", .type = PARAM_CHOICE, .argument = "SEVERITY",        \
		.help = "what makes the exit status 1 (warning)",                       \
		.offset = offsetof(options, fail_on), .choices = report_fail_on_choices \
	}

/* analysis_open() with its error. */
struct analysis *report_open(const struct analysis_options *options,
			     struct err *err) attr_must_check;

/* analysis_finish() and the verdict. */
int report_finish(struct analysis *analysis, struct arena *arena, struct capture *capture,
		  struct err *err) attr_must_check;

/* For --jsonl: the capture, its findings, its flows. */
int report_add_lines(struct text *out, const struct capture *capture,
		     struct err *err) attr_must_check;

/* Add @capture to @total, but for its files. */
void report_count(struct capture_total *total, const struct capture *capture);

bool report_is_failing(int fail_on, const struct capture_total *total);

#endif
