/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says about frames that it split, as plain data.
 */
#ifndef NOD_MODEL_SPLIT_H
#define NOD_MODEL_SPLIT_H

#include <stddef.h>
#include <stdint.h>

/* How a segment size is known, best first. */
enum split_source {
	SPLIT_NONE,	/* not at all: the frame is left as it is */
	SPLIT_GIVEN,	/* by the user */
	SPLIT_METADATA, /* a note of the capture, or lengths of the first segment (GSO_PARTIAL) */
	SPLIT_IDS,	/* the IDs of its sender tell how many segments such frames took */
	SPLIT_SEGMENTS, /* the longest segment of the flow that is a frame of the wire */
	SPLIT_MSS,	/* what the ends announced in their SYN, less the options in use */
	SPLIT_MTU,	/* fits the MTU, as given or inferred */
	SPLIT_SOURCES
};

/* Their names in JSON, and in words ("by IP IDs"); ended by NULL. */
extern const char *const split_source_names[];
extern const char *const split_source_texts[];

/* Frames that were too long and could not be split, for one @reason. */
struct split_refusal {
	const char *reason;
	uint64_t frames, first_frame;
};

/**
 * struct split_report - one capture, and what was made of it
 * @input, @output: as named
 * @format, @output_format: of these files
 * @error: why reading ended early; NULL if it did not
 * @times: "equal" or "spread"
 * @mtu: what counted as too long
 * @frames: that were looked at: @kept as they were, @filled in (checksums only), @split, @refused
 * @segments: that the split ones became
 * @most, @most_frame: the most segments of a frame, and the number of the first such frame; 0 if none
 * @written, @bytes: frames and bytes of the new capture
 * @sources: split frames by how their segment size was known
 */
struct split_report {
	const char *input, *output, *format, *output_format, *error, *times;
	uint32_t mtu;
	uint64_t frames, kept, filled, split, refused, segments, most, most_frame, written, bytes;
	uint64_t sources[SPLIT_SOURCES];
	const struct split_refusal *refusals;
	size_t nrefusals;
};

#endif
