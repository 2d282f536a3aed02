/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of a study share; nobody else needs it.
 */
#ifndef NOD_PCAP_GRO_STUDY_INTERNAL_H
#define NOD_PCAP_GRO_STUDY_INTERNAL_H

#include "pcap/csum.h"
#include "pcap/gro/lane.h"
#include "pcap/gro/study.h"
#include "pcap/scene.h"

/* Variants are numbered: "what if" by its reason, another model by its place behind them. */
#define VARIANT_MODELS GRO_REASONS
#define VARIANTS       64
#define VARIANT_BIT(i) (1ull << (i))

/**
 * struct variant - the same flows for another receiver
 * @parts: of a packet, that make its flow
 * @supers, @merged_frames, @merged_bytes: by how much it has more than the base
 * @largest: in its own lanes, and in the base's while it had none
 */
struct variant {
	struct gro_rules rules;
	uint32_t parts;
	int64_t supers, merged_frames, merged_bytes;
	uint32_t largest;
};

/**
 * struct branch - the lane of a variant in one flow, from where it went its own way
 * @lane: has counted what the base had counted then
 * @next: place of the flow's next branch
 */
struct branch {
	struct lane lane;
	uint32_t next;
	uint8_t variant;
};

/**
 * struct flow_reasons - why trains of one flow ended, in blocks of a few reasons
 * @times: 0 ends the block
 * @saves: super-frames fewer without it
 */
#define FLOW_REASONS 4
struct flow_reasons {
	uint32_t next, times[FLOW_REASONS];
	int32_t saves[FLOW_REASONS];
	uint8_t reasons[FLOW_REASONS];
};

/**
 * struct second - the second chance of a flow: the lane behind its tunnel
 * @lane: counts the trains that came merged from the NIC too
 * @bytes, @frames: data that came out of the tunnel
 */
struct second {
	struct lane lane;
	uint64_t bytes;
	uint32_t frames;
};

/**
 * struct flow_state - what a study keeps of a flow with data
 *
 * flow->notes is its place. Of the flow itself, frames and payload are those of its data.
 *
 * @ended: what came of its last data packet, if no later one can be merged with that
 * @variants: that have a branch
 * @branches, @reasons, @second: places, 0 if there is none
 * @largest: of the base; its lane begins anew whenever a variant parts or comes back
 * @parts: of the base's latest train, or of the packet that went up alone behind it
 */
struct flow_state {
	struct lane base;
	uint64_t ended, variants;
	uint32_t branches, reasons, second, largest;
	uint32_t parts[GRO_PARTS];
};

/**
 * struct unfit - frames that no wire has seen
 * @sight: of the frame, as far as the scene looks at it
 * @bytes: payload of those longer than the usual MTU
 * @marked: frames within it that are merged or not yet split all the same
 */
struct unfit {
	struct scene scene;
	struct sight sight;
	uint64_t bytes, marked;
};

/**
 * struct gro_study - see study.h
 * @data_bits: protocols that may be merged, set of 1 << enum gro_protocol
 * @asked: variants that are counted; @lazy of them are those of other models that differ from the base in
 *         IDs and flags alone, @eager those that have a branch in every flow
 * @odd_flags: TCP flags that some of the lazy models treat in another way than the base
 * @second_rules: behind the tunnel; without a model there is no second chance
 * @upper, @tunnel_device: of the flows that are settled; @tunnelled: @upper of those that have a second
 *         chance
 * @times, @alone: by reason
 * @unfollowed: branches for which there was no place
 * @failed: memory ran out where it could not be said
 */
struct gro_study {
	struct gro_study_options options;
	const struct sum_ops *sums;
	struct flow_table *flows;
	struct gro_queue *queue;
	struct pool states, branches, held, reasons, seconds;
	uint32_t data_bits, parts;
	uint64_t asked, lazy, eager, odd_flags;
	struct variant variants[VARIANTS];
	struct gro_rules second_rules;
	struct gro_count upper, polled, tunnelled, tunnel_device;
	uint64_t times[GRO_REASONS], alone[GRO_REASONS];
	uint64_t frames, bytes, unfollowed;
	bool failed;
	struct unfit unfit;
	struct capture_checksums checksums;

	struct view view;
	uint8_t csums[VIEW_MAX_HEADERS];
	struct gro_packet packet;
};

/* reasons.c: the parts that make flows to a receiver with these rules; and the key that they give. */
uint32_t study_parts(const struct gro_rules *rules);

static inline uint64_t study_key(const struct gro_packet *packet, uint32_t parts)
{
	return likely(parts == GRO_PARTS_ALL) ? packet->key : gro_packet_key(packet, parts);
}

static inline bool study_counts(const struct gro_study *study, uint8_t protocol,
				uint32_t payload_len, uint64_t control)
{
	return study->data_bits >> protocol & 1 && payload_len &&
	       !(control & SEGMENT_CONTROL_FLAGS(TCP_SYN | TCP_RST));
}

static inline bool study_is_data(const struct gro_study *study, const struct gro_packet *packet)
{
	return study_counts(study, packet->protocol, packet->segment.payload_len,
			    packet->segment.control);
}

/* flows.c: one packet of a flow. -1 if there is no memory. */
int flow_packet(struct gro_study *study, struct flow *flow,
		const struct gro_packet *packet) attr_must_check;

/* All trains of the flow are complete; what it has is counted, and kept in its state. */
int flow_settle(struct gro_study *study, struct flow *flow) attr_must_check;

/* What a settled flow with data has, as a report says it. */
void flow_counts(const struct gro_study *study, const struct flow *flow, struct gro_flow *out);

/* Give back the state of a settled flow. */
void flow_release(struct gro_study *study, struct flow *flow);

static inline struct flow_state *flow_state(const struct gro_study *study, const struct flow *flow)
{
	return flow->notes ? pool_at(&study->states, flow->notes) : NULL;
}

/* The reason that costs most in this flow and how often it was met; NULL if there is none. */
const char *flow_reason(const struct gro_study *study, const struct flow_state *state,
			uint64_t *times);

/* reasons.c: count @why in the study and in the flow; and what a variant has saved in it. */
int reasons_count(struct gro_study *study, struct flow_state *state, uint64_t why) attr_must_check;
int reasons_save(struct gro_study *study, struct flow_state *state, unsigned int reason,
		 int64_t saves) attr_must_check;
void reasons_release(struct gro_study *study, struct flow_state *state);

/* Which reasons it has that @packet is of another flow than that of @before, by the set @parts. */
uint64_t reasons_of_parts(const struct gro_packet *packet, const uint32_t *before, uint32_t parts);

/* variants.c */
void variants_open(struct gro_study *study);

/**
 * struct turn - one packet in the base's lane, before it is settled there
 * @parts: reasons by which it is of another flow than the packet before
 * @odd: models could differ at it; @before: the train that it was shown then, as it was
 */
struct turn {
	struct move *move;
	uint64_t parts;
	bool odd;
	struct gro_train before;
};

/* Could some lazy model see this packet in another way, beside this train (which may be NULL)? */
static attr_always_inline bool variants_odd(const struct gro_study *study,
					    const struct gro_train *train,
					    const struct gro_packet *packet)
{
	const struct segment *now = &packet->segment;
	uint64_t v4 = SEGMENT_IP_V4, flags = now->control | (train ? train->head.control : 0);
	uint64_t inner = now->ip[LEVEL_INNER], outer = now->ip[LEVEL_OUTER];

	if (unlikely(flags & study->odd_flags))
		return true;
	if (!train)
		return false;
	inner -= train->head.ip[LEVEL_INNER] + ((uint64_t)train->count << SEGMENT_IP_ID_SHIFT);
	outer -= train->head.ip[LEVEL_OUTER] + ((uint64_t)train->count << SEGMENT_IP_ID_SHIFT);
	return unlikely(((inner & SEGMENT_IP_ID) && (now->ip[LEVEL_INNER] & v4)) ||
			((outer & SEGMENT_IP_ID) && (now->ip[LEVEL_OUTER] & v4)));
}

/* Branch off what goes its own way from here on, and show the packet to all branches. */
int variants_packet(struct gro_study *study, struct flow_state *state,
		    struct turn *turn) attr_must_check;

/* Take back branches that hold the same as the base again. */
int variants_rejoin(struct gro_study *study, struct flow_state *state,
		    const struct gro_packet *packet) attr_must_check;

/* Count all branches, and give them back. */
int variants_settle(struct gro_study *study, struct flow_state *state) attr_must_check;

/* second.c: what comes out of a tunnel: a train, or a packet alone. The context is struct chance. */
struct chance {
	struct gro_study *study;
	struct second *second;
};

bool second_possible(const struct gro_study *study, const struct gro_packet *packet);
int second_train(void *context, const struct gro_train *train,
		 const uint32_t *parts) attr_must_check;
int second_packet(const struct chance *chance, const struct gro_packet *packet) attr_must_check;
int second_settle(const struct chance *chance) attr_must_check;

/* unfit.c: one frame of @flow, whose digest is study->packet. */
void unfit_open(struct gro_study *study);
void unfit_frame(struct gro_study *study, struct flow *flow, uint32_t verdicts);

/* After the last frame: how many there were, and whether they are too many. */
bool unfit_settle(struct gro_study *study, uint64_t *oversized);

#endif
