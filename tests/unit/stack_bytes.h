/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merged frames and their segments, for the tests of pcap/split.
 *
 * Frames are written as stacks, one letter for each header (see put_stack()): the merged frame and each of
 * its segments are built by the same lines, with sums taken by division.
 */
#ifndef NOD_TESTS_STACK_BYTES_H
#define NOD_TESTS_STACK_BYTES_H

#include "tests/unit/frame_bytes.h"

#include "pcap/csum.h"
#include "pcap/split/split.h"

enum {
	LINK_RAW = 101,
	LINK_SLL = 113,
	LINK_SLL2 = 276
};

enum {
	FIN = 0x01,
	PSH = 0x08,
	ACK = 0x10,
	CWR = 0x80
};

/**
 * struct wish - a frame to build
 * @from, @len: its part of the payload
 * @index: IDs are as many more than those of the first
 * @merged: it is not of the wire
 * @flags: of TCP
 * @l4, @outer: checksums of the innermost header, and of those around
 * @zero: lengths and checksums of IPv4 headers are 0
 * @fixed: bit 1 for the innermost, 2 for the outer IDs: they stay
 */
struct wish {
	uint32_t from, len, index;
	bool merged;
	uint8_t flags;
	enum sum_kind l4, outer;
	bool zero;
	uint8_t fixed;
};

static struct packet merged, wanted;

static inline void put_payload(struct packet *packet, const struct wish *wish)
{
	uint32_t off = put_zeros(packet, wish->len);

	for (uint32_t i = 0; i < wish->len; i++) {
		uint32_t at = wish->from + i;

		packet->bytes[off + i] = (uint8_t)(at * 7 + (at >> 8) + (at >> 16) + 1);
	}
}

static inline uint16_t type_of(char next)
{
	return next == '4'		    ? 0x0800
	       : next == 'q'		    ? 0x8100
	       : next == 'm'		    ? 0x8847
	       : next == 'o'		    ? 0x8864
	       : next == 'e' || next == 'l' ? 0x6558
					    : 0x86dd;
}

static inline uint8_t proto_of(char next)
{
	switch (next) {
	case 't':
		return 6;
	case 'g':
	case 'G':
	case 'K':
	case 'B':
	case 'Q':
		return 47;
	case '4':
		return 4;
	case '6':
		return 41;
	case 'x':
		return 60;
	case 'b':
		return 43;
	case 'a':
		return 51;
	default:
		return 17;
	}
}

static inline void put_stack(struct packet *packet, const char *stack, const struct wish *wish,
			     uint32_t ip);

static inline void put_ipv4_packet(struct packet *packet, const char *rest, const struct wish *wish,
				   bool innermost)
{
	uint32_t ip = put_ipv4(packet, proto_of(*rest));
	bool fixed = wish->fixed >> !innermost & 1;

	set16(packet, ip + 4, (0xfffeu + 0x1234 * !innermost + (fixed ? 0 : wish->index)) & 0xffff);
	put_stack(packet, rest, wish, ip);
	end_ip(packet, ip);
	if (wish->zero) {
		set16(packet, ip + 2, 0);
		set16(packet, ip + 10, 0);
	}
}

/* Jumbograms: merged, a header or an option with the length; split, no header, or padding. */
static inline void put_ipv6_packet(struct packet *packet, char kind, const char *rest,
				   const struct wish *wish)
{
	bool alone = kind == 'j', jumbo = (alone && wish->merged) || kind == 'J';
	uint32_t ip = put_ipv6(packet, jumbo ? 0 : proto_of(*rest)), option = 0;

	if (jumbo) {
		put_integer(packet, proto_of(*rest), 1);
		put_hex(packet, alone ? "00" : "01 05020000");
		option = put_hex(packet, wish->merged ? "c204 00000000" : "0104 00000000");
		put_hex(packet, alone ? "" : "01020000");
	}
	put_stack(packet, rest, wish, ip);
	end_ip(packet, ip);
	if (jumbo && wish->merged) {
		set16(packet, ip + 4, 0);
		set32(packet, option + 2, packet->length - ip - 40);
	}
}

static inline void put_udp_tunnel(struct packet *packet, char kind, const char *rest,
				  const struct wish *wish, uint32_t ip)
{
	uint16_t port = kind == 'p' || kind == 'P'   ? 2152
			: kind == 'n' || kind == 'N' ? 6081
						     : 4789;
	uint32_t udp = put_udp(packet, port), gtp = packet->length;
	bool none = kind == 'U' || kind == 'N';

	if (port == 4789)
		put_vxlan(packet, 7);
	else if (port == 6081)
		put_hex(packet, kind == 'n' ? "0000 6558 00000900"
					    : "0200 6558 00000900 0102 8001 00000000");
	else
		put_hex(packet, kind == 'p' ? "30ff 0000 00000001" : "32ff 0000 00000001 00010000");
	put_stack(packet, rest, wish, ip);
	if (port == 2152)
		set16(packet, gtp + 2, packet->length - gtp - 8);
	end_udp(packet, ip, udp, none ? SUM_ZERO : wish->outer);
}

/* RFC 2784: the checksum is over header and payload. In frames to be segmented Linux has none yet. */
static inline void put_gre(struct packet *packet, char kind, const char *rest,
			   const struct wish *wish, uint32_t ip)
{
	bool sum = kind == 'G' || kind == 'B', key = kind == 'G' || kind == 'K';
	uint32_t gre = put_integer(packet, sum * 0x80 | key * 0x20 | (kind == 'Q') * 0x10, 1);

	put_zeros(packet, 1);
	put_integer(packet, type_of(*rest), 2);
	put_zeros(packet, sum ? 4 : 0);
	if (key || kind == 'Q')
		put_integer(packet, 0x77, 4);
	put_stack(packet, rest, wish, ip);
	if (sum && !wish->merged)
		set16(packet, gre + 4,
		      65535u - folded(words_total(packet->bytes + gre, packet->length - gre)));
}

static inline void put_l4(struct packet *packet, char kind, const struct wish *wish, uint32_t ip)
{
	uint32_t l4 = kind == 't' ? put_tcp(packet) : put_udp(packet, 9);

	if (kind == 't') {
		/* Timestamps, and sequence numbers that wrap. */
		set8(packet, l4 + 12, 0x80);
		put_hex(packet, "0101 080a 00000001 00000002");
		set32(packet, l4 + 4, 0xfffffc00 + wish->from);
		set8(packet, l4 + 13, wish->flags);
	}
	put_payload(packet, wish);
	if (kind == 't')
		end_tcp(packet, ip, l4, wish->l4);
	else
		end_udp(packet, ip, l4, kind == 'D' ? SUM_ZERO : wish->l4);
}

static inline void put_link(struct packet *packet, char kind, const char *rest,
			    const struct wish *wish)
{
	uint32_t off = packet->length;

	switch (kind) {
	case 'e':
		put_ethernet(packet, type_of(*rest));
		break;
	case 'l': /* with a length, LLC and SNAP */
		put_ethernet(packet, 0);
		put_hex(packet, "aaaa03 000000");
		put_integer(packet, type_of(*rest), 2);
		break;
	case 'q':
		put_hex(packet, "0064");
		put_integer(packet, type_of(*rest), 2);
		break;
	case 'm':
		put_hex(packet, "00001140");
		break;
	case 'o':
		put_hex(packet, "1100 0001 0000");
		put_integer(packet, *rest == '4' ? 0x21 : 0x57, 2);
		break;
	case 's':
		put_hex(packet, "0004 0001 0006 0200000000010000");
		put_integer(packet, type_of(*rest), 2);
		break;
	case 'S':
		put_integer(packet, type_of(*rest), 2);
		put_hex(packet, "0000 00000002 0001 04 06 0200000000010000");
		break;
	}
	put_stack(packet, rest, wish, VIEW_NONE);
	if (kind == 'o')
		set16(packet, off + 4, packet->length - off - 6);
	if (kind == 'l')
		set16(packet, off + 12, packet->length - off - 14);
}

static inline void put_extension(struct packet *packet, char kind, const char *rest,
				 const struct wish *wish, uint32_t ip)
{
	put_integer(packet, proto_of(*rest), 1);
	if (kind == 'a')
		put_hex(packet, "01 0000 00000001 00000001");
	else
		put_hex(packet, kind == 'x' ? "00 0104 00000000"
					    : "02 02 00 00000000 fd000000000000000000000000000099");
	put_stack(packet, rest, wish, ip);
}

/*
 * e Ethernet, l the same with LLC, q VLAN, m MPLS, o PPPoE, s and S Linux cooked, 4 IPv4, 6 IPv6, j and J
 * with a jumbo payload option, x destination options, b routing header, a AH, u and U VXLAN, n and N
 * Geneve (capitals: without a checksum), p GTP-U, P with
 * sequence numbers, g GRE, G with checksum and key, B with checksum, K with key, Q
 * with sequence numbers, t TCP, d UDP, D UDP without a checksum.
 */
static inline void put_stack(struct packet *packet, const char *stack, const struct wish *wish,
			     uint32_t ip)
{
	const char *rest = stack + 1;

	switch (*stack) {
	case '4':
		put_ipv4_packet(packet, rest, wish, !strpbrk(rest, "46jJ"));
		break;
	case '6':
	case 'j':
	case 'J':
		put_ipv6_packet(packet, *stack, rest, wish);
		break;
	case 'x':
	case 'b':
	case 'a':
		put_extension(packet, *stack, rest, wish, ip);
		break;
	case 'u':
	case 'U':
	case 'n':
	case 'N':
	case 'p':
	case 'P':
		put_udp_tunnel(packet, *stack, rest, wish, ip);
		break;
	case 'g':
	case 'G':
	case 'B':
	case 'K':
	case 'Q':
		put_gre(packet, *stack, rest, wish, ip);
		break;
	case 't':
	case 'd':
	case 'D':
		put_l4(packet, *stack, wish, ip);
		break;
	default:
		put_link(packet, *stack, rest, wish);
	}
}

static inline uint32_t link_of(const char *stack)
{
	return *stack == 's'			? LINK_SLL
	       : *stack == 'S'			? LINK_SLL2
	       : *stack == 'e' || *stack == 'l' ? LINK_ETHERNET
						: LINK_RAW;
}

static const char *const stacks[] = {
	"e4t",	  "e6t",     "e4d",	  "e6d",    "e4D",	 "eq4t",      "eqq6t",	"em4t",
	"eo4t",	  "eo6t",    "s4t",	  "S6t",    "4t",	 "6t",	      "e6xt",	"e6bt",
	"e4ue4t", "e4Ue4t",  "e6ue4t",	  "e4ue6t", "e6Ue6t",	 "e4ueq4t",   "e4ne4t", "e4Ne4t",
	"e6Ne6t", "e4p4t",   "e4p6t",	  "e4g4t",  "e4G4t",	 "e6G6t",     "e4Be4t", "e4Ke4t",
	"e4Ge6t", "e44t",    "e46t",	  "e64t",   "e66t",	 "e4ue4d",    "e4ue4D", "e4Be4D",
	"e44G4t", "e4ue44t", "e4ue4ue4t", "e6x4t",  "e4Be4ue4d", "e4ue4Be4D", "e46xt",
};

static inline void assert_bytes(const uint8_t *bytes, const uint8_t *right, size_t length)
{
	if (length)
		assert_memory_equal(bytes, right, length);
}

static inline void assert_piece(const struct split_piece *piece, const struct packet *right)
{
	assert_int_equal(piece->wire_len, right->length);
	assert_int_equal(piece->head.length + piece->body.length, right->length);
	assert_bytes(piece->head.bytes, right->bytes, piece->head.length);
	assert_bytes(piece->body.bytes, right->bytes + piece->head.length, piece->body.length);
}

/* The frame comes out as it went in. */
static inline int emit_kept(void *context, const struct split_piece *piece)
{
	uint32_t *count = context;

	(*count)++;
	assert_int_equal(piece->index, 0);
	assert_int_equal(piece->count, 1);
	assert_int_equal(piece->wire_len, merged.length);
	assert_int_equal(piece->head.length, 0);
	assert_bytes(piece->body.bytes, merged.bytes, piece->body.length);
	return 0;
}

/* Decode @frame and split it. */
static inline enum split_result split(const struct frame *frame, const struct split_size *size,
				      split_emit *each, void *context, const char **reason)
{
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	enum split_result result;
	struct decoded decoded;

	decode_frame(&decoded, frame, NULL);
	csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	result = split_frame(&decoded.view, verdicts, size, sum_ops_best(), each, context, reason);
	decoded_free(&decoded);
	return result;
}

static inline struct frame merged_frame(const char *stack)
{
	struct frame frame = frame_of(&merged, 1);

	frame.link_type = link_of(stack);
	return frame;
}

static inline void assert_kept(const char *stack, const struct frame *frame, struct split_size size,
			       enum split_result wanted_result)
{
	const char *reason = "";
	uint32_t count = 0;
	enum split_result result = split(frame, &size, emit_kept, &count, &reason);

	if (result != wanted_result)
		fail_msg("%s: %d, not %d: %s", stack, result, wanted_result, reason);
	assert_int_equal(count, 1);
	assert_int_equal(reason != NULL, result == SPLIT_REFUSED);
}

#endif
