/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of `nod split`: two passes over a capture, and the text form of what came of them.
 */
#ifndef NOD_CMD_SPLIT_H
#define NOD_CMD_SPLIT_H

#include "cmd/command.h"
#include "lib/base/arena.h"
#include "lib/model/split.h"
#include "pcap/csum.h"
#include "pcap/split/split.h"
#include "pcap/write.h"

/**
 * struct split_work - one capture that is to be split
 * @path: what is read, twice; @report->input is its name for people
 * @rate: Mbit/s, for SPLIT_TIMES_SPREAD: how far apart segments are at most
 * @report: input, output, times and output_format are set; the rest is filled
 * @arena: owns what @report points to
 */
struct split_work {
	const struct session *session;
	const char *path;
	struct filter *filter;
	struct split_survey_options survey;
	enum split_times times;
	uint64_t rate;
	enum write_format format;
	struct split_report *report;
	struct arena *arena;
};

/*
 * Read, split and write. -1 and @err if the input cannot be read at all or the output not be written:
 * then there is none. An input that breaks off is no such failure: @report has its error.
 */
int split_run(struct split_work *work, struct err *err) attr_must_check;

void split_text_report(struct text *out, const struct split_report *report,
		       const struct session *session);

#endif
