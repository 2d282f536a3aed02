/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trains: consecutive segments of a flow that a receiver could merge, and what breaks them.
 *
 * This is the single-pass view: each segment is compared with the one before it, by the rules that
 * all generations of Linux GRO share (net/core/gro.c, net/ipv4/af_inet.c, net/ipv4/tcp_offload.c).
 */
#ifndef NOD_PCAP_SEGMENT_H
#define NOD_PCAP_SEGMENT_H

#include "pcap/detector.h"

/* Steps of IPv4 IDs, by level and DF bit: an array of LEVELS of these. */
typedef uint64_t id_counts[2][ID_STEPS];

/* What is compared of a frame that has an IP header, but for what traits say of it. */
void segment_read(struct segment *segment, const struct view *view);

/* Called with the context below; -1 ends the analysis. */
typedef int segment_show_fn(void *context);

/*
 * Compare the packet of @sight with the one before it in @sight->flow: add the traits of pairs and
 * of IDs, and count both in the flow; the steps of IDs in @ids too. Then it is the last one of its
 * flow. Between the two, if it has a trait of @wanted, sight->now is filled and @show is called.
 *
 * This is one call because a segment that is read, compared and kept need never be in memory but in
 * its flow.
 *
 * Returns 0, or what @show returned.
 */
int segment_step(struct sight *sight, id_counts *ids, uint64_t wanted, segment_show_fn *show,
		 void *context);

#endif
