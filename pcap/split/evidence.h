/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to pcap/split: what a flow tells of the length of its segments, and what follows from that.
 *
 * Lengths are those of L4 packets, header and payload: a sender that has options to send puts less
 * payload into its segments, and they stay as long as they were.
 */
#ifndef NOD_PCAP_SPLIT_EVIDENCE_H
#define NOD_PCAP_SPLIT_EVIDENCE_H

#include "pcap/split/survey.h"

/* Different segment lengths of one flow that are told apart. */
#define EVIDENCE_GROUPS 4

/**
 * struct evidence_group - frames whose number of segments agrees with one segment length
 * @least, @most: it is within these
 * @frames: how many
 * @exact: so many of them are whole multiples of @least
 */
struct evidence_group {
	uint16_t least, most;
	uint32_t frames, exact;
};

/**
 * struct evidence - kept of a flow with frames longer than the MTU
 * @strides: frames of which the number of segments is known; @whole: that took one ID, as one packet does
 * @ordinal, @header: of the last such frame: which of all, and the length of its L4 header
 */
struct evidence {
	struct evidence_group groups[EVIDENCE_GROUPS];
	uint32_t strides, whole, ordinal;
	uint16_t header;
};

/**
 * struct evidence_frame - a frame that is to be judged
 * @payload, @header: bytes behind its L4 header, and of that header
 * @strides: segments it took by its sender's IDs; 0 or 1 if unknown
 * @longest, @longest_count: see struct flow
 * @mss, @mtu: what limits its segments: announced (0 if unknown), and what fits the MTU
 * @udp: datagrams have no sequence numbers: nothing is guessed
 */
struct evidence_frame {
	uint32_t payload, strides, longest, longest_count, mss, mtu;
	uint16_t header;
	bool udp;
};

/* A frame of @payload bytes behind an L4 header of evidence->header bytes took @segments IDs, at least 2. */
void evidence_add(struct evidence *evidence, uint32_t payload, uint32_t segments);

/* How long were the segments of @frame? fixed_id is left 0; SPLIT_UNKNOWN if nothing tells. */
struct split_size evidence_judge(const struct evidence *evidence,
				 const struct evidence_frame *frame);

#endif
