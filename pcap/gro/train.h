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
 * struct gro_expected - what the next packet of a train has if it is like those before it
 * @model, @mended: of the rules by which it may then be merged without further questions; NULL if
 *                  every question has to be asked. A train knows one mode only
 * @ip, @mask: words of the IP headers as in struct segment, by level, and which bits have to be right
 * @room: bytes of payload that the train may have; @stop: packets at which there is no more room
 */
struct gro_expected {
	const struct gro_model *model;
	uint64_t mended, ip[LEVELS], mask[LEVELS];
	uint32_t room, stop;
};

/**
 * struct gro_train - packets that were merged, or one that is held; may be copied
 * @head: of the first packet, with the flags that were merged into it, and what a model updates
 * @expected: of the next packet
 * @count, @payload: packets, and bytes of payload in them
 * @last, @last_ns: the latest packet
 * @seq, @seq_end: its range, which @head alone does not have where packets can go in front
 * @ids: of the packet that was merged last, by level
 * @fixed: bit 1 << level: the second packet had the ID of the first
 * @tag: of whoever holds it
 */
struct gro_train {
	struct gro_packet head;
	struct gro_expected expected;
	uint32_t count, payload, seq, seq_end;
	uint64_t last;
	int64_t last_ns;
	uint16_t ids[LEVELS];
	uint8_t fixed;
	uint32_t tag;
};

/**
 * struct gro_rules - a model in a mode, and what is supposed to be mended
 * @mended: reasons that are taken not to be there
 */
struct gro_rules {
	const struct gro_model *model;
	enum gro_mode mode;
	uint64_t mended;
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
 * merged, @train has it; whoever holds trains does the rest.
 */
struct gro_step gro_train_step(const struct gro_rules *rules, struct gro_train *train,
			       const struct gro_packet *packet);

/* Begin a train with a packet whose fate is GRO_BEGINS. */
void gro_train_begin(struct gro_train *train, const struct gro_packet *packet);

/* What its super-frame has: bytes from the outermost IP header on, and gso_size (0 if it is one). */
uint32_t gro_train_len(const struct gro_train *train);
uint32_t gro_train_gso_size(const struct gro_train *train);

#endif
