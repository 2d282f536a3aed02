/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the detectors have in common that count one way in which trains of segments are broken.
 */
#ifndef NOD_PCAP_TRAIN_H
#define NOD_PCAP_TRAIN_H

#include "pcap/detector.h"
#include "pcap/findings.h"

/**
 * struct train_about - the words of a detector whose whole work is to count one BREAK_ trait
 * @severity: if the break alone stops at least a tenth of the pairs
 * @text: ends the sentence "In N of M consecutive segments ..."
 * @advice: commands, ended by NULL
 */
struct train_about {
	enum severity severity;
	const char *text;
	const char *const *advice;
};

/**
 * struct train_note - pairs of one flow that show the break
 * @sole: nothing else stops these
 */
struct train_note {
	struct tally pairs;
	uint32_t sole;
};

/**
 * struct train_state - the same for the capture
 * @pairs: all pairs of the flows that count
 */
struct train_state {
	struct spread spread;
	uint64_t sole, pairs;
};

/* For detectors that only count one break; their needs is that one BREAK_ trait. */
void train_frame(void *note, const struct sight *sight, const struct judge *judge);
void train_flow(const struct judge *judge, const struct flow *flow, const void *note);
void train_finish(const struct judge *judge, struct findings *findings);

/* The pieces, for detectors that count a break and something of their own. */
void train_add_flow(struct train_state *state, const struct flow *flow,
		    const struct train_note *note);
bool train_is_worth(const struct train_state *state);

#define TRAIN_DETECTOR(trait, about_)                                                       \
	.needs = (trait), .note_size = sizeof(struct train_note),                           \
	.state_size = sizeof(struct train_state), .frame = train_frame, .flow = train_flow, \
	.finish = train_finish, .data = (about_)

#endif
