/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frame -> view -> flow -> detectors -> findings, in a single pass.
 */
#ifndef NOD_PCAP_ANALYZE_H
#define NOD_PCAP_ANALYZE_H

#include "lib/base/arena.h"
#include "lib/model/capture.h"
#include "pcap/detector.h"

/**
 * struct analysis_options - how to look
 * @mtu: 0 to infer it
 * @max_flows: kept at the same time
 * @busiest: how many flows to list
 */
struct analysis_options {
	struct view_options view;
	uint32_t mtu;
	size_t max_flows, busiest;
};

struct analysis;

/* NULL if there is no memory. @options are copied. */
struct analysis *analysis_open(const struct analysis_options *options) attr_must_check;
void analysis_close(struct analysis *analysis);

/*
 * Look at one frame. Returns -1 and ERR_MEMORY if memory ran out. @sight may be NULL; else it is
 * filled for the caller and valid until the next call.
 */
int analysis_frame(struct analysis *analysis, const struct frame *frame, const struct sight **sight,
		   struct err *err) attr_must_check;

/*
 * Settle, judge and fill @capture; the strings and lists that it points to are owned by @arena.
 * @capture->file, format and error are left alone, and so is verdict. Returns -1 and ERR_MEMORY.
 */
int analysis_finish(struct analysis *analysis, struct arena *arena, struct capture *capture,
		    struct err *err) attr_must_check;

/*
 * What analysis_finish() would say now, without an end to it: for a look at a capture that goes on. Takes
 * time in proportion to the flows.
 */
int analysis_peek(struct analysis *analysis, struct arena *arena, struct capture *capture,
		  struct err *err) attr_must_check;

/* Where the capture is taken, as far as it says so; may be told again, the last word counts. */
void analysis_vantage(struct analysis *analysis, const struct vantage *vantage);

/* One to three sentences for a person: what @capture shows and what to do. Owned by @arena. */
const char *verdict_make(const struct capture *capture, struct arena *arena) attr_must_check;

#endif
