/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoders that nearly every frame goes through, for view_decode() alone. Inline, so that the
 * walk stays in registers: in memory, each header would wait for what the one before it stored.
 */
#ifndef NOD_PCAP_DECODE_USUAL_H
#define NOD_PCAP_DECODE_USUAL_H

#include "pcap/decode.h"

static attr_always_inline enum next decode_ethernet(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 14);

	if (!p || !walk_push(walk, HEADER_ETHERNET, 14))
		return NEXT_BAD;
	walk->proto = load_be16(p + 12);
	return likely(walk->proto == ETHERTYPE_IPV4) ? NEXT_IPV4 : NEXT_ETHERTYPE;
}

/* RFC 791 */
static attr_always_inline enum next decode_ipv4(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 20);
	uint32_t length = 20, total;
	struct header *header;

	if (!p)
		return NEXT_BAD;
	if (unlikely(p[0] != 0x45)) {
		length = (p[0] & 0xfu) * 4;
		if (p[0] >> 4 != 4 || length < 20 || walk->end - walk->off < length)
			return NEXT_BAD;
	}
	total = load_be16(p + 2);
	if (unlikely(total < length) && total)
		return NEXT_BAD;
	header = walk_push_ip(walk, HEADER_IPV4, length, total ? walk->off + total : 0);
	if (!header)
		return NEXT_BAD;
	if (unlikely(length > 20))
		header->flags |= HEADER_OPTIONS;
	if (unlikely(load_be16(p + 6) & 0x3fff))
		ip_note_fragment(walk->view, header, load_be16(p + 6));
	walk->proto = p[9];
	if (unlikely(header->flags & HEADER_LATER_FRAGMENT))
		return NEXT_STOP;
	return likely(walk->proto == PROTO_TCP) ? NEXT_TCP : NEXT_IP_PROTO;
}

/* RFC 9293 */
static attr_always_inline enum next decode_tcp(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 20);
	uint32_t length;

	if (!p)
		return NEXT_BAD;
	length = (p[12] >> 4) * 4u;
	if (unlikely(length < 20 || walk->end - walk->off < length))
		return NEXT_BAD;
	if (unlikely(load_be16(p + 2) == STT_PORT) && tunnel_is_stt(walk_at(walk, STT_LEAST_BYTES)))
		return NEXT_STT;
	return walk_push_l4(walk, HEADER_TCP, length) ? NEXT_STOP : NEXT_BAD;
}

#endif
