/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frame -> view -> flow -> trains, in a single pass: how much of a capture a receiver would merge,
 * what keeps it from more, and what each reason costs.
 *
 * Without limits of time and places flows do not touch each other, so each has its own trains; for
 * "what if" and for other models a flow gets further ones at the first packet at which they could
 * differ.
 */
#ifndef NOD_PCAP_GRO_STUDY_H
#define NOD_PCAP_GRO_STUDY_H

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/model/gro.h"
#include "pcap/gro/queue.h"

/*
 * What flows cost, all included: one in which nothing special happens, as most; and all together at most,
 * for each of max_flows: with the second chance of a tunnel, a branch, a second train and every reason that
 * there is. Beside that, some 20 MB of branches and trains let few flows have many of them.
 */
#define GRO_FLOW_BYTES	    512
#define GRO_FLOW_MOST_BYTES 1536

/**
 * struct gro_study_options - how to look
 * @rules: the receiver (nothing mended)
 * @all_models: count for every row of the table; else for those of Linux
 * @budget, @gap_ns: of the polled bound
 * @mtu: of the wire, to tell whether the capture is fit; 0: inferred
 * @max_flows: kept at the same time
 * @busiest: how many flows to list
 */
struct gro_study_options {
	struct view_options view;
	struct gro_scope scope;
	struct gro_rules rules;
	bool all_models;
	unsigned int budget;
	int64_t gap_ns;
	uint32_t mtu;
	size_t max_flows, busiest;
};

struct gro_study;

/* NULL if there is no memory. @options are copied. */
struct gro_study *gro_study_open(const struct gro_study_options *options) attr_must_check;
void gro_study_close(struct gro_study *study);

/* -1 and ERR_MEMORY if memory ran out. */
int gro_study_frame(struct gro_study *study, const struct frame *frame,
		    struct err *err) attr_must_check;

/*
 * Fill @report but for file, format, error, running, split and kernel; verdict too is made later, by
 * gro_verdict(). What it points to is owned by @arena. -1 and ERR_MEMORY.
 */
int gro_study_finish(struct gro_study *study, struct arena *arena, struct gro_report *report,
		     struct err *err) attr_must_check;

/* One to four sentences for a person. Owned by @arena; NULL if there is no memory. */
const char *gro_verdict(const struct gro_report *report, struct arena *arena) attr_must_check;

#endif
