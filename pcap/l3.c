/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where does an IP packet end, and what does it carry?
 *
 * The length field cannot be trusted: it is 0 in frames that an LSO NIC has not split yet and in
 * BIG TCP, and it may lie. struct header says which of these it was.
 */
#include "pcap/decode.h"

/*
 * A frame that GSO_PARTIAL has prepared carries the lengths of its first segment, and the payload of the
 * others lies behind: of two, a little less than one packet. Nothing on a wire has a trailer that long.
 * The headers inside are written likewise.
 */
static bool is_gso_partial(const struct view *view, const struct header *header, uint32_t end)
{
	uint32_t length = end - header->off, room = header->end - header->off;

	if (view->flags & VIEW_GSO_PARTIAL)
		return true;
	return !view->nips && room > 1500 && room - length > length / 2;
}

void ip_set_end(struct view *view, struct header *header, uint32_t end)
{
	if (!end) {
		header->flags |= HEADER_LEN_ZERO;
		view->flags |= VIEW_LEN_ZERO;
	} else if (end > header->end) {
		/* Inside a first fragment the rest is in the other fragments: nothing lies. */
		if (view->flags & VIEW_FRAGMENT)
			header->end = end;
		else
			header->flags |= HEADER_BAD_LEN;
	} else if (is_gso_partial(view, header, end)) {
		view->flags |= VIEW_GSO_PARTIAL;
	} else {
		header->flags |= HEADER_PADDED;
		header->end = end;
	}
}

void ip_note_fragment(struct view *view, struct header *header, uint16_t field)
{
	header->flags |= HEADER_FRAGMENT;
	view->flags |= VIEW_FRAGMENT;
	if (field & 0x1fff)
		header->flags |= HEADER_LATER_FRAGMENT;
}

enum tunnel_kind ip_in_ip(const struct header *outer, const struct header *inner)
{
	if (outer->kind == HEADER_IPV6)
		return TUNNEL_IP6IP;
	return inner->kind == HEADER_IPV6 ? TUNNEL_SIT : TUNNEL_IPIP;
}

enum next decode_ip(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 1);

	if (!p)
		return NEXT_BAD;
	switch (p[0] >> 4) {
	case 4:
		return NEXT_IPV4;
	case 6:
		return NEXT_IPV6;
	default:
		return NEXT_BAD;
	}
}

const uint8_t *view_ipv6_option(struct span bytes, uint32_t off, uint8_t type, uint8_t length)
{
	const uint8_t *p = span_at(bytes, off, 2);
	uint32_t end;

	if (!p)
		return NULL;
	end = off + (p[1] + 1u) * 8;
	for (off += 2; off < end;) {
		p = span_at(bytes, off, 2);
		if (!p)
			return NULL;
		if (p[0] == 0) {
			off++;
			continue;
		}
		if (p[0] == type && p[1] == length)
			return span_at(bytes, off + 2, length);
		off += 2u + p[1];
	}
	return NULL;
}

/* The jumbo payload option (RFC 2675) of a hop-by-hop header; 0 if it is not there. */
static uint32_t jumbo_length(const struct walk *walk, uint32_t off)
{
	const uint8_t *p = view_ipv6_option(walk->view->bytes, off, 0xc2, 4);

	return p ? load_be32(p) : 0;
}

/* Push one extension header (RFC 8200 section 4) and return its successor; NEXT_BAD ends it. */
static enum next push_extension(struct walk *walk, struct header *ip, uint8_t proto)
{
	const uint8_t *p = walk_at(walk, 8);
	enum header_kind kind = HEADER_IPV6_EXT;
	uint32_t length;

	if (!p)
		return NEXT_BAD;
	length = proto == PROTO_FRAGMENT ? 8 : (p[1] + 1u) * 8;
	if (walk->end - walk->off < length)
		return NEXT_BAD;
	if (proto == PROTO_ROUTING) {
		kind = HEADER_IPV6_ROUTING;
		if (p[3])
			ip->flags |= HEADER_ROUTED;
	} else if (proto == PROTO_FRAGMENT) {
		kind = HEADER_IPV6_FRAGMENT;
	} else if (proto == PROTO_DSTOPTS &&
		   view_ipv6_option(walk->view->bytes, walk->off, IPV6_HOME_ADDRESS, 16)) {
		ip->flags |= HEADER_HOME_ADDRESS;
	}
	walk->proto = p[0];
	if (!walk_push(walk, kind, length))
		return NEXT_BAD;
	ip->flags |= HEADER_OPTIONS;
	if (proto != PROTO_FRAGMENT || !(load_be16(p + 2) & 0xfff9))
		return NEXT_IP_PROTO; /* "atomic" fragments (RFC 6946) are whole packets */
	ip->flags |= HEADER_FRAGMENT;
	walk->view->flags |= VIEW_FRAGMENT;
	if (!(load_be16(p + 2) & 0xfff8))
		return NEXT_IP_PROTO;
	ip->flags |= HEADER_LATER_FRAGMENT;
	return NEXT_STOP;
}

static bool is_extension(uint32_t proto)
{
	return proto == PROTO_HOPOPT || proto == PROTO_ROUTING || proto == PROTO_FRAGMENT ||
	       proto == PROTO_DSTOPTS || proto == PROTO_MOBILITY || proto == PROTO_HIP ||
	       proto == PROTO_SHIM6;
}

/* Where an IPv6 packet ends by its own words; 0 if it does not say. */
static uint32_t ipv6_end(const struct walk *walk, const uint8_t *p, bool *jumbo)
{
	uint32_t length = load_be16(p + 4), around = walk->end - walk->off - 40;

	*jumbo = false;
	if (length || p[6] == PROTO_NONE)
		return walk->off + 40 + length;
	if (p[6] == PROTO_HOPOPT) {
		length = jumbo_length(walk, walk->off + 40);
		if (length > 0xffff && length <= FRAME_MAX_BYTES) {
			*jumbo = true;
			return walk->off + 40 + length;
		}
	}
	/* Nothing but Ethernet padding behind it: a packet without payload. */
	return around < 8 ? walk->off + 40 : 0;
}

/* RFC 8200 */
enum next decode_ipv6(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 40);
	enum next next = NEXT_IP_PROTO;
	struct header *header;
	bool jumbo;

	if (!p || p[0] >> 4 != 6)
		return NEXT_BAD;
	header = walk_push_ip(walk, HEADER_IPV6, 40, ipv6_end(walk, p, &jumbo));
	if (!header)
		return NEXT_BAD;
	if (jumbo)
		header->flags |= HEADER_JUMBO;
	walk->proto = p[6];
	while (next == NEXT_IP_PROTO && is_extension(walk->proto))
		next = push_extension(walk, header, (uint8_t)walk->proto);
	return next;
}
