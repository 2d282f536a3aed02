/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the detectors of IPv4 ID patterns have in common.
 */
#ifndef NOD_PCAP_IPID_H
#define NOD_PCAP_IPID_H

#include "pcap/detector.h"
#include "pcap/findings.h"

/* Whose ID: of the only IPv4 header, or the innermost or outermost of a tunnel. */
enum ipid_role {
	IPID_PLAIN,
	IPID_INNER,
	IPID_OUTER,
	IPID_ROLES
};

extern const char *const ipid_role_names[];

/**
 * struct ipid_note - one flow, by level: a flow without a tunnel has only the inner one
 * @steps: that are of the kind looked for
 * @hits: of these, between consecutive TCP segments with payload; @sole: and nothing else keeps a
 *        receiver from merging the two
 */
struct ipid_note {
	struct ipid_count {
		struct tally steps;
		uint32_t hits, sole;
	} levels[LEVELS];
};

/**
 * struct ipid_case - flows of one kind: a role, a DF bit, and whether the IDs alone do the harm
 */
struct ipid_case {
	struct spread spread;
	uint64_t steps[ID_STEPS], pairs, hits, sole;
	uint8_t tunnel;
};

struct ipid_state {
	struct ipid_case cases[IPID_ROLES][2][2];
};

/**
 * struct ipid_about - what a detector looks for
 * @roles: set of 1 << enum ipid_role
 * @step: ID_OTHER or ID_CONSTANT
 */
struct ipid_about {
	unsigned int roles;
	enum id_step step;
};

void ipid_frame(void *note, const struct sight *sight, const struct judge *judge);
void ipid_flow(const struct judge *judge, const struct flow *flow, const void *note);
void ipid_finish(const struct judge *judge, struct findings *findings);

/* Keeps the notes that the detector of inner IDs judges too. */
extern const struct detector detect_ipid_not_sequential;

#define IPID_DETECTOR(traits, about_)                                                    \
	.needs = (traits), .note_size = sizeof(struct ipid_note),                        \
	.state_size = sizeof(struct ipid_state), .frame = ipid_frame, .flow = ipid_flow, \
	.finish = ipid_finish, .data = (about_)

#endif
