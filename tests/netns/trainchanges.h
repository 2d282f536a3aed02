/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be different in a packet of a train: a table, one row for each rule of merging. Packets are
 * numbers (trainlab.h); a change sets some of them.
 */
#ifndef NOD_TESTS_TRAINCHANGES_H
#define NOD_TESTS_TRAINCHANGES_H

#include "tests/netns/trainlab.h"

/* What a change needs to be one. */
enum need {
	OUTER = 1 << 0, /* it is of the outer header, so there must be a tunnel */
	V4 = 1 << 1,	/* the IP header that it is of */
	V6 = 1 << 2,
	TCP = 1 << 3,
	UDP = 1 << 4,
	UDP_TUNNEL = 1 << 5, /* the outer tunnel */
	IS_VXLAN = 1 << 6,
	IS_GENEVE = 1 << 7,
	ANY_GRE = 1 << 8,
	INNER_LINK = 1 << 9,
	EVERYWHERE = 1 << 10, /* it makes sense only if all packets have it */
	OWN_PORT = 1 << 11,   /* VXLAN at a port where nothing else is to be expected */
	TAGS = 1 << 12,	      /* a kernel that looks behind VLAN tags within frames */
};

/**
 * struct edit - how to change one packet
 * @level: of the IP header
 * @value: the same for all packets that the change is made to
 * @each: another one for each of them
 */
struct edit {
	struct packet *packet;
	unsigned int level;
	uint32_t value, each;
};

struct change {
	const char *name;
	unsigned int needs;
	void (*make)(const struct edit *edit);
};

/* A row's function: its body sees the packet, its IP header, its outer tunnel header, its TCP header. */
#define EDIT(name, ...)                                                     \
	static inline void edit_##name(const struct edit *edit)             \
	{                                                                   \
		struct packet *packet = edit->packet;                       \
		struct ip *ip = &packet->ips[edit->level];                  \
		struct tunnel_header *tunnel = &packet->tunnels[0];         \
		struct tcp *tcp = &packet->tcp;                             \
		uint32_t value = edit->value, each = edit->each;            \
                                                                            \
		(void)ip, (void)tunnel, (void)tcp, (void)value, (void)each; \
		__VA_ARGS__;                                                \
	}

/* IP */
EDIT(ttl, ip->ttl = (uint8_t)(ip->ttl - 1 - value % 3))
EDIT(tos, ip->tos ^= (uint8_t)(4 << value % 6))
EDIT(ecn, ip->tos ^= (uint8_t)(1 + value % 3))
EDIT(df, ip->df = !ip->df)
EDIT(no_df, ip->df = false)
EDIT(id_fixed, ip->id_step = 0)
EDIT(id_counts, ip->id_step = 1)
EDIT(id_two, ip->id_step = 2)
EDIT(id_back, ip->id_step = -1)
EDIT(id_random, ip->id = (uint16_t)each, ip->id_set = true)
EDIT(id_zero, ip->id = 0, ip->id_set = true)
EDIT(id_wraps, ip->id_first = (uint16_t)(65533 + value % 3))
EDIT(id_wraps_15, ip->id_first = (uint16_t)(0x7ffd + value % 3), ip->id_mask = 0x7fff)
EDIT(reserved, ip->reserved = true)
EDIT(more_fragments, ip->mf = true)
EDIT(fragment, ip->fragment = (uint16_t)(1 + value % 100))
EDIT(ip_options, ip->options = (uint8_t)(1 + value % 3))
EDIT(ip_sum, ip->sum = SUM_WRONG)
EDIT(ip_sum_zero, ip->sum = SUM_ZERO)
/* By more than what can be behind it. */
EDIT(ip_longer, ip->length_off = (int)(21 + value % 9))
EDIT(ip_shorter, ip->length_off = -(int)(1 + value % 9))
EDIT(ip_source, ip->source ^= 0x10)
EDIT(ip_target, ip->target ^= 0x10)
EDIT(label, ip->label ^= 1u << value % 20)
EDIT(hop_by_hop, ip->extensions |= HOP_BY_HOP)
EDIT(destination, ip->extensions |= DESTINATION)
EDIT(two_extensions, ip->extensions |= HOP_BY_HOP | DESTINATION)
EDIT(routing, ip->extensions |= ROUTING)
EDIT(atomic_fragment, ip->extensions |= FRAGMENT)
EDIT(extension_bytes, ip->extensions |= DESTINATION, ip->extension_byte = (uint8_t)each)
EDIT(protocol, ip->protocol = value % 2 ? 132 : 253)

/* Link */
EDIT(mac_source, packet->link.source ^= 0x20)
EDIT(mac_target, packet->link.target ^= 0x20)
EDIT(vlan, packet->link.tagged = true, packet->link.tag = 5)
EDIT(vlan_id, packet->link.tagged = true, packet->link.tag = (uint16_t)(6 + value % 3))
EDIT(vlan_priority, packet->link.tagged = true, packet->link.tag = 0x6005)
EDIT(vlan_service, packet->link.tagged = true, packet->link.service_tag = true)
EDIT(vlan_two, packet->link.tagged = packet->link.tagged_twice = true, packet->link.second_tag = 9)
EDIT(vlan_two_id, packet->link.tagged = packet->link.tagged_twice = true,
     packet->link.second_tag = (uint16_t)(10 + each % 2))
EDIT(ethertype, packet->link.type = 0x0806)
EDIT(inner_source, tunnel->link.source ^= 0x20)
EDIT(inner_target, tunnel->link.target ^= 0x20)
EDIT(inner_vlan, tunnel->link.tagged = true, tunnel->link.tag = 7)
EDIT(inner_vlan_id, tunnel->link.tagged = true, tunnel->link.tag = (uint16_t)(8 + value % 3))
EDIT(inner_type, tunnel->link.type = 0x9000)

/*
 * Tunnels. Not among them: a wrong length in the outer UDP header. GRO does not look at it; nod believes it,
 * as those do who split or forward such a packet.
 */
EDIT(tunnel_sport, tunnel->sport = (uint16_t)(tunnel->sport + 1 + value % 99))
EDIT(tunnel_dport, tunnel->dport = OTHER_PORT)
EDIT(tunnel_no_sum, tunnel->sum = SUM_ZERO)
EDIT(tunnel_sum, tunnel->sum = SUM_RIGHT)
EDIT(tunnel_bad_sum, tunnel->sum = SUM_WRONG)
EDIT(vni, tunnel->vni ^= 1u << value % 24)
EDIT(vxlan_flags, tunnel->flags ^= (uint8_t)(value % 8 == 3 ? 0x80 : 1 << value % 8))
EDIT(vxlan_no_vni, tunnel->flags ^= 0x08)
EDIT(vxlan_reserved, tunnel->version = (uint8_t)(1 + value % 255))
EDIT(tunnel_reserved, tunnel->reserved = (uint8_t)(1 + value % 255))
EDIT(geneve_version, tunnel->version = 1)
EDIT(geneve_oam, tunnel->flags |= 0x80)
EDIT(geneve_critical, tunnel->flags |= 0x40)
EDIT(geneve_options, tunnel->option_words = 2, tunnel->option_byte = 1)
EDIT(geneve_options_differ, tunnel->option_words = 2, tunnel->option_byte = (uint8_t)each)
EDIT(geneve_more_options, tunnel->option_words = (uint8_t)(3 + value % 4))
EDIT(geneve_ip, tunnel->protocol = packet->ips[1].version == 4 ? 0x0800 : 0x86dd)
EDIT(geneve_protocol, tunnel->protocol = 0x9000)
EDIT(gre_key, tunnel->has_key = true)
EDIT(gre_key_differs, tunnel->has_key = true, tunnel->key += 1 + value % 99)
EDIT(gre_sum, tunnel->has_sum = true)
EDIT(gre_key_and_sum, tunnel->has_key = tunnel->has_sum = true)
EDIT(gre_bad_sum, tunnel->has_sum = true, tunnel->sum = SUM_WRONG)
EDIT(gre_sequence, tunnel->has_sequence = true, tunnel->sequence = each)
EDIT(gre_flags, tunnel->flags |= (uint8_t)(1 << value % 4))
EDIT(gre_routing, tunnel->flags |= 0x40)
EDIT(gre_version, tunnel->version = 1)
EDIT(gre_recursion, tunnel->version = 0x20)
EDIT(gre_protocol, tunnel->protocol = 0x9000)

/* TCP */
EDIT(syn, tcp->flags |= 0x002)
EDIT(fin, tcp->flags |= 0x001)
EDIT(rst, tcp->flags |= 0x004)
EDIT(psh, tcp->flags |= 0x008)
EDIT(no_ack, tcp->flags &= 0xfef)
EDIT(urg, tcp->flags |= 0x020, tcp->urgent = (uint16_t)value)
EDIT(urgent_alone, tcp->urgent = (uint16_t)each)
EDIT(ece, tcp->flags |= 0x040)
EDIT(cwr, tcp->flags |= 0x080)
EDIT(ns, tcp->flags |= 0x100)
EDIT(tcp_reserved, tcp->flags |= (uint16_t)(0x200 << value % 3))
EDIT(ack, tcp->ack += 1 + value % 9999)
EDIT(window, tcp->window = (uint16_t)(tcp->window + 1 + value % 99))
EDIT(timestamps, tcp->timestamps = true)
EDIT(timestamp_value, tcp->timestamps = true, tcp->ts += 1 + value % 9)
EDIT(timestamp_echo, tcp->timestamps = true, tcp->ts_echo += 1 + value % 9)
EDIT(sack, tcp->sack = true)
EDIT(tcp_options, tcp->padding_words = (uint8_t)(1 + value % 4))
EDIT(offset_short, tcp->offset_words = 4)
EDIT(offset_long, tcp->offset_words = 15)
EDIT(gap, packet->seq_skip = 1 + value % 5000)
EDIT(behind, packet->seq_off = -(int)(1 + value % 2000))
EDIT(ahead, packet->seq_off = (int)(1 + value % 2000))

/* Both */
EDIT(sum, packet->sum = SUM_WRONG)
EDIT(sum_zero, packet->sum = SUM_ZERO)
EDIT(sport, packet->sport ^= 0x100)
EDIT(dport, packet->dport ^= 0x100)
EDIT(udp_longer, packet->udp_length_off = (int)(1 + value % 9))
EDIT(udp_shorter, packet->udp_length_off = -(int)(1 + value % 9))
EDIT(shorter, packet->length = value % (packet->length ?: 1))
EDIT(longer, packet->length += 1 + value % 400)
EDIT(empty, packet->length = 0)
EDIT(one_byte, packet->length = 1)
EDIT(any_size, packet->length = 1 + each % 1400)
EDIT(large, packet->length = 1448 + value % 40000)
EDIT(trailer, packet->trailer = 1 + value % 20)
EDIT(padded, packet->length = 1, packet->trailer = 5)
EDIT(flows, packet->flow = each % (2 + value % 11), packet->sport += packet->flow)

#undef EDIT

/* A tunnel in the tunnel. */
static inline void edit_nested(const struct edit *edit)
{
	static const enum tunnel kinds[] = {VXLAN, GRE, IPIP};
	struct packet *packet = edit->packet;
	unsigned int level = packet->levels;

	if (level == MOST_LEVELS)
		return;
	packet->ips[level] = packet->ips[0];
	packet->tunnels[level - 1] = (struct tunnel_header){.kind = kinds[edit->value % 3],
							    .link = {.source = 8, .target = 9},
							    .sport = 50123,
							    .dport = VXLAN_PORT,
							    .sum = SUM_ZERO,
							    .vni = 99};
	packet->levels++;
}

#define ROW(name, needs)                  \
	{                                 \
#name, needs, edit_##name \
	}
#define BOTH_LEVELS(name, needs)                             \
	ROW(name, needs),                                    \
	{                                                    \
		"outer_" #name, (needs) | OUTER, edit_##name \
	}

static const struct change changes[] = {
	BOTH_LEVELS(ttl, 0),
	BOTH_LEVELS(tos, 0),
	BOTH_LEVELS(ecn, 0),
	BOTH_LEVELS(df, V4),
	BOTH_LEVELS(id_fixed, V4),
	BOTH_LEVELS(id_counts, V4),
	BOTH_LEVELS(id_two, V4),
	BOTH_LEVELS(id_back, V4),
	BOTH_LEVELS(id_random, V4),
	BOTH_LEVELS(id_zero, V4),
	BOTH_LEVELS(id_wraps, V4 | EVERYWHERE),
	BOTH_LEVELS(id_wraps_15, V4 | EVERYWHERE),
	BOTH_LEVELS(no_df, V4 | EVERYWHERE),
	BOTH_LEVELS(reserved, V4),
	BOTH_LEVELS(more_fragments, V4),
	BOTH_LEVELS(fragment, V4),
	BOTH_LEVELS(ip_options, V4),
	BOTH_LEVELS(ip_sum, V4),
	BOTH_LEVELS(ip_sum_zero, V4),
	BOTH_LEVELS(ip_longer, 0),
	BOTH_LEVELS(ip_shorter, 0),
	BOTH_LEVELS(ip_source, 0),
	BOTH_LEVELS(ip_target, 0),
	BOTH_LEVELS(label, V6),
	BOTH_LEVELS(hop_by_hop, V6),
	BOTH_LEVELS(destination, V6),
	BOTH_LEVELS(two_extensions, V6),
	BOTH_LEVELS(routing, V6),
	BOTH_LEVELS(atomic_fragment, V6),
	BOTH_LEVELS(extension_bytes, V6),
	BOTH_LEVELS(protocol, 0),
	ROW(mac_source, 0),
	ROW(mac_target, 0),
	ROW(vlan, TAGS),
	ROW(vlan_id, TAGS),
	ROW(vlan_priority, TAGS),
	ROW(vlan_service, TAGS),
	ROW(vlan_two, TAGS),
	ROW(vlan_two_id, TAGS),
	ROW(ethertype, 0),
	ROW(inner_source, INNER_LINK),
	ROW(inner_target, INNER_LINK),
	ROW(inner_vlan, INNER_LINK | TAGS),
	ROW(inner_vlan_id, INNER_LINK | TAGS),
	ROW(inner_type, INNER_LINK),
	ROW(tunnel_sport, UDP_TUNNEL),
	ROW(tunnel_dport, UDP_TUNNEL),
	ROW(tunnel_no_sum, UDP_TUNNEL),
	ROW(tunnel_sum, UDP_TUNNEL),
	ROW(tunnel_bad_sum, UDP_TUNNEL),
	ROW(vni, UDP_TUNNEL),
	ROW(vxlan_flags, IS_VXLAN),
	ROW(vxlan_no_vni, IS_VXLAN | OWN_PORT),
	ROW(vxlan_reserved, IS_VXLAN),
	ROW(tunnel_reserved, UDP_TUNNEL),
	ROW(geneve_version, IS_GENEVE),
	ROW(geneve_oam, IS_GENEVE),
	ROW(geneve_critical, IS_GENEVE),
	ROW(geneve_options, IS_GENEVE),
	ROW(geneve_options_differ, IS_GENEVE),
	ROW(geneve_more_options, IS_GENEVE),
	ROW(geneve_ip, IS_GENEVE),
	ROW(geneve_protocol, IS_GENEVE),
	ROW(gre_key, ANY_GRE),
	ROW(gre_key_differs, ANY_GRE),
	ROW(gre_sum, ANY_GRE),
	ROW(gre_key_and_sum, ANY_GRE),
	ROW(gre_bad_sum, ANY_GRE),
	ROW(gre_sequence, ANY_GRE),
	ROW(gre_flags, ANY_GRE),
	ROW(gre_routing, ANY_GRE),
	ROW(gre_version, ANY_GRE),
	ROW(gre_recursion, ANY_GRE),
	ROW(gre_protocol, ANY_GRE),
	ROW(nested, OUTER),
	ROW(syn, TCP),
	ROW(fin, TCP),
	ROW(rst, TCP),
	ROW(psh, TCP),
	ROW(no_ack, TCP),
	ROW(urg, TCP),
	ROW(urgent_alone, TCP),
	ROW(ece, TCP),
	ROW(cwr, TCP),
	ROW(ns, TCP),
	ROW(tcp_reserved, TCP),
	ROW(ack, TCP),
	ROW(window, TCP),
	ROW(timestamps, TCP),
	ROW(timestamp_value, TCP),
	ROW(timestamp_echo, TCP),
	ROW(sack, TCP),
	ROW(tcp_options, TCP),
	ROW(offset_short, TCP),
	ROW(offset_long, TCP),
	ROW(gap, TCP),
	ROW(behind, TCP),
	ROW(ahead, TCP),
	ROW(sum, 0),
	ROW(sum_zero, 0),
	ROW(sport, 0),
	ROW(dport, 0),
	ROW(udp_longer, UDP),
	ROW(udp_shorter, UDP),
	ROW(shorter, 0),
	ROW(longer, 0),
	ROW(empty, 0),
	ROW(one_byte, 0),
	ROW(any_size, 0),
	ROW(large, 0),
	ROW(trailer, 0),
	ROW(padded, 0),
	ROW(flows, EVERYWHERE),
	/* Rows without a function change the order of the frames. */
	{"swapped", 0, NULL},
	{"repeated", 0, NULL},
};

#undef ROW
#undef BOTH_LEVELS

#define CHANGES (sizeof(changes) / sizeof(changes[0]))

#endif
