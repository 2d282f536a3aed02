/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wrong checksums that no offload explains: corruption of single frames, or a flow that was
 * rewritten as a whole. Two detectors share the evidence and the decision.
 */
#ifndef NOD_PCAP_BADSUM_H
#define NOD_PCAP_BADSUM_H

#include "pcap/detector.h"
#include "pcap/findings.h"

/**
 * struct badsum_note - one flow
 * @ipv4: frames whose IPv4 header checksum is bad; @l4: whose L4 checksum is
 * @stale: both are, in a TCP frame: what DPDK GRO leaves
 * @retransmitted: the same sequence number came again, right
 * @repeated: it came again, wrong
 * @overtook: the data that precede it came right behind it, as a train that was held back does
 * @seq: of the last bad segment
 * @pending: it has not come again; @fresh: and nothing came since
 */
struct badsum_note {
	struct tally bad;
	uint32_t ipv4, l4, stale, retransmitted, repeated, overtook;
	uint32_t seq;
	bool pending, fresh;
};

enum badsum_kind {
	BADSUM_CORRUPT,
	BADSUM_FEW,
	BADSUM_STUCK,
	BADSUM_REWRITTEN,
	BADSUM_STALE,
	BADSUM_KINDS
};

struct badsum_case {
	struct spread spread;
	uint64_t ipv4, l4, retransmitted, overtook, repeated, right;
};

/**
 * struct badsum_state - the capture, by the kind that each flow was found to be
 */
struct badsum_state {
	struct badsum_case cases[BADSUM_KINDS];
	uint64_t flows_right;
};

#define BADSUM_NEEDS (TRAIT_CSUM_BAD | TRAIT_WATCHED)

/* It keeps the notes that both judge. */
extern const struct detector detect_checksum_corrupt;

void badsum_frame(void *note, const struct sight *sight, const struct judge *judge);
void badsum_flow(const struct judge *judge, const struct flow *flow, const void *note);

/*
 * Flows with too few frames to tell, all bad: do they belong to a file that was rewritten?
 */
bool badsum_few_are_rewritten(const struct badsum_state *state);

#endif
