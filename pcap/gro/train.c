/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a packet and of the train that it was shown?
 */
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
		    JUDGE_ID(ip) == JUDGE_ID(train->head.segment.ip[level]))
			train->fixed |= (uint8_t)(1u << level);
		train->ids[level] = JUDGE_ID(ip);
	}
}

/* What of the packet becomes a part of the train's header. */
static void update_head(const struct gro_rules *rules, struct gro_train *train,
			const struct gro_packet *packet)
{
	struct segment *head = &train->head.segment;
	const struct segment *segment = &packet->segment;

	head->control |= segment->control & SEGMENT_CONTROL_FLAGS(TCP_PSH | TCP_FIN);
	if (rules->model->timestamps_advance)
		head->stamps = segment->stamps;
	if (rules->model->updates_ack)
		head->control = (head->control & SEGMENT_CONTROL_ALL_FLAGS) |
				(segment->control & ~SEGMENT_CONTROL_ALL_FLAGS);
}

/* The packet goes before what was first, whose header it takes over. */
static void merge_front(struct gro_train *train, const struct gro_packet *packet)
{
	uint64_t flags = train->head.segment.control & SEGMENT_CONTROL_FLAGS(TCP_PSH | TCP_FIN);
	uint16_t outer = train->ids[LEVEL_OUTER];

	note_ids(train, packet);
	/* DPDK remembers the latest inner ID and the largest outer one (merge_two_vxlan_tcp4_packets()). */
	train->ids[LEVEL_OUTER] = outer;
	train->head.segment = packet->segment;
	train->head.segment.control |= flags;
	train->seq = packet->segment.seq;
}

/* Is a packet that differs in nothing but sequence number and ID certain to be merged as this was? */
static bool is_like_head(const struct segment *head, const struct segment *segment)
{
	return segment->control == head->control && segment->stamps == head->stamps &&
	       segment->options == head->options && segment->payload_len == head->payload_len;
}

/* Which bits of an IP header are certain; those of the ID are if they have no rule. */
static uint64_t expected_mask(const struct gro_rules *rules, uint64_t ip, enum level level)
{
	enum gro_reason reason = level == LEVEL_INNER ? GRO_ID : GRO_OUTER_ID;

	if (!(ip & SEGMENT_IP_V4) || !minded(rules, GRO_BIT(reason)) ||
	    rules->model->ids[level][has_df(ip)] == GRO_ID_ANY)
		return ~SEGMENT_IP_ID;
	return ~0ull;
}

static attr_always_inline uint64_t id_step(const struct gro_train *train, enum level level)
{
	return (uint64_t) !(train->fixed >> level & 1) << SEGMENT_IP_ID_SHIFT;
}

/* Could the rules see what these words do not: 16 bits that do not wrap, a bit for both levels? */
static bool is_expectable(const struct gro_rules *rules, const struct gro_train *train)
{
	const struct gro_model *model = rules->model;

	for (enum level level = 0; level < LEVELS; level++) {
		uint64_t ip = train->head.segment.ip[level];
		uint8_t rule = model->ids[level][has_df(ip)];

		if (!(ip & SEGMENT_IP_V4) || expected_mask(rules, ip, level) != ~0ull)
			continue;
		if (rule == GRO_ID_COUNTS_WRAPLESS ||
		    (train->fixed >> level & 1) != judge_is_fixed(model, train, level))
			return false;
	}
	return true;
}

static void expect(const struct gro_rules *rules, struct gro_train *train,
		   const struct gro_packet *packet)
{
	struct gro_expected *expected = &train->expected;
	bool chained = is_chained(rules, packet);
	uint32_t used = packet->head_len * (chained ? 2 : 1);

	expected->model = NULL;
	if (!is_like_head(&train->head.segment, &packet->segment) || packet->alone ||
	    used > rules->model->max_len || !is_expectable(rules, train))
		return;
	for (enum level level = 0; level < LEVELS; level++) {
		uint64_t ip = packet->segment.ip[level];

		expected->mask[level] = expected_mask(rules, ip, level);
		expected->ip[level] = ip + id_step(train, level);
	}
	expected->room = rules->model->max_len - used;
	expected->stop = rules->model->max_segments;
	/* The last one is merged, and then completes the train: not an expected one. */
	if (packet->protocol == GRO_UDP)
		expected->stop = JUDGE_CHAIN_PACKETS - 1;
	else if (chained)
		expected->stop = JUDGE_CHAIN_PACKETS;
	expected->mended = rules->mended;
	expected->model = rules->model;
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
	train->last_ns = packet->time_ns;
	step.ends = judge_completes(rules, train, packet);
	train->expected.model = NULL;
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

/*
 * Most packets of a train have all fields of the one before but those that have to count up. What is
 * not compared here is a part of the key, or was the same in the packet that led to the expectation.
 */
static attr_always_inline bool is_expected(const struct gro_rules *rules,
					   const struct gro_train *train,
					   const struct gro_packet *packet)
{
	const struct gro_expected *expected = &train->expected;
	const struct segment *head = &train->head.segment, *segment = &packet->segment;

	return expected->model == rules->model && expected->mended == rules->mended &&
	       !packet->alone && segment->seq == train->seq_end &&
	       !(((segment->ip[LEVEL_INNER] ^ expected->ip[LEVEL_INNER]) &
		  expected->mask[LEVEL_INNER]) |
		 ((segment->ip[LEVEL_OUTER] ^ expected->ip[LEVEL_OUTER]) &
		  expected->mask[LEVEL_OUTER])) &&
	       segment->control == head->control && segment->stamps == head->stamps &&
	       segment->options == head->options && segment->payload_len == head->payload_len &&
	       packet->needs == train->head.needs &&
	       train->payload + segment->payload_len <= expected->room &&
	       train->count != expected->stop;
}

struct gro_step gro_train_step(const struct gro_rules *rules, struct gro_train *train,
			       const struct gro_packet *packet)
{
	if (unlikely(!train || !is_expected(rules, train, packet)))
		return step_any(rules, train, packet);
	for (enum level level = 0; level < LEVELS; level++) {
		train->expected.ip[level] += id_step(train, level);
		train->ids[level] = JUDGE_ID(packet->segment.ip[level]);
	}
	train->count++;
	train->payload += packet->segment.payload_len;
	train->seq_end = packet->segment.seq_end;
	train->last = packet->number;
	train->last_ns = packet->time_ns;
	return (struct gro_step){.fate = GRO_MERGED};
}

void gro_train_begin(struct gro_train *train, const struct gro_packet *packet)
{
	train->head = *packet;
	train->expected.model = NULL;
	train->count = 1;
	train->payload = packet->segment.payload_len;
	train->seq = packet->segment.seq;
	train->seq_end = packet->segment.seq_end;
	train->last = packet->number;
	train->last_ns = packet->time_ns;
	train->ids[LEVEL_INNER] = JUDGE_ID(packet->segment.ip[LEVEL_INNER]);
	train->ids[LEVEL_OUTER] = JUDGE_ID(packet->segment.ip[LEVEL_OUTER]);
	train->fixed = 0;
	train->tag = 0;
}

uint32_t gro_train_len(const struct gro_train *train)
{
	return train->head.head_len + train->payload;
}

uint32_t gro_train_gso_size(const struct gro_train *train)
{
	return train->count > 1 ? train->head.segment.payload_len : 0;
}
