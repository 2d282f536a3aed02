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

/* Fill @sight->now from @sight->view and the traits that are known already. */
void segment_read(struct sight *sight);

/*
 * Compare @sight->now with the packet before it in @sight->flow: set the steps of the IDs, add the
 * traits of pairs, and count both in the flow.
 */
void segment_compare(struct sight *sight);

/* Make it the last one of its flow. */
void segment_advance(struct sight *sight);

#endif
