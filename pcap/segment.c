/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would a receiver merge this segment with the one before it, and if not, why?
 */
#include "pcap/segment.h"

/* Below this many bytes a segment, a jump of the ID is no longer taken for a count of segments. */
#define LEAST_SEGMENT 88

static attr_always_inline uint32_t mix(uint32_t hash, uint32_t word)
{
	return (hash ^ word) * 0x9e3779b1u;
}

struct options {
	uint64_t stamps;
	uint32_t mixed;
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
			options.stamps = load_be64(p + off + 2);
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

static attr_always_inline void read_tcp(struct segment *now, const struct view *view,
					const struct header *header)
{
	const uint8_t *p = view_header(view, header);

	now->flags |= view->payload_len ? SEGMENT_TCP | SEGMENT_TCP_DATA : SEGMENT_TCP;
	now->seq = load_be32(p + 4);
	now->seq_end = now->seq + view->payload_len;
	/* One word for three fields: they are stored and compared together. */
	now->control = load_be64(p + 8) &
		       (SEGMENT_CONTROL_ACK | SEGMENT_CONTROL_ALL_FLAGS | SEGMENT_CONTROL_WINDOW);
	now->options = header->len;
	if (header->len == 20 || header->off + header->len > view->bytes.length)
		return;
	/* What nearly all senders write: two NOPs and the timestamps. */
	if (likely(header->len == 32 && load_be32(p + 20) == 0x0101080a)) {
		now->stamps = load_be64(p + 24);
	} else {
		struct options options = read_options(p + 20, header->len - 20);

		now->options = options.mixed;
		now->stamps = options.stamps;
	}
}

static attr_always_inline void read_ip(struct segment *now, const struct view *view,
				       const struct header *ip, enum level level)
{
	const uint8_t *p = view_header(view, ip);

	if (likely(ip->kind == HEADER_IPV4)) {
		now->ip[level] =
			(load_be64(p + 4) & (SEGMENT_IP_ID | SEGMENT_IP_DF | SEGMENT_IP_TTL)) |
			SEGMENT_IP_V4 | p[1];
		return;
	}
	now->ip[level] = (uint64_t)p[7] << 24 | (load_be16(p) >> 4 & SEGMENT_IP_TOS);
	now->label = mix(now->label, load_be32(p) & 0xfffff);
}

/* The UDP header right behind the outermost IP header, if it carries the tunnel. */
static attr_always_inline void read_outer_udp(struct segment *now, const struct view *view)
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

static attr_always_inline struct segment read_view(const struct view *view)
{
	const struct header *l4 = view_l4(view);
	struct segment now = {.flags = SEGMENT_VALID,
			      .payload_len = view->payload_len,
			      .train_len = view->payload_len};

	if (likely(l4 && l4->kind == HEADER_TCP && !(view->flags & VIEW_FRAGMENT)))
		read_tcp(&now, view, l4);
	read_ip(&now, view, view->inner, LEVEL_INNER);
	if (unlikely(view->nips > 1)) {
		read_ip(&now, view, view->outer, LEVEL_OUTER);
		read_outer_udp(&now, view);
	}
	return now;
}

void segment_read(struct segment *segment, const struct view *view)
{
	*segment = read_view(view);
}

static attr_always_inline struct segment read_segment(const struct sight *sight)
{
	struct segment now = read_view(sight->view);

	if (unlikely(sight->traits & TRAIT_OVERSIZED)) {
		now.flags |= SEGMENT_OVERSIZED;
		if (sight->traits & (TRAIT_CSUM_OFFLOAD | TRAIT_CSUM_ZERO | TRAIT_LEN_ZERO))
			now.flags |= SEGMENT_MERGED;
	}
	return now;
}

/* A frame that stands for several segments takes as many IDs. */
static attr_always_inline bool is_segment_stride(const struct segment *last, uint16_t delta)
{
	return last->flags & SEGMENT_OVERSIZED && delta > 1 &&
	       delta <= last->payload_len / LEAST_SEGMENT + 1;
}

static attr_always_inline uint64_t compare_id(struct sight *sight, const struct segment *now,
					      enum level level, id_counts *ids)
{
	static const uint64_t other[LEVELS] = {BREAK_ID_INNER, BREAK_ID_OUTER};
	static const uint64_t constant[LEVELS] = {BREAK_ID_INNER_CONST, BREAK_ID_OUTER_CONST};
	struct flow *flow = sight->flow;
	uint16_t delta = (uint16_t)((now->ip[level] >> SEGMENT_IP_ID_SHIFT) -
				    (flow->last.ip[level] >> SEGMENT_IP_ID_SHIFT));
	bool df = now->ip[level] & SEGMENT_IP_DF;
	enum id_step step = likely(delta == 1) ? ID_PLUS_ONE : delta ? ID_OTHER : ID_CONSTANT;

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

static attr_always_inline uint64_t compare_ip(struct sight *sight, const struct segment *now,
					      enum level level, id_counts *ids)
{
	uint64_t last = sight->flow->last.ip[level], differs = now->ip[level] ^ last;
	bool v4 = now->ip[level] & last & SEGMENT_IP_V4;
	uint64_t breaks = 0;

	if (unlikely(differs & (SEGMENT_IP_TTL | SEGMENT_IP_TOS | SEGMENT_IP_DF)))
		breaks = (differs & SEGMENT_IP_TTL ? BREAK_TTL : 0) |
			 (differs & SEGMENT_IP_TOS ? BREAK_TOS : 0) |
			 (differs & SEGMENT_IP_DF && v4 ? BREAK_DF : 0);
	return v4 ? breaks | compare_id(sight, now, level, ids) : breaks;
}

/* Flags that end a train, wherever they stand, and those that may differ within one. */
#define FLAGS_ALONE SEGMENT_CONTROL_FLAGS(TCP_SYN | TCP_RST | TCP_URG | TCP_CWR)
#define FLAGS_LAST  SEGMENT_CONTROL_FLAGS(TCP_FIN | TCP_PSH)

static attr_always_inline uint64_t compare_control(const struct segment *now,
						   const struct segment *last)
{
	uint64_t differs = (now->control ^ last->control) & ~FLAGS_LAST, breaks = 0;

	if (likely(!(differs | (now->control & FLAGS_ALONE))))
		return 0;
	if (differs & SEGMENT_CONTROL_ACK)
		breaks |= BREAK_ACK;
	if (differs & SEGMENT_CONTROL_WINDOW)
		breaks |= BREAK_WINDOW;
	if ((differs & SEGMENT_CONTROL_ALL_FLAGS) | (now->control & FLAGS_ALONE))
		breaks |= BREAK_FLAGS;
	return breaks;
}

static attr_always_inline uint64_t compare_tcp(const struct segment *now,
					       const struct segment *last)
{
	uint64_t breaks = compare_control(now, last);

	if (unlikely(now->seq != last->seq_end))
		breaks |= BREAK_SEQ;
	if (unlikely(now->payload_len > last->train_len || last->payload_len < last->train_len))
		breaks |= BREAK_SIZE;
	if (unlikely(last->control & SEGMENT_CONTROL_FLAGS(TCP_PSH)))
		breaks |= BREAK_PUSH;
	if (unlikely(now->options != last->options))
		breaks |= BREAK_OPTIONS;
	else if (unlikely(now->stamps != last->stamps))
		breaks |= BREAK_TIMESTAMP;
	if (unlikely(now->label != last->label))
		breaks |= BREAK_LABEL;
	if (unlikely(now->outer_src_port != last->outer_src_port))
		breaks |= BREAK_SRC_PORT;
	if (unlikely((now->flags ^ last->flags) & SEGMENT_UDP_NONE))
		breaks |= BREAK_UDP_CSUM;
	return breaks;
}

/* What keeps this segment from any train, whatever came before. */
static attr_always_inline uint16_t lone_flags(const struct sight *sight)
{
	const struct header *inner = sight->view->inner, *outer = sight->view->outer;
	uint16_t flags =
		sight->traits & (TRAIT_CSUM_BAD | TRAIT_CSUM_UNFILLED) ? SEGMENT_CSUM_BAD : 0;

	if (likely(!((inner->flags | outer->flags) & (HEADER_PADDED | HEADER_OPTIONS))))
		return flags;
	if (inner->flags & HEADER_PADDED)
		flags |= SEGMENT_PADDED;
	if ((inner->flags & HEADER_OPTIONS && inner->kind == HEADER_IPV4) ||
	    (outer->flags & HEADER_OPTIONS && outer->kind == HEADER_IPV4))
		flags |= SEGMENT_IP_OPTIONS;
	return flags;
}

static attr_always_inline uint64_t lone_breaks(uint16_t flags)
{
	if (likely(!(flags & (SEGMENT_PADDED | SEGMENT_IP_OPTIONS | SEGMENT_CSUM_BAD))))
		return 0;
	return (flags & SEGMENT_PADDED ? BREAK_PADDED : 0) |
	       (flags & SEGMENT_IP_OPTIONS ? BREAK_IP_OPTIONS : 0) |
	       (flags & SEGMENT_CSUM_BAD ? BREAK_CSUM : 0);
}

/* The traits of @now beside the packet before it; its train is that one's if nothing breaks it. */
static attr_always_inline uint64_t compare(struct sight *sight, struct segment *now, id_counts *ids)
{
	struct flow *flow = sight->flow;
	uint64_t breaks;

	breaks = compare_ip(sight, now, LEVEL_INNER, ids);
	if (unlikely(sight->view->nips > 1))
		breaks |= compare_ip(sight, now, LEVEL_OUTER, ids);
	/* Frames that are no frames of the wire tell nothing of what a receiver could merge. */
	if (!(now->flags & flow->last.flags & SEGMENT_TCP_DATA) ||
	    (now->flags | flow->last.flags) & SEGMENT_MERGED)
		return breaks & (TRAIT_ID | BREAKS_OF_IDS);
	breaks |= compare_tcp(now, &flow->last) | lone_breaks(now->flags | flow->last.flags);
	flow->pairs++;
	flow->in_order += !(breaks & BREAK_SEQ);
	if (!(breaks & BREAKS)) {
		flow->mergeable++;
		now->train_len = flow->last.train_len;
	}
	return breaks | TRAIT_PAIR;
}

/*
 * Most segments of a train outside of tunnels have all fields of the one before but those that have
 * to count up: what TCP receivers know as header prediction.
 */
static attr_always_inline bool is_predicted(const struct sight *sight, const struct segment *now)
{
	const struct segment *last = &sight->flow->last;
	const uint16_t flags = SEGMENT_VALID | SEGMENT_TCP | SEGMENT_TCP_DATA;
	const uint64_t breaking = FLAGS_ALONE | SEGMENT_CONTROL_FLAGS(TCP_PSH);

	return now->seq == last->seq_end &&
	       now->ip[LEVEL_INNER] - last->ip[LEVEL_INNER] == 1ull << SEGMENT_IP_ID_SHIFT &&
	       now->stamps == last->stamps && now->control == last->control &&
	       !(now->control & breaking) && now->options == last->options &&
	       now->payload_len == last->payload_len && now->payload_len == last->train_len &&
	       now->flags == flags && last->flags == flags && !sight->traits &&
	       sight->view->nips == 1;
}

/* What compare() would find, and keep. */
static attr_always_inline void step_predicted(struct sight *sight, const struct segment *now,
					      id_counts *ids)
{
	bool df = now->ip[LEVEL_INNER] & SEGMENT_IP_DF;
	struct flow *flow = sight->flow;

	sight->id_delta[LEVEL_INNER] = 1;
	sight->id_valid = 1u << LEVEL_INNER;
	sight->traits = TRAIT_PAIR;
	flow->ids[LEVEL_INNER][df][ID_PLUS_ONE]++;
	ids[LEVEL_INNER][df][ID_PLUS_ONE]++;
	flow->pairs++;
	flow->in_order++;
	flow->mergeable++;
	flow->last.seq = now->seq;
	flow->last.seq_end = now->seq_end;
	flow->last.ip[LEVEL_INNER] = now->ip[LEVEL_INNER];
}

int segment_step(struct sight *sight, id_counts *ids, uint64_t wanted, segment_show_fn *show,
		 void *context)
{
	/* Later fragments repeat the ID of the first and have nothing else to compare. */
	bool later_fragment = sight->view->inner->flags & HEADER_LATER_FRAGMENT;
	struct segment now = read_segment(sight);
	int result = 0;

	now.flags |= lone_flags(sight);
	if (is_predicted(sight, &now) && likely(!(wanted & TRAIT_PAIR))) {
		step_predicted(sight, &now, ids);
		return 0;
	}
	if (likely(sight->flow->last.flags & SEGMENT_VALID) && likely(!later_fragment))
		sight->traits |= compare(sight, &now, ids);
	if (unlikely(now.control & SEGMENT_CONTROL_FLAGS(TCP_SYN)))
		sight->traits |= TRAIT_SYN;
	if (unlikely(sight->traits & wanted)) {
		sight->now = now;
		result = show(context);
	}
	if (likely(!later_fragment))
		sight->flow->last = now;
	return result;
}
