/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of `nod gro`: where its frames come from, the kernel beside the model, the text form. The
 * JSON form comes from lib/out/gro.h alone.
 */
#ifndef NOD_CMD_GRO_H
#define NOD_CMD_GRO_H

#include "cmd/command.h"
#include "cmd/reading.h"
#include "lib/base/arena.h"
#include "lib/out/gro.h"
#include "pcap/gro/replay.h"
#include "pcap/gro/train.h"
#include "pcap/split/survey.h"

/**
 * struct gro_feed - a capture as frames of the wire, as often as one likes
 * @path: to open; with @split it is opened twice each time
 * @filter: NULL for all frames
 * @split: take merged and oversized frames apart, as @survey says
 * @fill: fill in checksums that were left to a NIC; @split does so too
 */
struct gro_feed {
	const struct session *session;
	const char *path;
	struct filter *filter;
	bool split, fill;
	struct split_survey_options survey;
};

/**
 * struct gro_fed - how that went
 * @opened: the file is a capture; what failed then is not the file
 * @format: of the file; copied
 * @broken: ERR_NONE, or where the file breaks off
 * @frames_split: such frames
 */
struct gro_fed {
	bool opened;
	char format[32];
	struct err broken;
	uint64_t frames_split;
};

/* All frames, in order, to @take. -1 and @err if the file cannot be opened, or @take said so. */
int gro_feed_run(const struct gro_feed *feed, reading_take *take, void *context,
		 struct gro_fed *fed, struct err *err) attr_must_check;

/**
 * struct gro_oracle - the running kernel, asked for one capture after the other
 * @options: with which @replay was opened; without ports of UDP sockets, which are not kept
 */
struct gro_oracle {
	struct gro_replay *replay;
	struct gro_replay_options options;
};

/**
 * struct gro_question - what is replayed, and what the answer is compared with
 */
struct gro_question {
	const struct gro_feed *feed;
	const struct view_options *view;
	struct gro_rules rules;
	const char *release;
};

/*
 * Send the frames of @question through the running kernel; the answer is owned by @arena. NULL and @err
 * if the kernel cannot be asked.
 */
struct gro_kernel *gro_ask_kernel(struct gro_oracle *oracle, const struct gro_question *question,
				  struct arena *arena, struct err *err) attr_must_check;
void gro_oracle_close(struct gro_oracle *oracle);

/**
 * struct gro_text_options - what is wanted in the text
 * @flows: the busiest flows too
 * @all_models: other receivers even where they say the same
 */
struct gro_text_options {
	bool flows, all_models;
};

void gro_text_report(struct text *out, const struct gro_report *report,
		     const struct session *session, const struct gro_text_options *options);

#endif
