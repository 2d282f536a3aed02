/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices of a private namespace in which the running kernel merges: a veth whose one end holds frames
 * back until it is told to let go, and whose other end has GRO; tunnel devices; sockets.
 */
#ifndef NOD_PCAP_GRO_LAB_H
#define NOD_PCAP_GRO_LAB_H

#include "lib/nl/wire.h"
#include "pcap/gro/replay.h"

/* Longest frame that the bucket lets pass, and the MTU that it comes from. */
#define LAB_MTU	  65535
#define LAB_FRAME (LAB_MTU + 14)

/**
 * struct lab - what there is
 * @sender, @receiver: the ends of the veth, by number
 * @sockets: of UDP ports, @nsockets of them
 * @missing: see gro_replay_missing()
 */
struct lab {
	struct wire *wire;
	int sender, receiver;
	int *sockets;
	size_t nsockets;
	uint32_t missing;
};

/* In the namespace that the thread is in, which has no devices yet. lab_close() also after -1. */
int lab_open(struct lab *lab, const struct gro_replay_options *options,
	     struct err *err) attr_must_check;
void lab_close(struct lab *lab);

/*
 * Hold frames back from now on, but for one: who wants them all held sends one first, of LAB_FIRST bytes.
 * It is on its way before the next is sent.
 */
#define LAB_FIRST 1514
int lab_hold(struct lab *lab, struct err *err) attr_must_check;

/* Let go of all that is held, in one piece, with the next frame that is sent. */
int lab_let_go(struct lab *lab, struct err *err) attr_must_check;

#endif
