/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A train is what a receiver holds of one flow: packets that will go up as one. Does the next packet
 * belong to it, and if not, why?
 */
#ifndef NOD_PCAP_GRO_TRAIN_H
#define NOD_PCAP_GRO_TRAIN_H

#include "pcap/gro/model.h"
#include "pcap/gro/packet.h"

/**
 * struct gro_rules - a model in a mode, and what is supposed to be mended
 * @mended: reasons that are taken not to be there
 */
struct gro_rules {
	const struct gro_model *model;
	enum gro_mode mode;
	uint64_t mended;
};

/**
 * struct gro_head - what a train keeps of the header that its packets have in common
 *
 * Of the first packet, with the flags that were merged into it, and what a model updates. A receiver
 * with a million flows has a million of them: what is not asked again is not kept.
 */
struct gro_head {
	uint64_t ip[LEVELS], control, stamps;
	uint32_t options, payload_len, head_len, inner_len;
	uint8_t protocol, tunnel, needs;
};

/**
 * struct gro_train - packets that were merged, or one that is held; may be copied
 * @usual: rules by which the next packet is merged without further questions if it is like the head and
 *         counts up; NULL if every question has to be asked
 * @room: bytes of payload that the train may have then; @stop: packets at which there is no more room
 * @any_id: bit 1 << level: no ID is wrong then
 * @key: of the flow
 * @last: number of the latest packet
 * @count, @payload: packets, and bytes of payload in them
 * @seq, @seq_end: its range
 * @ids: of the packet that was merged last, by level
 * @fixed: bit 1 << level: the second packet had the ID of the first
 * @tag: of whoever holds it
 */
struct gro_train {
	struct gro_head head;
	uint8_t fixed, any_id, stop;
	uint16_t ids[LEVELS];
	uint32_t count, payload, seq, seq_end, room, tag;
	const struct gro_rules *usual;
	uint64_t key, last;
};

enum gro_fate {
	GRO_MERGED, /* it is now a part of the train */
	GRO_BEGINS, /* it does not fit; it can be the first of a new one */
	GRO_PASSES, /* it goes up as it is */
};

/**
 * struct gro_step - what becomes of a packet and of the train it was shown
 * @why: GRO_BEGINS and GRO_PASSES: all reasons why it was not merged; GRO_PASSES: with those why it
 *       is not held. Of GRO_BEGINS without a train: 0
 * @ends: why the train is complete now, and goes up before the packet does; 0 if it goes on. After
 *        GRO_MERGED: push, fin, short, full. Else why the packet was not merged, unless it passes the
 *        train by (gro_packet.early), or the model lets trains go on
 */
struct gro_step {
	enum gro_fate fate;
	uint64_t why, ends;
};

/*
 * Show @packet to @train, which is of the same flow (same key) or NULL if none is held. If it is
 * merged, @train has it; whoever holds trains does the rest. @rules may be remembered in the train, and have
 * to stay where and as they are until it is complete.
 */
struct gro_step gro_train_step(const struct gro_rules *rules, struct gro_train *train,
			       const struct gro_packet *packet);

/* Begin a train with a packet whose fate is GRO_BEGINS. */
void gro_train_begin(struct gro_train *train, const struct gro_packet *packet);

/*
 * Its head as a packet, of which @parts were kept elsewhere: without key and time, and without reasons
 * that the rules of the train do not mind.
 */
void gro_train_head(const struct gro_train *train, const uint32_t *parts,
		    struct gro_packet *packet);

/* What its super-frame has: bytes from the outermost IP header on, and gso_size (0 if it is one). */
uint32_t gro_train_len(const struct gro_train *train);
uint32_t gro_train_gso_size(const struct gro_train *train);

#endif
