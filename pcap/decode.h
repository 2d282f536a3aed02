/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the decoders: a walk down the headers of one frame. Each decoder looks at one header,
 * pushes it and says what comes next; view_decode() is the loop. Only from Ethernet to IPv4, and from
 * IP to what it carries, decoders call each other, as nearly every frame goes there. So nothing
 * recurses, and the depth is bounded by the room in struct view.
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

/**
 * struct walk - where the walk is
 * @bytes: of the frame
 * @off: of the next header
 * @end: where the bytes that may belong to it end on the wire; never beyond view->wire_end
 * @limit: the same, or where the captured bytes end, if that is before
 * @proto: Ethernet type, PPP protocol or IP protocol, by the enum next
 * @ip: index in view->headers of the IP header around, VIEW_NONE before the first
 */
struct walk {
	struct view *view;
	const struct view_options *options;
	const uint8_t *bytes;
	uint32_t off, end, limit;
	uint16_t proto;
	uint8_t ip;
};

/*
 * The first @length bytes of the next header: NULL if they were not captured, or if its packet ends
 * before them. The offset may be beyond the limit: behind a header that was captured in part.
 */
static inline const uint8_t *walk_at(const struct walk *walk, uint32_t length)
{
	if (unlikely((uint64_t)walk->off + length > walk->limit))
		return NULL;
	return walk->bytes + walk->off;
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
	struct view *view = walk->view;
	struct header *header = &view->headers[view->nheaders];

	if (unlikely(view->nheaders == VIEW_MAX_HEADERS)) {
		view->flags |= VIEW_TOO_DEEP;
		return NULL;
	}
	view->nheaders++;
	header->kind = kind;
	header->ip = walk->ip;
	header->flags = 0;
	header->off = walk->off;
	header->len = length;
	header->end = walk->end;
	walk->off += length;
	return header;
}

/* Note a tunnel; the outermost gives the view its kind and identifier. */
void walk_tunnel(struct walk *walk, enum tunnel_kind kind, uint32_t vni);

enum next decode_ethernet(struct walk *walk);
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
enum next decode_ipv4(struct walk *walk);
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

/* Does what looks like TCP to the port of STT begin an STT frame? */
bool tunnel_is_stt(const struct walk *walk);

/* What a UDP datagram between these ports carries; NEXT_STOP if it is no tunnel. */
enum next tunnel_of_udp(struct walk *walk, uint16_t src_port, uint16_t dst_port);

#endif
