/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lane is what one kind of receiver holds of one flow, and what it has made of it so far: the trains
 * of the flow under one set of rules. There is no limit of time, and other flows need no places.
 */
#ifndef NOD_PCAP_GRO_LANE_H
#define NOD_PCAP_GRO_LANE_H

#include "pcap/gro/pool.h"
#include "pcap/gro/train.h"

/* Trains of one flow at the same time: MAX_GRO_SKBS of Linux; fewer if the pool is full. */
#define LANE_HELD 8

/**
 * struct held - a train beside the latest one of its lane
 * @next: the one before it, 0 if there is none
 * @parts: of its packets, where the lane keeps them
 */
struct held {
	struct gro_train train;
	uint32_t next;
	uint32_t parts[GRO_PARTS];
};

/**
 * struct lane - the trains of one flow
 * @train: the one that took a packet last. If its count is 0 it is complete, and only its key is
 *         meaningful: of the packet that began it
 * @more: further trains, latest first; places in the pool of struct held
 * @supers: super-frames begun, single packets among them
 * @merged_frames, @merged_bytes: of those in super-frames of two and more
 * @largest: most packets in one that took a packet since this was last set to 0; 0 if nothing was merged
 */
struct lane {
	struct gro_train train;
	uint64_t merged_bytes;
	uint32_t more, supers, merged_frames, largest;
};

/* Called with each train that is complete, and the parts of its packets. */
typedef int lane_done(void *context, const struct gro_train *train, const uint32_t *parts);

/**
 * struct move - one packet on its way through a lane
 * @key: of its flow in this lane
 * @data: it counts: it has payload that may be merged
 * @held: pool of struct held
 * @done: may be NULL
 * @parts: of the lane's latest train, kept by the caller; NULL for a lane whose parts nobody asks for
 * @before: if not NULL, room for a train that is shown to it behind others, as it was before
 * @shown: the train that it was shown; NULL if none is held of its flow
 * @step: what came of it
 * @seen: reasons that any train had, or has now to be complete
 * @saved: @shown is such a train, and in @before
 */
struct move {
	const struct gro_packet *packet;
	const struct gro_rules *rules;
	uint64_t key;
	bool data;
	struct pool *held;
	lane_done *done;
	void *context;
	uint32_t *parts;
	struct gro_train *before, *shown;
	struct gro_step step;
	uint64_t seen;
	bool saved;
};

/* The latest train of the flow @key; NULL if none is held. */
struct gro_train *lane_find(struct lane *lane, const struct pool *held, uint64_t key);

/* Show the packet to the trains of its flow: fills @move->shown and step. */
void lane_show_others(struct lane *lane, struct move *move);

static attr_always_inline void lane_show(struct lane *lane, struct move *move)
{
	struct gro_train *train = &lane->train;

	move->saved = false;
	move->seen = 0;
	if (likely(train->count && train->key == move->key)) {
		move->shown = train;
		move->step = gro_train_step(move->rules, train, move->packet);
		move->seen = move->step.why | move->step.ends;
		if (likely(move->step.fate == GRO_MERGED || move->step.ends || !lane->more))
			return;
	} else {
		move->shown = NULL;
	}
	lane_show_others(lane, move);
}

/* Count a packet that @train has taken. */
static attr_always_inline void lane_count(struct lane *lane, const struct gro_train *train,
					  const struct gro_packet *packet)
{
	bool second = train->count == 2;

	lane->merged_frames += 1u + second;
	lane->merged_bytes += second ? train->payload : packet->segment.payload_len;
	if (train->count > lane->largest)
		lane->largest = train->count;
}

/* Carry out what @move->step says. -1 if there is no memory. */
int lane_settle(struct lane *lane, struct move *move) attr_must_check;

/* All trains are complete, the oldest first. -1 as @move->done, of which no more is needed. */
int lane_end(struct lane *lane, struct move *move) attr_must_check;

/* Give back what is held, uncounted. */
void lane_drop(struct lane *lane, struct pool *held);

/* A lane with the same trains, and all counted that @lane has but the largest. -1 if there is no memory. */
int lane_fork(struct lane *fork, const struct lane *lane, struct pool *held) attr_must_check;

/* The train of @fork that is a copy of @train, which is one of @lane. */
struct gro_train *lane_twin(struct lane *fork, const struct lane *lane, const struct pool *held,
			    const struct gro_train *train);

#endif
