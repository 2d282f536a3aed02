/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where does an IP packet end, and what does it carry?
 *
 * The length field cannot be trusted: it is 0 in frames that an LSO NIC has not split yet and in
 * BIG TCP, and it may lie. struct header says which of these it was.
 */
#include "pcap/decode.h"

enum {
	PROTO_HOPOPT = 0,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_NONE = 59,
	PROTO_DSTOPTS = 60,
	PROTO_MOBILITY = 135,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

/* A length field that is 0, or longer than what is around the packet: the header just pushed. */
static attr_cold void set_odd_end(struct view *view, struct header *header, uint32_t end)
{
	if (!end) {
		header->flags |= HEADER_LEN_ZERO;
		view->flags |= VIEW_LEN_ZERO;
	} else if (view->flags & VIEW_FRAGMENT) {
		/* Inside a first fragment the rest is in the other fragments: nothing lies. */
		header->end = end;
	} else {
		header->flags |= HEADER_BAD_LEN;
	}
}

/*
 * A frame that GSO_PARTIAL has prepared carries the lengths of its first segment, and most of it lies
 * behind. Nothing on a wire has a trailer that long. The headers inside are written likewise.
 */
static attr_cold bool is_gso_partial(const struct walk *walk, const struct header *header,
				     uint32_t end)
{
	uint32_t length = end - header->off, room = walk->end - header->off;

	if (walk->view->flags & VIEW_GSO_PARTIAL)
		return true;
	return !walk->view->nips && room > 1500 && room > 2 * length;
}

static void note_ip_in_ip(struct walk *walk, enum header_kind kind)
{
	const struct view *view = walk->view;
	bool v6_outside = view_ip(view, view->nips - 1u)->kind == HEADER_IPV6;

	walk_tunnel(walk,
		    v6_outside		  ? TUNNEL_IP6IP
		    : kind == HEADER_IPV6 ? TUNNEL_SIT
					  : TUNNEL_IPIP,
		    0);
}

/* Open a new IP packet that ends at @end by its own length; 0 stands for "to the end of the frame". */
static inline struct header *push_ip(struct walk *walk, enum header_kind kind, uint32_t length,
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
	if (unlikely(!end || end > walk->end)) {
		set_odd_end(view, header, end);
	} else if (unlikely(end < walk->end) && is_gso_partial(walk, header, end)) {
		view->flags |= VIEW_GSO_PARTIAL;
	} else if (end < walk->end) {
		header->flags |= HEADER_PADDED;
		header->end = end;
		walk_narrow(walk, end);
	}
	if (unlikely(view->nips && view->tunnel == TUNNEL_NONE))
		note_ip_in_ip(walk, kind);
	walk->ip = view->nheaders - 1;
	view->ips[view->nips++] = walk->ip;
	view->l4 = VIEW_NONE;
	view->payload_off = walk->off;
	view->payload_len = header->end > walk->off ? header->end - walk->off : 0;
	return header;
}

enum next decode_ip(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 1);

	if (!p)
		return NEXT_BAD;
	switch (p[0] >> 4) {
	case 4:
		return decode_ipv4(walk);
	case 6:
		return decode_ipv6(walk);
	default:
		return NEXT_BAD;
	}
}

/* Field of flags and offset: more fragments, or not the first. False if there is no L4 header. */
static attr_cold bool note_fragment(struct walk *walk, struct header *header, uint16_t field)
{
	header->flags |= HEADER_FRAGMENT;
	walk->view->flags |= VIEW_FRAGMENT;
	if (!(field & 0x1fff))
		return true;
	header->flags |= HEADER_LATER_FRAGMENT;
	return false;
}

/* RFC 791 */
enum next decode_ipv4(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 20);
	uint32_t length, total;
	struct header *header;
	uint16_t fragment;

	if (!p || p[0] >> 4 != 4)
		return NEXT_BAD;
	length = (p[0] & 0xfu) * 4;
	total = load_be16(p + 2);
	if (length < 20 || (total && total < length) || walk->end - walk->off < length)
		return NEXT_BAD;
	header = push_ip(walk, HEADER_IPV4, length, total ? walk->off + total : 0);
	if (!header)
		return NEXT_BAD;
	if (length > 20)
		header->flags |= HEADER_OPTIONS;
	fragment = load_be16(p + 6);
	if (unlikely(fragment & 0x3fff) && !note_fragment(walk, header, fragment))
		return NEXT_STOP;
	walk->proto = p[9];
	return decode_ip_proto(walk);
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

static bool is_extension(uint16_t proto)
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
	header = push_ip(walk, HEADER_IPV6, 40, ipv6_end(walk, p, &jumbo));
	if (!header)
		return NEXT_BAD;
	if (jumbo)
		header->flags |= HEADER_JUMBO;
	walk->proto = p[6];
	while (next == NEXT_IP_PROTO && is_extension(walk->proto))
		next = push_extension(walk, header, (uint8_t)walk->proto);
	return next == NEXT_IP_PROTO ? decode_ip_proto(walk) : next;
}
