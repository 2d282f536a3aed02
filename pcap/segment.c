/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would a receiver merge this segment with the one before it, and if not, why?
 */
#include "pcap/segment.h"

/* Below this many bytes a segment, a jump of the ID is no longer taken for a count of segments. */
#define LEAST_SEGMENT 88

static inline uint32_t mix(uint32_t hash, uint32_t word)
{
	return (hash ^ word) * 0x9e3779b1u;
}

struct options {
	uint32_t mixed, tsval, tsecr;
};

/* All option bytes but the values of timestamps, which are kept apart. */
static attr_noinline struct options read_options(const uint8_t *p, uint32_t length)
{
	struct options options = {.mixed = length + 20};
	uint32_t off = 0;

	while (off < length) {
		uint32_t size = p[off] < 2 ? 1 : off + 1 < length ? p[off + 1] : 0;

		if (p[off] == 0 || size == 0 || off + size > length || (p[off] >= 2 && size < 2))
			break;
		if (p[off] == 8 && size == 10) {
			options.tsval = load_be32(p + off + 2);
			options.tsecr = load_be32(p + off + 6);
			options.mixed = mix(options.mixed, 0x080a);
		} else {
			for (uint32_t i = 0; i < size; i++)
				options.mixed = mix(options.mixed, p[off + i]);
		}
		off += size;
	}
	for (; off < length; off++)
		options.mixed = mix(options.mixed, p[off]);
	return options;
}

static inline void read_tcp(struct segment *now, const struct view *view,
			    const struct header *header)
{
	const uint8_t *p = view_header(view, header);

	now->flags |= view->payload_len ? SEGMENT_TCP | SEGMENT_TCP_DATA : SEGMENT_TCP;
	now->seq = load_be32(p + 4);
	now->seq_end = now->seq + view->payload_len;
	now->ack = load_be32(p + 8);
	now->tcp_flags = p[13];
	now->window = load_be16(p + 14);
	now->options = header->len;
	if (header->len == 20 || !span_at(view->bytes, header->off, header->len))
		return;
	/* What nearly all senders write: two NOPs and the timestamps. */
	if (likely(header->len == 32 && load_be32(p + 20) == 0x0101080a)) {
		now->tsval = load_be32(p + 24);
		now->tsecr = load_be32(p + 28);
	} else {
		struct options options = read_options(p + 20, header->len - 20);

		now->options = options.mixed;
		now->tsval = options.tsval;
		now->tsecr = options.tsecr;
	}
}

static inline void read_ip(struct segment *now, const struct view *view, const struct header *ip,
			   enum level level)
{
	const uint8_t *p = view_header(view, ip);

	if (ip->kind == HEADER_IPV6) {
		now->ttl_tos[level] = (uint16_t)(p[7] << 8 | (uint8_t)(load_be16(p) >> 4));
		now->label = mix(now->label, load_be32(p) & 0xfffff);
		return;
	}
	now->ttl_tos[level] = (uint16_t)(p[8] << 8 | p[1]);
	now->ids[level] = load_be16(p + 4);
	now->flags |= (uint16_t)(SEGMENT_IPV4 << level | (p[6] >> 6 & 1) * (SEGMENT_DF << level));
}

/* The UDP header right behind the outermost IP header, if it carries the tunnel. */
static inline void read_outer_udp(struct segment *now, const struct view *view)
{
	unsigned int next = view->ips[0] + 1u;
	const uint8_t *p;

	while (next < view->nheaders && view->headers[next].kind >= HEADER_IPV6_EXT &&
	       view->headers[next].kind <= HEADER_IPV6_FRAGMENT)
		next++;
	if (next == view->nheaders || view->headers[next].kind != HEADER_UDP)
		return;
	p = view_header(view, &view->headers[next]);
	now->outer_src_port = load_be16(p);
	now->flags |= load_be16(p + 6) ? SEGMENT_UDP_SOME : SEGMENT_UDP_NONE;
}

static inline struct segment read_segment(const struct sight *sight)
{
	const struct view *view = sight->view;
	const struct header *l4 = view_l4(view);
	struct segment now = {.flags = SEGMENT_VALID,
			      .payload_len = view->payload_len,
			      .train_len = view->payload_len};

	if (l4 && l4->kind == HEADER_TCP && !(view->flags & VIEW_FRAGMENT))
		read_tcp(&now, view, l4);
	read_ip(&now, view, view_ip(view, view->nips - 1u), LEVEL_INNER);
	if (view->nips > 1) {
		read_ip(&now, view, view_ip(view, 0), LEVEL_OUTER);
		read_outer_udp(&now, view);
	}
	if (unlikely(sight->traits & TRAIT_OVERSIZED)) {
		now.flags |= SEGMENT_OVERSIZED;
		if (sight->traits & (TRAIT_CSUM_OFFLOAD | TRAIT_CSUM_ZERO | TRAIT_LEN_ZERO))
			now.flags |= SEGMENT_MERGED;
	}
	return now;
}

/* A frame that stands for several segments takes as many IDs. */
static inline bool is_segment_stride(const struct segment *last, uint16_t delta)
{
	return last->flags & SEGMENT_OVERSIZED && delta > 1 &&
	       delta <= last->payload_len / LEAST_SEGMENT + 1;
}

static inline uint64_t compare_id(struct sight *sight, const struct segment *now,
				  enum level level, id_counts *ids)
{
	static const uint64_t other[LEVELS] = {BREAK_ID_INNER, BREAK_ID_OUTER};
	static const uint64_t constant[LEVELS] = {BREAK_ID_INNER_CONST, BREAK_ID_OUTER_CONST};
	struct flow *flow = sight->flow;
	uint16_t delta = (uint16_t)(now->ids[level] - flow->last.ids[level]);
	bool df = now->flags >> level & SEGMENT_DF;
	enum id_step step = delta == 1 ? ID_PLUS_ONE : delta ? ID_OTHER : ID_CONSTANT;

	sight->id_delta[level] = delta;
	sight->id_valid |= (uint8_t)(1u << level);
	flow->ids[level][df][step]++;
	ids[level][df][step]++;
	if (likely(delta == 1))
		return 0;
	if (!delta)
		return TRAIT_ID | (df ? 0 : constant[level]);
	return TRAIT_ID | (is_segment_stride(&flow->last, delta) ? 0 : other[level]);
}

static inline uint64_t compare_ip(struct sight *sight, const struct segment *now, enum level level,
				  id_counts *ids)
{
	const struct segment *last = &sight->flow->last;
	uint16_t differs = now->ttl_tos[level] ^ last->ttl_tos[level];
	uint64_t breaks = 0;

	if (unlikely(differs))
		breaks |= (differs & 0xff00 ? BREAK_TTL : 0) | (differs & 0xff ? BREAK_TOS : 0);
	if (!(now->flags & last->flags & SEGMENT_IPV4 << level))
		return breaks;
	if (unlikely((now->flags ^ last->flags) & SEGMENT_DF << level))
		breaks |= BREAK_DF;
	return breaks | compare_id(sight, now, level, ids);
}

static inline uint64_t compare_tcp(const struct segment *now, const struct segment *last)
{
	uint64_t breaks = 0;

	if (unlikely(now->seq != last->seq_end))
		breaks |= BREAK_SEQ;
	if (unlikely(now->payload_len > last->train_len || last->payload_len < last->train_len))
		breaks |= BREAK_SIZE;
	if (unlikely((now->tcp_flags ^ last->tcp_flags) & ~(TCP_FIN | TCP_PSH) ||
		     now->tcp_flags & (TCP_SYN | TCP_RST | TCP_URG | TCP_CWR)))
		breaks |= BREAK_FLAGS;
	if (unlikely(last->tcp_flags & TCP_PSH))
		breaks |= BREAK_PUSH;
	if (unlikely(now->ack != last->ack))
		breaks |= BREAK_ACK;
	if (unlikely(now->window != last->window))
		breaks |= BREAK_WINDOW;
	if (unlikely(now->options != last->options))
		breaks |= BREAK_OPTIONS;
	else if (unlikely(now->tsval != last->tsval || now->tsecr != last->tsecr))
		breaks |= BREAK_TIMESTAMP;
	if (unlikely(now->label != last->label))
		breaks |= BREAK_LABEL;
	if (unlikely(now->outer_src_port != last->outer_src_port))
		breaks |= BREAK_SRC_PORT;
	if (unlikely((now->flags ^ last->flags) & SEGMENT_UDP_NONE))
		breaks |= BREAK_UDP_CSUM;
	return breaks;
}

/* What is wrong with this segment alone, whatever came before. */
static inline uint64_t own_breaks(const struct sight *sight)
{
	const struct view *view = sight->view;
	const struct header *inner = view_ip(view, view->nips - 1u), *outer = view_ip(view, 0);
	uint64_t breaks = 0;

	if (unlikely(inner->flags & HEADER_PADDED))
		breaks |= BREAK_PADDED;
	if (unlikely((inner->flags & HEADER_OPTIONS && inner->kind == HEADER_IPV4) ||
		     (outer->flags & HEADER_OPTIONS && outer->kind == HEADER_IPV4)))
		breaks |= BREAK_IP_OPTIONS;
	if (unlikely(sight->traits & TRAIT_CSUM_BAD))
		breaks |= BREAK_CSUM;
	return breaks;
}

/* The traits of @now beside the packet before it; its train is that one's if nothing breaks it. */
static inline uint64_t compare(struct sight *sight, struct segment *now, id_counts *ids)
{
	struct flow *flow = sight->flow;
	uint64_t breaks;

	breaks = compare_ip(sight, now, LEVEL_INNER, ids);
	if (sight->view->nips > 1)
		breaks |= compare_ip(sight, now, LEVEL_OUTER, ids);
	/* Frames that are no frames of the wire tell nothing of what a receiver could merge. */
	if (!(now->flags & flow->last.flags & SEGMENT_TCP_DATA) ||
	    (now->flags | flow->last.flags) & SEGMENT_MERGED)
		return breaks & (TRAIT_ID | BREAKS_OF_IDS);
	breaks |= compare_tcp(now, &flow->last) | own_breaks(sight);
	flow->pairs++;
	flow->in_order += !(breaks & BREAK_SEQ);
	if (!(breaks & BREAKS)) {
		flow->mergeable++;
		now->train_len = flow->last.train_len;
	}
	return breaks | TRAIT_PAIR;
}

int segment_step(struct sight *sight, id_counts *ids, uint64_t wanted, segment_show_fn *show,
		 void *context)
{
	const struct header *inner = view_ip(sight->view, sight->view->nips - 1u);
	/* Later fragments repeat the ID of the first and have nothing else to compare. */
	bool later_fragment = inner->flags & HEADER_LATER_FRAGMENT;
	struct segment now = read_segment(sight);
	int result = 0;

	if (likely(sight->flow->last.flags & SEGMENT_VALID) && likely(!later_fragment))
		sight->traits |= compare(sight, &now, ids);
	if (unlikely(now.tcp_flags & TCP_SYN))
		sight->traits |= TRAIT_SYN;
	if (unlikely(sight->traits & wanted)) {
		sight->now = now;
		result = show(context);
	}
	if (likely(!later_fragment))
		sight->flow->last = now;
	return result;
}
