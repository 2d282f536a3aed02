/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Before frames can be split: how long were the segments on the wire? A first pass over the capture
 * answers it for each flow and, where a flow changed its mind, for each frame.
 */
#ifndef NOD_PCAP_SPLIT_SURVEY_H
#define NOD_PCAP_SPLIT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/model/split.h"
#include "pcap/view.h"

/**
 * struct split_size - of one frame
 * @segment: bytes of payload in each of its segments but the last
 * @fixed_id: bit 1 << level: its segments had the same IPv4 ID (next ID of its sender is as large)
 */
struct split_size {
	uint32_t segment;
	uint8_t source, fixed_id;
};

#define SPLIT_UNKNOWN 1

/**
 * struct split_survey_options - how to look
 * @mtu: 0 to infer it as `nod pcap` does
 * @segment: of all frames that are too long; 0 to find it out
 * @max_flows: kept at the same time
 */
struct split_survey_options {
	struct view_options view;
	uint32_t mtu, segment;
	size_t max_flows;
};

/*
 * Beside the flows (FLOW_MAX_BYTES each), what a survey keeps is 3 bytes for each frame longer than the
 * MTU, and of no more than these: how many segments later ones took is known of their flow only.
 */
#define SPLIT_SURVEY_MOST_FRAMES (16u << 20)

struct split_survey;

struct split_survey *split_survey_open(const struct split_survey_options *options) attr_must_check;
void split_survey_close(struct split_survey *survey);

/* The first pass: every frame, in order. -1 and ERR_MEMORY. */
int split_survey_frame(struct split_survey *survey, const struct frame *frame,
		       struct err *err) attr_must_check;

/* The first pass is over. */
int split_survey_settle(struct split_survey *survey, struct err *err) attr_must_check;

/*
 * In the second pass, asked before the next: the verdict on the innermost L4 header of @view, if it is
 * known from the first; else CSUM_VERDICTS.
 */
enum csum_verdict split_survey_verdict(const struct split_survey *survey, const struct view *view);

/*
 * The second pass, every frame in the same order: is the frame of @view longer than any on the wire, and
 * how long were its segments? @csums are its verdicts. SPLIT_NONE with segment 0: it is a frame of the
 * wire; with segment SPLIT_UNKNOWN: it is too long, and nobody knows.
 */
struct split_size split_survey_size(struct split_survey *survey, const struct view *view,
				    const uint8_t *csums);

/* As it was settled. */
uint32_t split_survey_mtu(const struct split_survey *survey);

#endif
