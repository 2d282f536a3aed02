/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments that differ from each other in just what a test wants, for the tests of what compares
 * the packets of a flow: plain, or in VXLAN.
 */
#ifndef NOD_TESTS_SHAPE_BYTES_H
#define NOD_TESTS_SHAPE_BYTES_H

#include "tests/unit/frame_bytes.h"

/**
 * struct shape - a TCP segment or UDP datagram
 * @tunnel: in VXLAN; @left: whose header says that the inner checksum is left to the receiver
 * @v6: bit 0 outer (or only) header, bit 1 inner
 * @reverse: source and destination of the innermost packet change places
 * @host: last byte of the innermost source
 * @df, @fragment, @id, @ttl, @tos, @label: of the innermost IP header; @o...: of the outermost
 * @fragment: the MF bit and the offset, as in the header
 * @ip_options: of the innermost IPv4 header, hex
 * @options: of TCP, hex
 * @stale: bytes that the IP length leaves out at the end (GSO_PARTIAL); @no_length: it is 0
 * @pad: zero bytes behind the outermost packet
 * @sum, @outer_sum: SUM_ZERO of the outer one is "none"; @lco: the outer one is right for the
 *                   finished inner one
 * @ipv4_sum: SUM_RIGHT, SUM_ZERO or SUM_WRONG of the innermost header
 * @cut: bytes captured, 0 for all
 */
struct shape {
	bool tunnel, left, udp, reverse, df, odf, no_length, lco, loopback;
	unsigned int v6;
	uint8_t host, ttl, ottl, tos, otos, flags;
	uint16_t id, oid, fragment, ofragment, window, sport, dport, osport;
	uint32_t label, olabel, seq, ack, payload, stale, pad, cut;
	const char *ip_options, *options;
	enum sum_kind sum, outer_sum, ipv4_sum;
	uint32_t capture_flags;
};

static const struct shape base_shape = {
	.df = true,
	.odf = true,
	.host = 2,
	.ttl = 64,
	.ottl = 64,
	.flags = 0x10,
	.id = 100,
	.oid = 7000,
	.window = 502,
	.sport = 40001,
	.dport = 5001,
	.osport = 50000,
	.seq = 1000,
	.ack = 1,
	.payload = 1000,
	.ip_options = "",
	.options = "",
	.outer_sum = SUM_ZERO,
};

/* Version, TOS, ID, flags, TTL or their like in IPv6, of the header at @ip. */
static inline void set_ip(struct packet *packet, uint32_t ip, const struct shape *shape, bool outer)
{
	uint8_t tos = outer ? shape->otos : shape->tos;
	uint16_t fragment = outer ? shape->ofragment : shape->fragment;

	if (!packet_is_ipv4(packet, ip)) {
		set32(packet, ip,
		      0x60000000u | (uint32_t)tos << 20 | (outer ? shape->olabel : shape->label));
		set8(packet, ip + 7, outer ? shape->ottl : shape->ttl);
		return;
	}
	set8(packet, ip + 1, tos);
	set16(packet, ip + 4, outer ? shape->oid : shape->id);
	set16(packet, ip + 6, ((outer ? shape->odf : shape->df) ? 0x4000u : 0) | fragment);
	set8(packet, ip + 8, outer ? shape->ottl : shape->ttl);
}

static inline void swap_ends(struct packet *packet, uint32_t at, uint32_t size)
{
	uint8_t first[16];

	memcpy(first, packet->bytes + at, size);
	memcpy(packet->bytes + at, packet->bytes + at + size, size);
	memcpy(packet->bytes + at + size, first, size);
}

/* Options have to fill whole words; the header's length is set for them. */
static inline uint32_t put_shape_ip(struct packet *packet, const struct shape *shape)
{
	bool v6 = shape->v6 >> (shape->tunnel ? 1 : 0) & 1;
	uint8_t proto = shape->udp ? 17 : 6;
	uint32_t ip = v6 ? put_ipv6(packet, proto) : put_ipv4(packet, proto);

	set_ip(packet, ip, shape, false);
	set8(packet, ip + (v6 ? 23 : 15), shape->host);
	if (shape->loopback && !v6)
		set8(packet, ip + 12, 127);
	if (shape->reverse)
		swap_ends(packet, ip + (v6 ? 8 : 12), v6 ? 16 : 4);
	if (!v6) {
		put_hex(packet, shape->ip_options);
		set8(packet, ip, 0x40 | (packet->length - ip) / 4);
	}
	return ip;
}

static inline uint32_t put_shape_l4(struct packet *packet, const struct shape *shape)
{
	uint32_t l4 = shape->udp ? put_udp(packet, shape->dport) : put_tcp(packet);

	set16(packet, l4, shape->sport);
	set16(packet, l4 + 2, shape->dport);
	if (shape->reverse)
		swap_ends(packet, l4, 2);
	if (!shape->udp) {
		put_hex(packet, shape->options);
		set32(packet, l4 + 4, shape->seq);
		set32(packet, l4 + 8, shape->ack);
		set8(packet, l4 + 12, (packet->length - l4) / 4 << 4);
		set8(packet, l4 + 13, shape->flags);
		set16(packet, l4 + 14, shape->window);
	}
	put_filler(packet, shape->payload);
	return l4;
}

static inline void end_shape_l4(struct packet *packet, const struct shape *shape, uint32_t ip,
				uint32_t l4, enum sum_kind kind)
{
	if (shape->udp)
		end_udp(packet, ip, l4, kind);
	else
		end_tcp(packet, ip, l4, kind);
}

/* The length field lies, or the header checksum; the latter is right for the former. */
static inline void set_ip_lies(struct packet *packet, const struct shape *shape, uint32_t ip,
			       enum sum_kind kind)
{
	uint32_t length = shape->no_length ? 0 : packet->length - ip - shape->stale;

	if (!packet_is_ipv4(packet, ip)) {
		if (shape->no_length || shape->stale)
			set16(packet, ip + 4, length ? length - 40 : 0);
		return;
	}
	if (shape->no_length || shape->stale)
		set16(packet, ip + 2, length);
	set16(packet, ip + 10, 0);
	set16(packet, ip + 10,
	      65535u - folded(words_total(packet->bytes + ip, (packet->bytes[ip] & 0xfu) * 4)));
	if (kind == SUM_ZERO)
		set16(packet, ip + 10, 0);
	else if (kind == SUM_WRONG)
		set8(packet, ip + 10, packet->bytes[ip + 10] ^ 0xffu);
}

static inline void build_shape(struct packet *packet, const struct shape *shape)
{
	uint32_t outer = 14, udp = 0, ip, l4, field;
	uint8_t partial[2];

	packet->length = 0;
	put_ethernet(packet, shape->v6 & 1 ? 0x86dd : 0x0800);
	if (shape->tunnel) {
		if (shape->v6 & 1)
			put_ipv6(packet, 17);
		else
			put_ipv4(packet, 17);
		set_ip(packet, outer, shape, true);
		udp = put_udp(packet, 4789);
		set16(packet, udp, shape->osport);
		put_vxlan(packet, 7);
		packet->bytes[udp + 9] |= shape->left ? 0x20 : 0;
		put_ethernet(packet, shape->v6 & 2 ? 0x86dd : 0x0800);
	}
	ip = put_shape_ip(packet, shape);
	l4 = put_shape_l4(packet, shape);
	field = l4 + (shape->udp ? 6 : 16);
	end_ip(packet, ip);
	end_shape_l4(packet, shape, ip, l4, shape->sum);
	set_ip_lies(packet, shape, ip, shape->ipv4_sum);
	if (shape->tunnel) {
		memcpy(partial, packet->bytes + field, 2);
		if (shape->lco)
			end_shape_l4(packet, shape, ip, l4, SUM_RIGHT);
		end_udp(packet, outer, udp, shape->lco ? SUM_RIGHT : shape->outer_sum);
		memcpy(packet->bytes + field, partial, 2);
		end_ip(packet, outer);
		set_ip_lies(packet, shape, outer, SUM_RIGHT);
	}
	put_zeros(packet, shape->pad);
}

/* Number @number of a capture; the bytes are those of @packet. */
static inline struct frame frame_of_shape(const struct packet *packet, const struct shape *shape,
					  uint64_t number)
{
	struct frame frame = frame_of(packet, number);

	if (shape->cut)
		frame.bytes.length = shape->cut;
	frame.flags |= shape->capture_flags;
	return frame;
}

#endif
