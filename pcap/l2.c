/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a link-layer header say of what follows?
 */
#include "pcap/decode.h"

/* Packet types of the cooked headers (LINKTYPE_LINUX_SLL): 4 is sent by us, 3 to somebody else. */
enum {
	SLL_TO_US = 0,
	SLL_OUTGOING = 4
};

static void set_sll_direction(struct view *view, uint16_t type)
{
	if (type == SLL_OUTGOING)
		view->flags |= VIEW_OUTBOUND;
	else if (type == SLL_TO_US)
		view->flags |= VIEW_INBOUND;
}

enum next decode_sll(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 16);

	if (!p || !walk_push(walk, HEADER_SLL, 16))
		return NEXT_BAD;
	set_sll_direction(walk->view, load_be16(p));
	walk->proto = load_be16(p + 14);
	return walk->proto < ETHERTYPE_FIRST ? NEXT_STOP : NEXT_ETHERTYPE;
}

enum next decode_sll2(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 20);

	if (!p || !walk_push(walk, HEADER_SLL2, 20))
		return NEXT_BAD;
	set_sll_direction(walk->view, p[10]);
	walk->view->tap = load_be32(p + 4);
	walk->proto = load_be16(p);
	return walk->proto < ETHERTYPE_FIRST ? NEXT_STOP : NEXT_ETHERTYPE;
}

/* AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS; AF_INET is 2. */
static enum next of_family(struct walk *walk, uint32_t family)
{
	if (!walk_push(walk, HEADER_NULL, 4))
		return NEXT_BAD;
	switch (family) {
	case 2:
		return NEXT_IPV4;
	case 10:
	case 24:
	case 28:
	case 30:
		return NEXT_IPV6;
	default:
		return NEXT_STOP;
	}
}

/* LINKTYPE_NULL has the byte order of the machine that wrote it; families fit 16 bits. */
enum next decode_null(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 4);
	uint32_t family;

	if (!p)
		return NEXT_BAD;
	family = load_be32(p);
	return of_family(walk, family > 0xffff ? load_u32(p, false) : family);
}

enum next decode_loop(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 4);

	return p ? of_family(walk, load_be32(p)) : NEXT_BAD;
}

static enum next decode_vlan(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 4);

	if (!p || !walk_push(walk, HEADER_VLAN, 4))
		return NEXT_BAD;
	walk->proto = load_be16(p + 2);
	return NEXT_ETHERTYPE;
}

/* 802.3 with LLC: only SNAP (RFC 1042) with a plain Ethernet type leads anywhere. */
static enum next decode_llc(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);

	if (!p || load_be24(p) != 0xaaaa03 || load_be24(p + 3) != 0)
		return NEXT_STOP;
	walk->proto = load_be16(p + 6);
	if (walk->proto < ETHERTYPE_FIRST)
		return NEXT_STOP;
	walk->off += 8;
	return NEXT_ETHERTYPE;
}

enum next decode_ethertype(struct walk *walk)
{
	switch (walk->proto) {
	case ETHERTYPE_IPV4:
		return NEXT_IPV4;
	case ETHERTYPE_IPV6:
		return NEXT_IPV6;
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_OLD:
		return decode_vlan(walk);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return NEXT_MPLS;
	case ETHERTYPE_PPPOE_SESSION:
		return NEXT_PPPOE;
	case ETHERTYPE_TEB:
		return NEXT_ETHERNET;
	case ETHERTYPE_NSH:
		return NEXT_NSH;
	default:
		return walk->proto < ETHERTYPE_FIRST ? decode_llc(walk) : NEXT_STOP;
	}
}

/* RFC 3032: what follows the bottom of the stack has no type; only IP can be told by its nibble. */
enum next decode_mpls(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 4);

	if (!p || !walk_push(walk, HEADER_MPLS, 4))
		return NEXT_BAD;
	if (!(p[2] & 1))
		return NEXT_MPLS;
	p = walk_at(walk, 1);
	if (!p || (p[0] >> 4 != 4 && p[0] >> 4 != 6))
		return NEXT_STOP;
	return NEXT_IP;
}

/* RFC 2516: version 1, type 1, code 0 is session data; the length bounds what follows. */
enum next decode_pppoe(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);
	uint32_t length;

	if (!p || p[0] != 0x11)
		return NEXT_BAD;
	if (p[1] != 0)
		return NEXT_STOP;
	length = load_be16(p + 4);
	if (length >= 2 && length < walk->end - walk->off - 6)
		walk_narrow(walk, walk->off + 6 + length);
	walk->proto = load_be16(p + 6);
	return walk_push(walk, HEADER_PPPOE, 8) ? NEXT_PPP_PROTO : NEXT_BAD;
}

/* RFC 1661, 1662: address and control may be left out, the protocol may take one byte. */
enum next decode_ppp(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 2);
	uint32_t length = 0;

	if (!p)
		return NEXT_BAD;
	if (p[0] == 0xff && p[1] == 0x03)
		length = 2;
	p = walk_at(walk, length + 1);
	if (!p)
		return NEXT_BAD;
	if (p[length] & 1) {
		walk->proto = p[length];
		length += 1;
	} else {
		p = walk_at(walk, length + 2);
		if (!p)
			return NEXT_BAD;
		walk->proto = load_be16(p + length);
		length += 2;
	}
	return walk_push(walk, HEADER_PPP, length) ? NEXT_PPP_PROTO : NEXT_BAD;
}

enum next decode_ppp_proto(struct walk *walk)
{
	switch (walk->proto) {
	case 0x0021:
		return NEXT_IPV4;
	case 0x0057:
		return NEXT_IPV6;
	case 0x0281:
	case 0x0283:
		return NEXT_MPLS;
	default:
		return NEXT_STOP;
	}
}
