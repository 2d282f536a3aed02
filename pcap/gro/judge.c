/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a packet fit a train, and if not, why?
 */
#include "pcap/gro/judge.h"

/* What this model does not look into, though others do: it never gets as far as a train. */
uint64_t judge_not_looked_at(const struct gro_rules *rules, const struct gro_packet *packet)
{
	const struct gro_model *model = rules->model;
	bool v6 = packet->needs & GRO_NEED_IPV6, tunnel = packet->needs & GRO_NEED_TUNNEL;
	bool udp = packet->protocol == GRO_UDP;
	uint64_t set = 0;

	if (packet->needs & GRO_NEED_VLAN && !model->vlan)
		set |= GRO_BIT(GRO_NOT_IP);
	if ((v6 && !model->ipv6) || (udp && (!model->udp || rules->mode == GRO_MODE_HOST)))
		set |= GRO_BIT(GRO_PROTOCOL);
	if (tunnel && (!(model->tunnels >> packet->tunnel & 1) || (v6 && !model->ipv6_in_tunnel)))
		set |= GRO_BIT(GRO_TUNNEL_KIND);
	return minded(rules, set);
}

/* TCP flags that the model does not take in any packet. */
uint64_t judge_unwanted_flags(const struct gro_rules *rules, const struct gro_packet *packet)
{
	const struct gro_model *model = rules->model;
	uint64_t flags = JUDGE_FLAGS(packet->segment.control);
	uint8_t only = packet->needs & (GRO_NEED_IPV6 | GRO_NEED_TUNNEL) && model->flags_only_rest
			       ? model->flags_only_rest
			       : model->flags_only;
	uint64_t set;

	if (!only || packet->protocol != GRO_TCP)
		return 0;
	flags &= ~(uint64_t)only;
	set = bit_if(flags & TCP_PSH, GRO_PUSH) | bit_if(flags & TCP_FIN, GRO_FIN) |
	      bit_if(flags & TCP_CWR, GRO_CWR) | bit_if(flags & TCP_ECE, GRO_FLAGS) |
	      bit_if(flags & (TCP_SYN | TCP_RST | TCP_URG), GRO_CONTROL);
	return set & ~rules->mended;
}

/* Why no train may begin with this packet, though it could be a part of one. */
uint64_t judge_not_held(const struct gro_rules *rules, const struct gro_packet *packet, bool first)
{
	const struct gro_model *model = rules->model;
	uint64_t flags = JUDGE_FLAGS(packet->segment.control) & 0xff,
		 ends = flags & model->flags_end;
	uint64_t set;

	if (packet->protocol != GRO_TCP)
		return 0;
	set = minded(rules, bit_if(ends & TCP_PSH, GRO_PUSH) | bit_if(ends & TCP_FIN, GRO_FIN));
	if (first && model->flags_first && flags != model->flags_first) {
		uint64_t others = flags & ~(uint64_t)model->flags_first;

		set |= (bit_if(others & TCP_PSH, GRO_PUSH) | bit_if(others & TCP_FIN, GRO_FIN) |
			bit_if(!(others & (TCP_PSH | TCP_FIN)), GRO_FLAGS)) &
		       ~rules->mended;
	}
	return set;
}

/* Have the IDs of this level stayed the same so far, as the model counts? */
bool judge_is_fixed(const struct gro_model *model, const struct gro_train *train, enum level level)
{
	for (enum level of = 0; of < LEVELS; of++) {
		uint64_t ip = train->head.ip[of];

		if ((of == level || model->fixed_shared) && train->fixed >> of & 1 &&
		    model->ids[of][has_df(ip)] == GRO_ID_COUNTS_OR_FIXED)
			return true;
	}
	return false;
}

static bool is_id_fit(const struct gro_model *model, const struct gro_train *train, uint64_t ip,
		      enum level level, bool front)
{
	enum gro_id_rule rule = (enum gro_id_rule)model->ids[level][has_df(ip)];
	uint16_t offset = (uint16_t)(JUDGE_ID(ip) - JUDGE_ID(train->head.ip[level]));

	switch (rule) {
	case GRO_ID_ANY:
		return true;
	case GRO_ID_COUNTS_WRAPLESS:
		return front ? JUDGE_ID(ip) + train->count == train->ids[level]
			     : JUDGE_ID(ip) == train->ids[level] + 1u;
	case GRO_ID_COUNTS:
	case GRO_ID_COUNTS_OR_FIXED:
		break;
	}
	if (train->count == 1)
		return (offset == 1 && !judge_is_fixed(model, train, level)) ||
		       (rule == GRO_ID_COUNTS_OR_FIXED && offset == 0);
	return offset == (judge_is_fixed(model, train, level) ? 0 : (uint16_t)train->count);
}

static uint64_t compare_ip(const struct gro_model *model, const struct gro_train *train,
			   const struct gro_packet *packet, enum level level, bool front)
{
	static const enum gro_reason reasons[LEVELS][4] = {
		[LEVEL_INNER] = {GRO_TTL, GRO_TOS, GRO_DF, GRO_ID},
		[LEVEL_OUTER] = {GRO_OUTER_TTL, GRO_OUTER_TOS, GRO_OUTER_DF, GRO_OUTER_ID},
	};
	uint64_t ip = packet->segment.ip[level], differs = ip ^ train->head.ip[level];
	uint64_t set = 0;

	if (differs & SEGMENT_IP_TTL)
		set |= GRO_BIT(reasons[level][0]);
	if (differs & SEGMENT_IP_TOS)
		set |= GRO_BIT(reasons[level][1]);
	if (differs & SEGMENT_IP_DF)
		set |= GRO_BIT(reasons[level][2]);
	if (ip & SEGMENT_IP_V4 && !is_id_fit(model, train, ip, level, front))
		set |= GRO_BIT(reasons[level][3]);
	return set;
}

static uint64_t compare_flags(const struct gro_rules *rules, uint64_t flags, uint64_t differs,
			      bool chained)
{
	uint64_t free = chained ? 0 : rules->model->flags_free;
	uint64_t other = differs & ~(free | TCP_CWR | TCP_SYN | TCP_RST | TCP_URG);

	return bit_if(flags & TCP_CWR || differs & TCP_CWR & ~free, GRO_CWR) |
	       bit_if(other, GRO_FLAGS);
}

/* A train whose first packet has URG, SYN or RST is one where these are mended. */
static uint64_t compare_control(const struct gro_rules *rules, const struct gro_train *train,
				const struct gro_packet *packet)
{
	uint64_t control = packet->segment.control;
	uint64_t differs = control ^ train->head.control;
	uint64_t set = compare_flags(rules, JUDGE_FLAGS(control), JUDGE_FLAGS(differs),
				     is_chained(rules, packet));

	if (rules->model->updates_ack)
		return set;
	return set | bit_if(differs & SEGMENT_CONTROL_ACK, GRO_ACK) |
	       bit_if(differs & SEGMENT_CONTROL_WINDOW, GRO_WINDOW);
}

static uint64_t compare_options(const struct gro_model *model, const struct gro_head *head,
				const struct segment *segment)
{
	if (segment->options != head->options)
		return GRO_BIT(GRO_OPTIONS);
	if (segment->stamps == head->stamps)
		return 0;
	/* The value is in front of the echo; it wraps. */
	if (model->timestamps_advance &&
	    (int32_t)((uint32_t)(segment->stamps >> 32) - (uint32_t)(head->stamps >> 32)) >= 0)
		return 0;
	return GRO_BIT(GRO_TIMESTAMP);
}

static uint64_t compare_tcp(const struct gro_rules *rules, const struct gro_train *train,
			    const struct gro_packet *packet, bool front)
{
	const struct segment *segment = &packet->segment;

	return bit_if(!front && segment->seq != train->seq_end, GRO_SEQUENCE) |
	       compare_control(rules, train, packet) |
	       compare_options(rules->model, &train->head, segment);
}

/* Is there room for one more packet, and for its bytes? */
static bool is_full(const struct gro_rules *rules, const struct gro_train *train,
		    const struct gro_packet *packet, bool front)
{
	const struct gro_model *model = rules->model;
	bool chained = is_chained(rules, packet);
	uint64_t length = (uint64_t)train->head.head_len + train->payload +
			  packet->segment.payload_len + (chained ? packet->head_len : 0);

	return length > model->max_len ||
	       (model->max_segments && !front && train->count >= model->max_segments) ||
	       (chained && packet->protocol == GRO_TCP && train->count >= JUDGE_CHAIN_PACKETS);
}

/* What keeps the packet from this train. */
uint64_t judge_fit(const struct gro_rules *rules, const struct gro_train *train,
		   const struct gro_packet *packet, bool front)
{
	const struct gro_model *model = rules->model;
	uint64_t set = compare_ip(model, train, packet, LEVEL_INNER, front);

	if (packet->segment.ip[LEVEL_OUTER])
		set |= compare_ip(model, train, packet, LEVEL_OUTER, front);
	if (packet->protocol == GRO_TCP)
		set |= compare_tcp(rules, train, packet, front);
	if (packet->segment.payload_len > train->head.payload_len)
		set |= GRO_BIT(GRO_SIZE);
	if (is_full(rules, train, packet, front))
		set |= GRO_BIT(GRO_FULL);
	return minded(rules, set);
}

/*
 * Linux chains UDP packets only if all checksums were verified alike, and leaves the train as it is if
 * not. Those of a packet in which IP found a fault were not looked at.
 */
uint64_t judge_turned_away(const struct gro_rules *rules, const struct gro_packet *packet,
			   uint64_t alone, uint64_t unfit)
{
	if (packet->protocol != GRO_UDP || !is_chained(rules, packet) || unfit & ~GRO_BIT(GRO_FULL))
		return 0;
	return alone & (GRO_BIT(GRO_RESERVED_BIT) | GRO_BIT(GRO_LENGTH));
}

/* Why a train is complete after this packet. */
uint64_t judge_completes(const struct gro_rules *rules, const struct gro_train *train,
			 const struct gro_packet *packet)
{
	const struct gro_model *model = rules->model;
	uint64_t flags = JUDGE_FLAGS(packet->segment.control) & model->flags_end;
	bool udp = packet->protocol == GRO_UDP;

	return minded(rules, bit_if(flags & TCP_PSH, GRO_PUSH) | bit_if(flags & TCP_FIN, GRO_FIN) |
				     bit_if(model->short_ends && packet->segment.payload_len <
									 train->head.payload_len,
					    GRO_SHORT) |
				     bit_if(udp && train->count >= JUDGE_CHAIN_PACKETS, GRO_FULL));
}
