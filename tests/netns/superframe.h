/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames at random, whole or in segments, for the tests of nod split against the kernel.
 */
#ifndef NOD_TESTS_SUPERFRAME_H
#define NOD_TESTS_SUPERFRAME_H

#include <error.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "pcap/csum.h"
#include "pcap/split/split.h"

#define SUPER_ROOM (1 << 17)

/* No device has it: frames of the test are known by it. */
#define SUPER_SOURCE "\x02\x5e\x00\x00\x00\x02"

/* A generator of its own, so that a seed means the same everywhere (Marsaglia's xorshift). */
static inline uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 16) % below);
}

static inline void seed_with(uint64_t *seed, uint64_t number)
{
	*seed = number * 0x9e3779b97f4a7c15ull + 1;
	for (int i = 0; i < 8; i++)
		draw(seed, 2);
}

/**
 * struct shape - what a flow is made of
 * @segment: bytes of payload in each frame but the last
 */
struct shape {
	bool ipv6, udp, df;
	uint8_t flags, tos, ttl, options, extension;
	uint16_t id, port;
	uint32_t seq, ack, segment, payload, content;
};

static inline void put_be16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void put_be32(uint8_t *p, uint32_t value)
{
	put_be16(p, value >> 16);
	put_be16(p + 2, value);
}

/* RFC 1071, word by word. */
static inline uint32_t add_words(uint32_t sum, const uint8_t *bytes, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++) {
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

static inline uint32_t pseudo_words(const struct shape *shape, const uint8_t *ip, uint32_t length)
{
	uint32_t sum = shape->ipv6 ? add_words(0, ip + 8, 32) : add_words(0, ip + 12, 8);

	sum += (shape->udp ? 17 : 6) + length;
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static inline uint32_t ip_header_bytes(const struct shape *shape)
{
	return shape->ipv6 ? 40 + shape->extension : 20;
}

static inline uint32_t l4_header_bytes(const struct shape *shape)
{
	return shape->udp ? 8 : 20 + shape->options;
}

static inline uint32_t header_bytes(const struct shape *shape)
{
	return 14 + ip_header_bytes(shape) + l4_header_bytes(shape);
}

/* IP header for @length bytes behind it; the ID is @index more than the first. */
static inline void build_ip(uint8_t *p, const struct shape *shape, uint32_t length, uint16_t index)
{
	static const uint8_t hosts[2][16] = {{0xfd, 0x66, [15] = 2}, {0xfd, 0x66, [15] = 1}};
	uint8_t proto = shape->udp ? 17 : 6;

	memset(p, 0, ip_header_bytes(shape));
	if (shape->ipv6) {
		p[0] = (uint8_t)(0x60 | shape->tos >> 4);
		p[1] = (uint8_t)(shape->tos << 4);
		put_be16(p + 4, length + shape->extension);
		p[6] = shape->extension ? 60 : proto;
		p[7] = shape->ttl;
		memcpy(p + 8, hosts, 32);
		if (shape->extension)
			memcpy(p + 40, (uint8_t[]){proto, 0, 1, 4, 0, 0, 0, 0}, 8);
		return;
	}
	p[0] = 0x45;
	p[1] = shape->tos;
	put_be16(p + 2, length + 20);
	put_be16(p + 4, (uint16_t)(shape->id + index));
	put_be16(p + 6, shape->df ? 0x4000 : 0);
	p[8] = shape->ttl;
	p[9] = proto;
	memcpy(p + 12, (uint8_t[]){10, 77, 0, 2, 10, 77, 0, 1}, 8);
	put_be16(p + 10, ~add_words(0, p, 20));
}

static inline void build_l4(uint8_t *p, const struct shape *shape, uint32_t from, uint32_t len,
			    uint8_t flags)
{
	memset(p, 0, l4_header_bytes(shape));
	put_be16(p, shape->port);
	put_be16(p + 2, 5001);
	if (shape->udp) {
		put_be16(p + 4, len + 8);
		return;
	}
	put_be32(p + 4, shape->seq + from);
	put_be32(p + 8, shape->ack);
	p[12] = (uint8_t)(l4_header_bytes(shape) << 2);
	p[13] = flags;
	put_be16(p + 14, 777);
	for (uint32_t i = 0; i < shape->options; i++)
		p[20 + i] = i % 12 < 2 ? 1 : (uint8_t[]){8, 10, 0, 0, 1, 2, 0, 0, 3, 4}[i % 12 - 2];
}

/*
 * Bytes @from to @from + @len of the payload as a frame of its own; returns its length. @partial: the
 * checksum is left to the NIC.
 */
static inline uint32_t build_frame(uint8_t *frame, const struct shape *shape, uint32_t from,
				   uint32_t len, bool partial)
{
	uint32_t ip = 14, l4 = ip + ip_header_bytes(shape), data = header_bytes(shape), sum;
	uint8_t *field = frame + l4 + (shape->udp ? 6 : 16), flags = shape->flags;

	if (from + len < shape->payload)
		flags &= (uint8_t)~0x09; /* FIN, PSH */
	if (from)
		flags &= 0x7f; /* CWR */
	memcpy(frame, "\x02\x5e\x00\x00\x00\x01" SUPER_SOURCE, 12);
	put_be16(frame + 12, shape->ipv6 ? 0x86dd : 0x0800);
	build_ip(frame + ip, shape, data - l4 + len, (uint16_t)(from / shape->segment));
	build_l4(frame + l4, shape, from, len, flags);
	for (uint32_t i = 0; i < len; i++)
		frame[data + i] =
			(uint8_t)((from + i) * (2 * shape->content + 1) + ((from + i) >> 7));
	sum = pseudo_words(shape, frame + ip, data - l4 + len);
	if (!partial) {
		sum = ~add_words(sum, frame + l4, data - l4 + len) & 0xffff;
		if (shape->udp && !sum)
			sum = 0xffff;
	}
	put_be16(field, sum);
	return data + len;
}

/* Flags and fields at random, with @flags among the flags of TCP that may be set. */
static inline void draw_shape(struct shape *shape, uint64_t *seed, uint8_t flags)
{
	*shape = (struct shape){
		.ipv6 = draw(seed, 2),
		.df = draw(seed, 2),
		.flags = (uint8_t)(draw(seed, 256) & flags) | 0x10,
		.tos = (uint8_t)draw(seed, 256),
		.ttl = (uint8_t)(1 + draw(seed, 255)),
		.options = (uint8_t)(draw(seed, 2) * 12),
		.id = (uint16_t)draw(seed, 65536),
		.port = (uint16_t)(1024 + draw(seed, 60000)),
		.seq = draw(seed, UINT32_MAX),
		.ack = draw(seed, UINT32_MAX),
		.content = draw(seed, 128),
	};
}

/* --- frames, decoded ---------------------------------------------------------------------------- */

static inline void decode_bytes(struct view *view, struct frame *frame, const uint8_t *bytes,
				size_t length)
{
	static const struct view_options options;

	*frame = (struct frame){.number = 1,
				.bytes = {bytes, length},
				.wire_len = (uint32_t)length,
				.link_type = 1};
	view_decode(view, frame, &options);
}

/* Does it come from build_frame(), whatever is around it? */
static inline bool is_super(const struct view *view)
{
	for (unsigned int i = view->nheaders; i-- > 0;)
		if (view->headers[i].kind == HEADER_ETHERNET)
			return memcmp(view_header(view, &view->headers[i]) + 6, SUPER_SOURCE, 6) ==
			       0;
	return false;
}

static inline enum split_result split_bytes(const uint8_t *bytes, size_t length,
					    struct split_size size, split_emit *emit, void *context)
{
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	const char *reason = NULL;
	enum split_result result;
	struct frame frame;
	struct view view;

	decode_bytes(&view, &frame, bytes, length);
	csum_verify(&view, sum_ops_best(), verdicts, &counts);
	result = split_frame(&view, verdicts, &size, sum_ops_best(), emit, context, &reason);
	if (result == SPLIT_REFUSED)
		printf("# refused: %s\n", reason);
	return result;
}

/* Is @piece just these bytes? Says where not. */
static inline bool is_piece(const struct split_piece *piece, const uint8_t *bytes, size_t length)
{
	size_t head = piece->head.length, all = head + piece->body.length, i = 0;

	while (i < all && i < length &&
	       (i < head ? piece->head.bytes[i] : piece->body.bytes[i - head]) == bytes[i])
		i++;
	if (i == all && i == length && piece->wire_len == length)
		return true;
	printf("# segment %u of %u: byte %zu of %zu; the other has %zu\n", piece->index,
	       piece->count, i, all, length);
	return false;
}

#endif
