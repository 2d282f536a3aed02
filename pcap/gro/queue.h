/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One receive queue as the kernel has it (net/core/gro.c): buckets of held trains, polls that end.
 * Packets go in in order, super-frames come out in the order in which the stack gets them.
 */
#ifndef NOD_PCAP_GRO_QUEUE_H
#define NOD_PCAP_GRO_QUEUE_H

#include "lib/base/attr.h"
#include "pcap/gro/train.h"

/* GRO_HASH_BUCKETS and MAX_GRO_SKBS of Linux, NAPI_POLL_WEIGHT. */
#define GRO_QUEUE_BUCKETS 8
#define GRO_QUEUE_HELD	  8
#define GRO_QUEUE_BUDGET  64

/**
 * struct gro_queue_options - how packets come and go
 * @buckets: 1 to GRO_QUEUE_BUCKETS; 1 for a NIC that computes no hash
 * @budget: packets of a poll, after which all trains are complete; 0 for no limit
 * @gap_ns: a poll is over when the next packet comes later than this; 0 for no limit
 */
struct gro_queue_options {
	struct gro_rules rules;
	unsigned int buckets, budget;
	int64_t gap_ns;
};

/*
 * Called for each super-frame and each packet that goes up as it is (count is 1, and @ends then has
 * why), in order. @train is valid for the call; its tag is that of its first packet.
 */
typedef void gro_queue_deliver(void *context, const struct gro_train *train, uint64_t ends);

struct gro_queue;

struct gro_queue *gro_queue_open(const struct gro_queue_options *options,
				 gro_queue_deliver *deliver, void *context) attr_must_check;
void gro_queue_close(struct gro_queue *queue);

/*
 * Take one packet; returns the tag of the train that it is a part of now: @tag, unless it was merged.
 */
uint32_t gro_queue_receive(struct gro_queue *queue, const struct gro_packet *packet, uint32_t tag);

/* The poll is over: all trains are complete, because of @why. */
void gro_queue_flush(struct gro_queue *queue, enum gro_reason why);

#endif
