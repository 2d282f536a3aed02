/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a detector says what it found: a struct finding is put together in an arena, fact by fact.
 * Nothing here fails by itself: when memory runs out, findings_failed() says so at the end.
 */
#ifndef NOD_PCAP_FINDINGS_H
#define NOD_PCAP_FINDINGS_H

#include "lib/base/arena.h"
#include "lib/model/finding.h"
#include "pcap/detector.h"

/**
 * struct spread - evidence collected over flows; what most detectors keep as their state
 * @count, @first, @last: frames (from 1)
 * @flows: that show it
 * @top, @top_count: the flow that shows it most. Only valid while that flow lives: a forgotten flow
 *                   is remembered by its endpoints alone
 */
struct spread {
	uint64_t count, first, last, flows;
	struct flow_key top_key;
	uint64_t top_count;
};

/* Add @tally of @flow. */
void spread_add(struct spread *spread, const struct flow *flow, const struct tally *tally);

/**
 * struct findings - a growing list
 */
struct findings {
	struct arena *arena;
	const struct flow_table *flows;
	struct finding *list;
	size_t count, room;
	bool failed;
};

/* A new finding of @self about @spread; NULL if memory ran out. Facts and advice are added to it. */
struct finding *findings_add(struct findings *findings, const struct detector *self,
			     enum severity severity, enum confidence confidence,
			     const struct spread *spread);

/* These accept a NULL @finding and do nothing then. */
void finding_text(struct findings *findings, struct finding *finding, const char *format, ...)
	attr_printf(3, 4);
void finding_number(struct findings *findings, struct finding *finding, const char *key,
		    uint64_t value);
void finding_real(struct findings *findings, struct finding *finding, const char *key,
		  double value);
void finding_string(struct findings *findings, struct finding *finding, const char *key,
		    const char *format, ...) attr_printf(4, 5);
void finding_advise(struct findings *findings, struct finding *finding, const char *format, ...)
	attr_printf(3, 4);

/* "1 frame", "12 frames" */
const char *plural(struct findings *findings, uint64_t count, const char *noun);

#endif
