/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the decoders: a walk down the headers of one frame. Each decoder looks at one header,
 * pushes it and says what comes next; view_decode() is the loop. So nothing recurses, and the depth
 * is bounded by the room in struct view.
 */
#ifndef NOD_PCAP_DECODE_H
#define NOD_PCAP_DECODE_H

#include "pcap/view.h"

/* What stands at the walk's offset. */
enum next {
	NEXT_STOP, /* payload, or nothing that nod looks into */
	NEXT_BAD,  /* malformed or cut: the rest is not decoded */
	NEXT_ETHERNET,
	NEXT_SLL,
	NEXT_SLL2,
	NEXT_NULL,
	NEXT_LOOP,
	NEXT_PPP,
	NEXT_ETHERTYPE, /* walk->proto is an Ethernet type */
	NEXT_MPLS,
	NEXT_PPPOE,
	NEXT_PPP_PROTO, /* walk->proto is a PPP protocol */
	NEXT_IP,	/* version in the first nibble */
	NEXT_IPV4,
	NEXT_IPV6,
	NEXT_IP_PROTO, /* walk->proto is an IP protocol, walk->ip the carrying header */
	NEXT_TCP,
	NEXT_VXLAN,
	NEXT_VXLAN_GPE,
	NEXT_NSH,
	NEXT_GENEVE,
	NEXT_GRE,
	NEXT_ERSPAN,
	NEXT_STT,
	NEXT_GTPU,
	NEXT_KINDS
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_TEB = 0x6558, /* transparent Ethernet bridging, RFC 1701 */
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE_SESSION = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_NSH = 0x894f,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_FIRST = 0x0600, /* below it, the field is an 802.3 length */
};

enum {
	PROTO_HOPOPT = 0,
	PROTO_ICMP = 1,
	PROTO_IPIP = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_NONE = 59,
	PROTO_DSTOPTS = 60,
	PROTO_SCTP = 132,
	PROTO_MOBILITY = 135,
	PROTO_MPLS = 137,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

/* What GRE says of its payload, beside Ethernet types. */
enum {
	GRE_PROTO_TEB = 0x6558,
	GRE_PROTO_ERSPAN = 0x88be,
	GRE_PROTO_ERSPAN_III = 0x22eb,
	GRE_PROTO_WCCP = 0x883e,
	GRE_PROTO_PPP = 0x880b,
};

/**
 * struct walk - where the walk is
 * @bytes: of the frame
 * @off: of the next header
 * @end: where the bytes that may belong to it end on the wire; never beyond view->wire_end
 * @limit: the same, or where the captured bytes end, if that is before
 * @proto: Ethernet type, PPP protocol or IP protocol, by the enum next
 * @ip: index in view->headers of the IP header around, VIEW_NONE before the first
 * @count: headers so far
 */
struct walk {
	struct view *view;
	const struct view_options *options;
	const uint8_t *bytes;
	uint32_t off, end, limit, proto, ip, count;
};

/*
 * The IP header just pushed ends at @end by its own length field (0 stands for a field that is 0), and
 * what is around it does not.
 */
void ip_set_end(struct view *view, struct header *header, uint32_t end);

/* A packet that is, or may be, a fragment by this field of the IPv4 header. */
void ip_note_fragment(struct view *view, struct header *header, uint16_t field);

/* IP directly in IP has no header of its own: the pair of versions names it. */
enum tunnel_kind ip_in_ip(const struct header *outer, const struct header *inner);

/*
 * The first @length bytes of the next header: NULL if they were not captured, or if its packet ends
 * before them. The offset may be beyond the limit: behind a header that was captured in part.
 */
static inline const uint8_t *walk_at(const struct walk *walk, uint32_t length)
{
	const uint8_t *p = walk->bytes + walk->off;

	if (unlikely((uint64_t)walk->off + length > walk->limit))
		return NULL;
	/* So that callers' tests need not look at the pointer again. */
	if (!p)
		__builtin_unreachable();
	return p;
}

/* What follows belongs to a packet that ends at @end, which is not beyond the one around it. */
static inline void walk_narrow(struct walk *walk, uint32_t end)
{
	walk->end = end;
	if (walk->limit > end)
		walk->limit = end;
}

/*
 * Append a header of @length bytes at the walk's offset and step over it. NULL if there is no room
 * (VIEW_TOO_DEEP is then set). The caller has checked that the bytes are there.
 */
static inline struct header *walk_push(struct walk *walk, enum header_kind kind, uint32_t length)
{
	struct header *header = &walk->view->headers[walk->count];

	if (unlikely(walk->count == VIEW_MAX_HEADERS)) {
		walk->view->flags |= VIEW_TOO_DEEP;
		return NULL;
	}
	header->off = walk->off;
	header->len = length;
	header->end = walk->end;
	header->flags = 0;
	header->ip = (uint8_t)walk->ip;
	header->kind = kind;
	walk->off += length;
	walk->count++;
	return header;
}

/* Note a tunnel; the outermost gives the view its kind and identifier. */
static inline void walk_tunnel(struct walk *walk, enum tunnel_kind kind, uint32_t vni)
{
	if (walk->view->tunnel != TUNNEL_NONE)
		return;
	walk->view->tunnel = kind;
	walk->view->vni = vni;
}

/*
 * Open a new IP packet that ends at @end by its own length; 0 stands for "to the end of the frame".
 * NULL as from walk_push(); also if there are too many.
 */
static inline struct header *walk_push_ip(struct walk *walk, enum header_kind kind, uint32_t length,
					  uint32_t end)
{
	struct view *view = walk->view;
	struct header *header;

	if (unlikely(view->nips == VIEW_MAX_IP)) {
		view->flags |= VIEW_TOO_DEEP;
		return NULL;
	}
	header = walk_push(walk, kind, length);
	if (!header)
		return NULL;
	if (unlikely(end != walk->end)) {
		ip_set_end(view, header, end);
		if (header->end < walk->end)
			walk_narrow(walk, header->end);
	}
	if (view->nips == 0)
		view->outer = header;
	else if (unlikely(view->tunnel == TUNNEL_NONE))
		walk_tunnel(walk, ip_in_ip(view->inner, header), 0);
	view->inner = header;
	walk->ip = walk->count - 1;
	view->ips[view->nips++] = (uint8_t)walk->ip;
	view->l4 = VIEW_NONE;
	return header;
}

/* Append an L4 header that says it is @length long and ends with its IP packet. */
static inline struct header *walk_push_l4(struct walk *walk, enum header_kind kind, uint32_t length)
{
	struct view *view = walk->view;
	const struct header *ip = &view->headers[walk->ip];
	struct header *header = walk_push(walk, kind, length);

	if (!header)
		return NULL;
	header->end = ip->end;
	header->flags = ip->flags & (HEADER_FRAGMENT | HEADER_BAD_LEN);
	view->l4 = (uint8_t)(walk->count - 1);
	return header;
}

enum next decode_sll(struct walk *walk);
enum next decode_sll2(struct walk *walk);
enum next decode_null(struct walk *walk);
enum next decode_loop(struct walk *walk);
enum next decode_ppp(struct walk *walk);
enum next decode_ethertype(struct walk *walk);
enum next decode_mpls(struct walk *walk);
enum next decode_pppoe(struct walk *walk);
enum next decode_ppp_proto(struct walk *walk);

enum next decode_ip(struct walk *walk);
enum next decode_ipv6(struct walk *walk);

enum next decode_ip_proto(struct walk *walk);

enum next decode_vxlan(struct walk *walk);
enum next decode_vxlan_gpe(struct walk *walk);
enum next decode_nsh(struct walk *walk);
enum next decode_geneve(struct walk *walk);
enum next decode_gre(struct walk *walk);
enum next decode_erspan(struct walk *walk);
enum next decode_stt(struct walk *walk);
enum next decode_gtpu(struct walk *walk);

/* Does this begin an STT frame? @p: the first bytes of what looks like TCP to STT_PORT, or NULL. */
#define STT_PORT	7471
#define STT_LEAST_BYTES (20 + 18 + 14)
bool tunnel_is_stt(const uint8_t *p);

/* What a UDP datagram between these ports carries; NEXT_STOP if it is no tunnel. */
enum next tunnel_of_udp(struct walk *walk, uint16_t src_port, uint16_t dst_port);

#endif
