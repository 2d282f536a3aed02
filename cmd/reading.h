/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all commands that read captures do alike: one frame after the other, with a filter and with
 * progress on the terminal; and files that cannot be read do not end the work.
 */
#ifndef NOD_CMD_READING_H
#define NOD_CMD_READING_H

#include <stddef.h>
#include <time.h>

#include "cmd/command.h"
#include "pcap/file.h"
#include "pcap/view.h"

/*
 * Options and operands that these commands have alike. @options is the struct, which has a member of the
 * option's name; words that differ are given.
 */
#define READING_FILTER(options, words)                                                    \
	{                                                                                 \
		.name = "filter", .key = 'f', .type = PARAM_STRING, .argument = "FILTER", \
		.help = words " frames that match, in the language of pcap-filter(7)",    \
		.offset = offsetof(options, filter)                                       \
	}
#define READING_MTU(options, words)                                       \
	{                                                                 \
		.name = "mtu", .type = PARAM_NUMBER, .argument = "BYTES", \
		.help = "the MTU " words "; else it is inferred",         \
		.offset = offsetof(options, mtu), .min = 68, .max = 65536 \
	}
#define READING_VXLAN_PORT(options)                                              \
	{                                                                        \
		.name = "vxlan-port", .type = PARAM_NUMBERS, .argument = "PORT", \
		.help = "a UDP port that carries VXLAN, beside 4789 and 8472",   \
		.offset = offsetof(options, vxlan_ports), .min = 1, .max = 65535 \
	}
#define READING_FLOWS(options)                                                               \
	{                                                                                    \
		.name = "flows", .type = PARAM_OPTIONAL_NUMBER, .argument = "N",             \
		.help = "list the N busiest flows (10)", .offset = offsetof(options, flows), \
		.max = 1000000                                                               \
	}
#define READING_MAX_FLOWS(options, words)                                           \
	{                                                                           \
		.name = "max-flows", .type = PARAM_NUMBER, .argument = "N",         \
		.help = "flows to keep in memory, " words " (1000000)",             \
		.offset = offsetof(options, max_flows), .min = 1, .max = 1000000000 \
	}
#define READING_FILE(options, kind, member)                                                 \
	{                                                                                   \
		.name = "file", .type = kind, .argument = "FILE",                           \
		.help = "a capture: pcap, pcapng, also compressed with gzip or zstd; - is " \
			"standard input",                                                   \
		.offset = offsetof(options, member), .complete = "file", .required = true   \
	}

/* What --vxlan-port says. */
struct view_options reading_view_options(const struct param_numbers *vxlan_ports);

/* Gets each frame that is wanted. -1 and @err end the reading. */
typedef int reading_take(void *context, const struct frame *frame, struct err *err);

/**
 * struct reading - one capture while it is read
 * @file: opened and closed by the caller
 * @filter: NULL for all frames
 * @take, @context: for each frame
 * @label: in front of the progress, NULL for none ("first pass, ")
 * @shown: when progress was last shown
 */
struct reading {
	const struct session *session;
	struct capture_file *file;
	struct filter *filter;
	reading_take *take;
	void *context;
	const char *label;
	struct timespec shown;
};

/*
 * Read to the end. A file that breaks off is no failure here: what was read stays, and @broken says
 * where (ERR_NONE if it did not).
 */
int reading_run(struct reading *reading, struct err *broken, struct err *err) attr_must_check;

/* For the loop below: it begins; it is at frame @frames. */
void reading_begin(struct reading *reading);
void reading_show_progress(struct reading *reading, uint64_t frames) attr_cold;

/* How often the clock is looked at, in frames. */
#define READING_PROGRESS_FRAMES 65536

/* The same with a function that is known when this is compiled: no call for each frame. */
static attr_always_inline int reading_run_with(struct reading *reading, reading_take *take,
					       struct err *broken, struct err *err)
{
	enum file_status status;
	struct frame frame;
	uint64_t frames = 0;
	int result = 0;

	reading_begin(reading);
	while ((status = file_next(reading->file, &frame, broken)) == FILE_FRAME) {
		int match = reading->filter ? filter_match(reading->filter, &frame, err) : 1;

		result = match > 0 ? take(reading->context, &frame, err) : match;
		if (unlikely(result < 0))
			break;
		if (unlikely(++frames % READING_PROGRESS_FRAMES == 0) && reading->session->progress)
			reading_show_progress(reading, frames);
	}
	session_progress(reading->session, NULL);
	return result < 0 ? -1 : 0;
}

/*
 * Say what is wrong with a file among several. The error of the last one is left to main in @err;
 * @failures counts them.
 */
void reading_note_failure(const struct session *session, size_t *failures, const char *path,
			  const char *what, struct err *err);

#endif
