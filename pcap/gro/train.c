/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a packet and of the train that it was shown?
 */
#include <string.h>

#include "pcap/gro/judge.h"

static bool is_front(const struct gro_model *model, const struct gro_train *train,
		     const struct gro_packet *packet)
{
	return model->prepends && packet->protocol == GRO_TCP &&
	       packet->segment.seq != train->seq_end && packet->segment.seq_end == train->seq;
}

static void note_ids(struct gro_train *train, const struct gro_packet *packet)
{
	for (enum level level = 0; level < LEVELS; level++) {
		uint64_t ip = packet->segment.ip[level];

		if (train->count == 1 && ip & SEGMENT_IP_V4 &&
		    JUDGE_ID(ip) == JUDGE_ID(train->head.ip[level]))
			train->fixed |= (uint8_t)(1u << level);
		train->ids[level] = JUDGE_ID(ip);
	}
}

/* What of the packet becomes a part of the train's header. */
static void update_head(const struct gro_rules *rules, struct gro_train *train,
			const struct gro_packet *packet)
{
	struct gro_head *head = &train->head;
	const struct segment *segment = &packet->segment;

	head->control |= segment->control & SEGMENT_CONTROL_FLAGS(TCP_PSH | TCP_FIN);
	if (rules->model->timestamps_advance)
		head->stamps = segment->stamps;
	if (rules->model->updates_ack)
		head->control = (head->control & SEGMENT_CONTROL_ALL_FLAGS) |
				(segment->control & ~SEGMENT_CONTROL_ALL_FLAGS);
}

static void take_segment(struct gro_head *head, const struct segment *segment)
{
	head->ip[LEVEL_INNER] = segment->ip[LEVEL_INNER];
	head->ip[LEVEL_OUTER] = segment->ip[LEVEL_OUTER];
	head->control = segment->control;
	head->stamps = segment->stamps;
	head->options = segment->options;
	head->payload_len = segment->payload_len;
}

/* The packet goes before what was first, whose header it takes over. */
static void merge_front(struct gro_train *train, const struct gro_packet *packet)
{
	uint64_t flags = train->head.control & SEGMENT_CONTROL_FLAGS(TCP_PSH | TCP_FIN);
	uint16_t outer = train->ids[LEVEL_OUTER];

	note_ids(train, packet);
	/* DPDK remembers the latest inner ID and the largest outer one (merge_two_vxlan_tcp4_packets()). */
	train->ids[LEVEL_OUTER] = outer;
	take_segment(&train->head, &packet->segment);
	train->head.control |= flags;
	train->seq = packet->segment.seq;
}

/* In all that is compared but for what counts up. */
static attr_always_inline bool is_like_head(const struct gro_head *head,
					    const struct gro_packet *packet)
{
	const struct segment *segment = &packet->segment;

	return segment->control == head->control && segment->stamps == head->stamps &&
	       segment->options == head->options && segment->payload_len == head->payload_len &&
	       packet->head_len == head->head_len && packet->needs == head->needs;
}

/* Does the ID of this level matter? */
static bool is_any_id(const struct gro_rules *rules, uint64_t ip, enum level level)
{
	enum gro_reason reason = level == LEVEL_INNER ? GRO_ID : GRO_OUTER_ID;

	return !(ip & SEGMENT_IP_V4) || !minded(rules, GRO_BIT(reason)) ||
	       rules->model->ids[level][has_df(ip)] == GRO_ID_ANY;
}

/* Could the rules see what is_usual() does not: 16 bits that do not wrap, a bit for both levels? */
static bool is_countable(const struct gro_rules *rules, const struct gro_train *train,
			 enum level level)
{
	uint8_t rule = rules->model->ids[level][has_df(train->head.ip[level])];

	return rule != GRO_ID_COUNTS_WRAPLESS &&
	       (train->fixed >> level & 1) == judge_is_fixed(rules->model, train, level);
}

/* After a packet like the head, which was merged: would the next one be, if it is like it too? */
static void expect(const struct gro_rules *rules, struct gro_train *train,
		   const struct gro_packet *packet)
{
	const struct gro_model *model = rules->model;
	bool chained = is_chained(rules, packet);
	uint64_t used = (uint64_t)train->head.head_len * (chained ? 2 : 1);

	if (!is_like_head(&train->head, packet) || packet->alone || used > model->max_len)
		return;
	train->any_id = 0;
	for (enum level level = 0; level < LEVELS; level++) {
		if (is_any_id(rules, train->head.ip[level], level))
			train->any_id |= (uint8_t)(1u << level);
		else if (!is_countable(rules, train, level))
			return;
	}
	train->room = model->max_len - (uint32_t)used;
	train->stop = model->max_segments;
	/* The last one is merged, and then completes the train: not a usual one. */
	if (packet->protocol == GRO_UDP)
		train->stop = JUDGE_CHAIN_PACKETS - 1;
	else if (chained)
		train->stop = JUDGE_CHAIN_PACKETS;
	train->usual = rules;
}

static struct gro_step merge(const struct gro_rules *rules, struct gro_train *train,
			     const struct gro_packet *packet, bool front)
{
	struct gro_step step = {.fate = GRO_MERGED};

	if (front) {
		merge_front(train, packet);
	} else {
		note_ids(train, packet);
		update_head(rules, train, packet);
		train->seq_end = packet->segment.seq_end;
	}
	train->count++;
	train->payload += packet->segment.payload_len;
	train->last = packet->number;
	step.ends = judge_completes(rules, train, packet);
	train->usual = NULL;
	if (!step.ends && !front)
		expect(rules, train, packet);
	return step;
}

static attr_noinline struct gro_step step_any(const struct gro_rules *rules,
					      struct gro_train *train,
					      const struct gro_packet *packet)
{
	uint64_t unseen = judge_not_looked_at(rules, packet), unfit = 0, turned_away;
	uint64_t alone =
		minded(rules, packet->alone) | judge_unwanted_flags(rules, packet) | unseen;
	uint64_t early = unseen | (alone & packet->early);
	struct gro_step step = {.fate = GRO_BEGINS};
	uint64_t held;

	/* What UDP lacks does not matter where it is not merged. */
	if (unseen & GRO_BIT(GRO_PROTOCOL))
		alone &= ~(GRO_BIT(GRO_UDP_NO_CHECKSUM) | GRO_BIT(GRO_NO_PAYLOAD));
	if (train) {
		bool front = is_front(rules->model, train, packet);

		unfit = judge_fit(rules, train, packet, front);
		if (!(alone | unfit))
			return merge(rules, train, packet, front);
		turned_away = judge_turned_away(rules, packet, alone, unfit);
		/* Whether IDs stay the same was noted when they were compared. */
		if (turned_away && !early)
			note_ids(train, packet);
		early |= turned_away;
		if (rules->model->unfit_ends && !early)
			step.ends = alone | unfit;
	}
	/* Acknowledgments tell flows apart where trains begin with certain flags (DPDK, struct cmn_tcp_key). */
	held = judge_not_held(rules, packet, !train || unfit & GRO_BIT(GRO_ACK));
	if (alone | held)
		step.fate = GRO_PASSES;
	step.why = alone | unfit | held;
	return step;
}

static attr_always_inline bool is_next_ip(const struct gro_train *train,
					  const struct segment *segment, enum level level)
{
	uint64_t count = train->fixed >> level & 1 ? 0 : train->count;
	uint64_t next = train->head.ip[level] + (count << SEGMENT_IP_ID_SHIFT);
	uint64_t any = train->any_id >> level & 1 ? SEGMENT_IP_ID : 0;

	return !((segment->ip[level] ^ next) & ~any);
}

/*
 * Most packets of a train have all fields of the first but those that have to count up. What is not
 * compared here is a part of the key.
 */
static attr_always_inline bool is_usual(const struct gro_rules *rules,
					const struct gro_train *train,
					const struct gro_packet *packet)
{
	const struct segment *segment = &packet->segment;

	return train->usual == rules && !packet->alone && segment->seq == train->seq_end &&
	       is_next_ip(train, segment, LEVEL_INNER) && is_next_ip(train, segment, LEVEL_OUTER) &&
	       is_like_head(&train->head, packet) &&
	       train->payload + segment->payload_len <= train->room && train->count != train->stop;
}

struct gro_step gro_train_step(const struct gro_rules *rules, struct gro_train *train,
			       const struct gro_packet *packet)
{
	if (unlikely(!train || !is_usual(rules, train, packet)))
		return step_any(rules, train, packet);
	train->ids[LEVEL_INNER] = JUDGE_ID(packet->segment.ip[LEVEL_INNER]);
	train->ids[LEVEL_OUTER] = JUDGE_ID(packet->segment.ip[LEVEL_OUTER]);
	train->count++;
	train->payload += packet->segment.payload_len;
	train->seq_end = packet->segment.seq_end;
	train->last = packet->number;
	return (struct gro_step){.fate = GRO_MERGED};
}

void gro_train_begin(struct gro_train *train, const struct gro_packet *packet)
{
	const struct segment *segment = &packet->segment;

	take_segment(&train->head, segment);
	train->head.head_len = packet->head_len;
	train->head.inner_len = packet->inner_len;
	train->head.protocol = packet->protocol;
	train->head.tunnel = packet->tunnel;
	train->head.needs = packet->needs;
	train->usual = NULL;
	train->key = packet->key;
	train->last = packet->number;
	train->count = 1;
	train->payload = segment->payload_len;
	train->seq = segment->seq;
	train->seq_end = segment->seq_end;
	train->ids[LEVEL_INNER] = JUDGE_ID(segment->ip[LEVEL_INNER]);
	train->ids[LEVEL_OUTER] = JUDGE_ID(segment->ip[LEVEL_OUTER]);
	train->fixed = 0;
	train->tag = 0;
}

void gro_train_head(const struct gro_train *train, const uint32_t *parts, struct gro_packet *packet)
{
	const struct gro_head *head = &train->head;

	*packet = (struct gro_packet){
		.number = train->last,
		.segment = {.seq = train->seq,
			    .seq_end = train->seq + head->payload_len,
			    .payload_len = head->payload_len,
			    .ip = {head->ip[LEVEL_INNER], head->ip[LEVEL_OUTER]},
			    .control = head->control,
			    .stamps = head->stamps,
			    .options = head->options},
		.head_len = head->head_len,
		.inner_len = head->inner_len,
		.protocol = head->protocol,
		.tunnel = head->tunnel,
		.needs = head->needs,
	};
	memcpy(packet->parts, parts, sizeof(packet->parts));
}

uint32_t gro_train_len(const struct gro_train *train)
{
	return train->head.head_len + train->payload;
}

uint32_t gro_train_gso_size(const struct gro_train *train)
{
	return train->count > 1 ? train->head.payload_len : 0;
}
