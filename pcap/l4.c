/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does an IP packet carry, and where does its payload begin?
 */
#include "pcap/decode.h"

/* A length field that is not that of the IP payload: the header just pushed. */
static attr_cold void set_udp_end(struct walk *walk, struct header *header, uint32_t length)
{
	uint32_t end = header->off + length;

	/* All lengths of such a frame are those of its first segment. */
	if (walk->view->flags & VIEW_GSO_PARTIAL && end <= header->end)
		return;
	/* An IP length that lies does not matter if this one does not. */
	if (end <= header->end)
		header->flags &= (uint16_t)~HEADER_BAD_LEN;
	if (end < header->end && header->end - header->off <= 0xffff) {
		header->flags |= HEADER_SHORT_LEN;
		header->end = end;
		if (end < walk->end)
			walk_narrow(walk, end);
	} else if (header->flags & HEADER_FRAGMENT) {
		header->end = end;
	} else if (end > header->end) {
		header->flags |= HEADER_BAD_LEN;
	}
}

/*
 * RFC 768. A length of 0 means "to the end of the packet" in jumbograms (RFC 2675 section 4), and
 * stands in tunnelled frames that are too big for the field.
 */
static enum next decode_udp(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);
	struct header *header;
	uint32_t length;

	if (!p)
		return NEXT_BAD;
	length = load_be16(p + 4);
	if (length && length < 8)
		return NEXT_BAD;
	header = walk_push_l4(walk, HEADER_UDP, 8);
	if (!header)
		return NEXT_BAD;
	if (unlikely(header->off + length != header->end || header->flags & HEADER_BAD_LEN) &&
	    length)
		set_udp_end(walk, header, length);
	return tunnel_of_udp(walk, load_be16(p), load_be16(p + 2));
}

static enum next decode_fixed(struct walk *walk, enum header_kind kind, uint32_t length)
{
	if (!walk_at(walk, length))
		return NEXT_BAD;
	return walk_push_l4(walk, kind, length) ? NEXT_STOP : NEXT_BAD;
}

/* RFC 4303: what is inside is encrypted. The identifier is the SPI. */
static enum next decode_esp(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);

	if (!p || !walk_push(walk, HEADER_ESP, 8))
		return NEXT_BAD;
	walk_tunnel(walk, TUNNEL_ESP, load_be32(p));
	return NEXT_STOP;
}

/* RFC 4302: the length counts 32-bit words, less two. */
static enum next decode_ah(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 12);
	uint32_t length;

	if (!p)
		return NEXT_BAD;
	length = (p[1] + 2u) * 4;
	if (length < 12 || walk->end - walk->off < length)
		return NEXT_BAD;
	walk->proto = p[0];
	return walk_push(walk, HEADER_AH, length) ? NEXT_IP_PROTO : NEXT_BAD;
}

enum next decode_ip_proto(struct walk *walk)
{
	switch (walk->proto) {
	case PROTO_TCP:
		return NEXT_TCP;
	case PROTO_UDP:
		return decode_udp(walk);
	case PROTO_ICMP:
		return decode_fixed(walk, HEADER_ICMP, 4);
	case PROTO_ICMPV6:
		return decode_fixed(walk, HEADER_ICMPV6, 4);
	case PROTO_SCTP:
		return decode_fixed(walk, HEADER_SCTP, 12);
	case PROTO_IPIP:
		return NEXT_IPV4;
	case PROTO_IPV6:
		return NEXT_IPV6;
	case PROTO_GRE:
		return NEXT_GRE;
	case PROTO_ESP:
		return decode_esp(walk);
	case PROTO_AH:
		return decode_ah(walk);
	case PROTO_MPLS:
		return NEXT_MPLS;
	default:
		return NEXT_STOP;
	}
}
