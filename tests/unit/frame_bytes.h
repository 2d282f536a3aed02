/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames built byte by byte, for the tests of view, csum and what stands on them.
 *
 * Nothing here is shared with the code under test: sums are taken by division, over pseudo-headers
 * that are written out as bytes.
 */
#ifndef NOD_TESTS_FRAME_BYTES_H
#define NOD_TESTS_FRAME_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pcap/view.h"
#include "tests/unit/view_rules.h"

#define PACKET_ROOM (1u << 18)

/* LINKTYPE_ETHERNET of the registry of capture files. */
#define LINK_ETHERNET 1

/**
 * struct packet - a frame in the making
 */
struct packet {
	uint32_t length;
	uint8_t bytes[PACKET_ROOM];
};

/* All put_ functions append, and return the offset of what they appended. */
static inline uint32_t put(struct packet *packet, const void *bytes, uint32_t length)
{
	uint32_t off = packet->length;

	assert_true(length <= PACKET_ROOM - off);
	if (length)
		memcpy(packet->bytes + off, bytes, length);
	packet->length += length;
	return off;
}

static inline void set_integer(struct packet *packet, uint32_t off, uint64_t value, uint32_t size)
{
	assert_true(off + size <= packet->length);
	for (uint32_t i = 0; i < size; i++)
		packet->bytes[off + i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

static inline void set8(struct packet *packet, uint32_t off, uint32_t value)
{
	set_integer(packet, off, value, 1);
}

static inline void set16(struct packet *packet, uint32_t off, uint32_t value)
{
	set_integer(packet, off, value, 2);
}

static inline void set32(struct packet *packet, uint32_t off, uint32_t value)
{
	set_integer(packet, off, value, 4);
}

static inline uint32_t put_zeros(struct packet *packet, uint32_t length)
{
	uint32_t off = packet->length;

	assert_true(length <= PACKET_ROOM - off);
	memset(packet->bytes + off, 0, length);
	packet->length += length;
	return off;
}

static inline uint32_t put_integer(struct packet *packet, uint64_t value, uint32_t size)
{
	uint32_t off = put_zeros(packet, size);

	set_integer(packet, off, value, size);
	return off;
}

/* Payload whose bytes differ from their neighbours. */
static inline uint32_t put_filler(struct packet *packet, uint32_t length)
{
	uint32_t off = put_zeros(packet, length);

	for (uint32_t i = 0; i < length; i++)
		packet->bytes[off + i] = (uint8_t)(i * 7 + (i >> 8) + 1);
	return off;
}

static inline unsigned int hex_digit(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* "45 00 0102": lower case, two digits a byte; blanks are for the eye. */
static inline uint32_t put_hex(struct packet *packet, const char *hex)
{
	uint32_t off = packet->length;

	for (; *hex; hex += *hex == ' ' ? 1 : 2)
		if (*hex != ' ')
			put_integer(packet, hex_digit(hex[0]) << 4 | hex_digit(hex[1]), 1);
	return off;
}

static inline uint32_t put_ethernet(struct packet *packet, uint16_t type)
{
	uint32_t off = put_hex(packet, "020000000001 020000000002");

	put_integer(packet, type, 2);
	return off;
}

/* 10.0.0.2 to 10.0.0.1, ID 1, DF, TTL 64; length and checksum come with end_ip(). */
static inline uint32_t put_ipv4(struct packet *packet, uint8_t proto)
{
	uint32_t off = put_hex(packet, "4500 0000 0001 4000 40");

	put_integer(packet, proto, 1);
	put_hex(packet, "0000 0a000002 0a000001");
	return off;
}

/* fd00::2 to fd00::1, hop limit 64. */
static inline uint32_t put_ipv6(struct packet *packet, uint8_t next)
{
	uint32_t off = put_hex(packet, "60000000 0000");

	put_integer(packet, next, 1);
	put_hex(packet, "40 fd00 0000 0000 0000 0000 0000 0000 0002");
	put_hex(packet, "fd00 0000 0000 0000 0000 0000 0000 0001");
	return off;
}

/* 40001 to 5001, sequence number 1000, acknowledging 1, window 502, ACK. */
static inline uint32_t put_tcp(struct packet *packet)
{
	return put_hex(packet, "9c41 1389 000003e8 00000001 5010 01f6 0000 0000");
}

/* From port 50000; the length comes with end_udp(). */
static inline uint32_t put_udp(struct packet *packet, uint16_t dst_port)
{
	uint32_t off = put_hex(packet, "c350");

	put_integer(packet, dst_port, 2);
	put_zeros(packet, 4);
	return off;
}

static inline uint32_t put_vxlan(struct packet *packet, uint32_t vni)
{
	uint32_t off = put_hex(packet, "08000000");

	put_integer(packet, (uint64_t)vni << 8, 4);
	return off;
}

/*
 * The Internet checksum by its definition (RFC 1071): the number whose words, with those of @bytes,
 * are a multiple of 65535.
 */
static inline uint64_t words_total(const uint8_t *bytes, size_t length)
{
	uint64_t total = 0;

	for (size_t i = 0; i < length; i++)
		total += i % 2 ? bytes[i] : bytes[i] * 256u;
	return total;
}

/* The one's complement sum: 1 to 65535, since what is summed here is never all zero. */
static inline uint16_t folded(uint64_t total)
{
	return (uint16_t)(total % 65535 ? total % 65535 : 65535);
}

static inline bool packet_is_ipv4(const struct packet *packet, uint32_t ip)
{
	return packet->bytes[ip] >> 4 == 4;
}

/*
 * The words of a pseudo-header: RFC 9293 section 3.1, RFC 8200 section 8.1. IPv4 has room for a
 * length of 16 bits only; for longer packets (BIG TCP) 32 bits are summed.
 */
static inline uint64_t pseudo_total(const struct packet *packet, uint32_t ip, uint8_t proto,
				    uint32_t length)
{
	uint8_t pseudo[40] = {0};
	uint32_t size = packet_is_ipv4(packet, ip) ? 8 : 32;

	memcpy(pseudo, packet->bytes + ip + (size == 8 ? 12 : 8), size);
	for (uint32_t i = 0; i < 4; i++)
		pseudo[size + i] = (uint8_t)(length >> 8 * (3 - i));
	pseudo[size + 7] = proto;
	return words_total(pseudo, size + 8);
}

/* Length and checksum of the IP header at @ip; its packet ends at the end of what was put so far. */
static inline void end_ip(struct packet *packet, uint32_t ip)
{
	uint32_t length = packet->length - ip, header = (packet->bytes[ip] & 0xfu) * 4;

	if (!packet_is_ipv4(packet, ip)) {
		set16(packet, ip + 4, length - 40 > 0xffff ? 0 : length - 40);
		return;
	}
	set16(packet, ip + 2, length > 0xffff ? 0 : length);
	set16(packet, ip + 10, 0);
	set16(packet, ip + 10, 65535u - folded(words_total(packet->bytes + ip, header)));
}

enum sum_kind {
	SUM_RIGHT,
	SUM_PARTIAL,
	SUM_NOLEN,
	SUM_ZERO,
	SUM_WRONG
};

/* The checksum of what stands from @l4 to the end, by @proto; the field is @field. */
static inline void set_checksum(struct packet *packet, uint32_t ip, uint32_t l4, uint32_t field,
				enum sum_kind kind)
{
	uint8_t proto = field == l4 + 16 ? 6 : 17;
	uint32_t length = packet->length - l4;
	uint64_t pseudo = pseudo_total(packet, ip, proto, length);
	uint16_t right;

	set16(packet, field, 0);
	right = 65535u - folded(pseudo + words_total(packet->bytes + l4, length));
	if (proto == 17 && right == 0)
		right = 65535; /* RFC 768: 0 stands for "none" */
	switch (kind) {
	case SUM_RIGHT:
		set16(packet, field, right);
		break;
	case SUM_PARTIAL:
		set16(packet, field, folded(pseudo));
		break;
	case SUM_NOLEN:
		set16(packet, field, folded(pseudo_total(packet, ip, proto, 0)));
		break;
	case SUM_ZERO:
		break;
	case SUM_WRONG:
		set16(packet, field, right ^ 0x0f0f);
		break;
	}
}

static inline void end_tcp(struct packet *packet, uint32_t ip, uint32_t tcp, enum sum_kind kind)
{
	set_checksum(packet, ip, tcp, tcp + 16, kind);
}

static inline void end_udp(struct packet *packet, uint32_t ip, uint32_t udp, enum sum_kind kind)
{
	uint32_t length = packet->length - udp;

	set16(packet, udp + 4, length > 0xffff ? 0 : length);
	set_checksum(packet, ip, udp, udp + 6, kind);
}

/**
 * struct decoded - a view with all that it borrows
 * @bytes: of just the captured length, so that sanitizers see every read beyond
 */
struct decoded {
	struct view view;
	struct frame frame;
	uint8_t *bytes;
};

static const struct view_options no_options = {0};

static inline struct frame frame_of(const struct packet *packet, uint64_t number)
{
	return (struct frame){
		.number = number,
		.time_ns = (int64_t)number * 1000,
		.bytes = {packet->bytes, packet->length},
		.wire_len = packet->length,
		.link_type = LINK_ETHERNET,
		.flags = FRAME_HAS_TIME,
	};
}

static inline void decode_frame(struct decoded *decoded, const struct frame *frame,
				const struct view_options *options)
{
	const char *fault;

	decoded->frame = *frame;
	decoded->bytes = malloc(frame->bytes.length ? frame->bytes.length : 1);
	assert_non_null(decoded->bytes);
	if (frame->bytes.length)
		memcpy(decoded->bytes, frame->bytes.bytes, frame->bytes.length);
	decoded->frame.bytes.bytes = decoded->bytes;
	memset(&decoded->view, 0xa5, sizeof(decoded->view));
	view_decode(&decoded->view, &decoded->frame, options ? options : &no_options);
	fault = view_fault(&decoded->view);
	if (fault)
		fail_msg("%s", fault);
}

/* As Ethernet, captured whole. decoded_free() it. */
static inline void decode(struct decoded *decoded, const struct packet *packet)
{
	struct frame frame = frame_of(packet, 1);

	decode_frame(decoded, &frame, NULL);
}

static inline void decoded_free(struct decoded *decoded)
{
	free(decoded->bytes);
	decoded->bytes = NULL;
}

#endif
