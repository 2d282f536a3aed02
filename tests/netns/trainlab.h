/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From numbers to frames. It shares nothing with pcap/: what a frame is, is said here a second time.
 */
#ifndef NOD_TESTS_TRAINLAB_H
#define NOD_TESTS_TRAINLAB_H

#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/netns/trainpacket.h"

/**
 * struct wire_frame - its bytes
 * @ip_at, @tunnel_at, @l4_at: where headers are
 * @merged_levels, @udp: what merging looks at: less than what was built if the tunnel's port is none
 * @payload: where it is, and @payload_len
 * @mask: the @nmasked offsets of checksums that merging rewrites
 */
struct wire_frame {
	uint8_t *bytes;
	size_t length;
	const struct packet *packet;
	unsigned int merged_levels;
	bool udp;
	uint32_t ip_at[MOST_LEVELS], tunnel_at[MOST_LEVELS - 1], l4_at, payload, payload_len;
	unsigned int nmasked;
	uint32_t mask[MOST_LEVELS];
};

/* --- arithmetic ----------------------------------------------------------------------------------- */

static inline uint32_t add_bytes(uint32_t sum, const uint8_t *bytes, size_t length)
{
	uint64_t wide = sum;

	for (size_t i = 0; i + 1 < length; i += 2)
		wide += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	if (length % 2)
		wide += (uint32_t)(bytes[length - 1] << 8);
	while (wide >> 16)
		wide = (wide & 0xffff) + (wide >> 16);
	return (uint32_t)wide;
}

static inline void put(uint8_t *bytes, unsigned int width, uint32_t value)
{
	for (unsigned int i = width; i-- > 0; value >>= 8)
		bytes[i] = (uint8_t)value;
}

/* --- headers, from the outside in ----------------------------------------------------------------- */

static inline uint8_t *room(struct wire_frame *frame, size_t length)
{
	uint8_t *at = frame->bytes + frame->length;

	if (frame->length + length > MOST_BYTES)
		error(STATUS_TROUBLE, 0, "a frame is too long");
	memset(at, 0, length);
	frame->length += length;
	return at;
}

static inline void put_link(struct wire_frame *frame, const struct link *link, uint32_t type)
{
	uint8_t *at = room(frame, 12);

	/* Whoever takes the traffic of 02:00:00:00:00:01 takes ours. */
	at[0] = 0x02, at[5] = link->target;
	at[6] = 0x02, at[11] = link->source;
	if (link->tagged) {
		put(room(frame, 2), 2, link->service_tag ? 0x88a8 : 0x8100);
		put(room(frame, 2), 2, link->tag);
	}
	if (link->tagged && link->tagged_twice) {
		put(room(frame, 2), 2, 0x8100);
		put(room(frame, 2), 2, link->second_tag);
	}
	put(room(frame, 2), 2, link->type ?: type);
}

static inline uint32_t type_of_ip(const struct ip *ip)
{
	return ip->version == 4 ? 0x0800 : 0x86dd;
}

/* What stands behind IP header @level. */
static inline uint8_t protocol_at(const struct packet *packet, unsigned int level)
{
	if (packet->ips[level].protocol)
		return packet->ips[level].protocol;
	if (level + 1 == packet->levels)
		return packet->udp ? 17 : 6;
	switch (packet->tunnels[level].kind) {
	case VXLAN:
	case GENEVE:
		return 17;
	case GRE:
	case GRETAP:
		return 47;
	default:
		return packet->ips[level + 1].version == 4 ? 4 : 41;
	}
}

static inline void put_ipv4(struct wire_frame *frame, const struct ip *ip, uint8_t protocol)
{
	uint8_t *at = room(frame, 20);
	uint32_t bits = (uint32_t)(ip->reserved << 15 | ip->df << 14 | ip->mf << 13) | ip->fragment;

	at[0] = (uint8_t)(0x45 + ip->options);
	at[1] = ip->tos;
	put(at + 4, 2, ip->id);
	put(at + 6, 2, bits);
	at[8] = ip->ttl;
	at[9] = protocol;
	at[12] = 10, at[15] = ip->source;
	at[16] = 10, at[19] = ip->target;
	for (unsigned int i = 0; i < 4u * ip->options; i++)
		*room(frame, 1) = 1; /* no operation */
}

/* Eight bytes: the next header, no further eight, and an option that only fills. */
static inline void put_extension(struct wire_frame *frame, const struct ip *ip, uint8_t next,
				 unsigned int kind)
{
	uint8_t *at = room(frame, 8);

	at[0] = next;
	if (kind == FRAGMENT)
		return;
	if (kind == ROUTING) {
		at[2] = 4; /* segment routing, of which nothing is left to do */
		at[7] = ip->extension_byte;
		return;
	}
	at[2] = 1, at[3] = 4;
	at[7] = ip->extension_byte;
}

static inline void put_ipv6(struct wire_frame *frame, const struct ip *ip, uint8_t protocol)
{
	static const uint8_t numbers[] = {0, 60, 43, 44};
	uint8_t *at = room(frame, 40), *next = at + 6;

	put(at, 4, 6u << 28 | (uint32_t)ip->tos << 20 | ip->label);
	at[7] = ip->ttl;
	at[8] = 0xfd, at[23] = ip->source;
	at[24] = 0xfd, at[39] = ip->target;
	for (unsigned int i = 0; i < 4; i++) {
		if (!(ip->extensions & 1u << i))
			continue;
		*next = numbers[i];
		next = frame->bytes + frame->length;
		put_extension(frame, ip, protocol, 1u << i);
	}
	*next = protocol;
}

static inline void put_ip(struct wire_frame *frame, const struct packet *packet, unsigned int level)
{
	const struct ip *ip = &packet->ips[level];

	frame->ip_at[level] = (uint32_t)frame->length;
	if (ip->version == 4)
		put_ipv4(frame, ip, protocol_at(packet, level));
	else
		put_ipv6(frame, ip, protocol_at(packet, level));
}

static inline void put_ports(struct wire_frame *frame, uint16_t sport, uint16_t dport)
{
	uint8_t *at = room(frame, 8);

	put(at, 2, sport);
	put(at + 2, 2, dport);
}

static inline void put_geneve(struct wire_frame *frame, const struct tunnel_header *tunnel,
			      uint32_t type)
{
	uint8_t *at = room(frame, 8);

	at[0] = (uint8_t)(tunnel->version << 6 | tunnel->option_words);
	at[1] = tunnel->flags;
	put(at + 2, 2, tunnel->protocol ?: type);
	put(at + 4, 4, tunnel->vni << 8 | tunnel->reserved);
	if (!tunnel->option_words)
		return;
	/* One option that takes all the room. */
	at = room(frame, 4u * tunnel->option_words);
	put(at, 2, 0x0102);
	at[2] = 0x03, at[3] = (uint8_t)(tunnel->option_words - 1);
	at[4u * tunnel->option_words - 1] = tunnel->option_byte;
}

static inline void put_gre(struct wire_frame *frame, const struct tunnel_header *tunnel,
			   uint32_t type)
{
	uint8_t *at = room(frame, 4);

	at[0] = (uint8_t)(tunnel->has_sum << 7 | tunnel->has_key << 5 | tunnel->has_sequence << 4 |
			  tunnel->flags);
	at[1] = tunnel->version;
	put(at + 2, 2, tunnel->protocol ?: type);
	if (tunnel->has_sum)
		room(frame, 4);
	if (tunnel->has_key)
		put(room(frame, 4), 4, tunnel->key);
	if (tunnel->has_sequence)
		put(room(frame, 4), 4, tunnel->sequence);
}

static inline void put_tunnel(struct wire_frame *frame, const struct packet *packet,
			      unsigned int level)
{
	const struct tunnel_header *tunnel = &packet->tunnels[level];
	uint32_t type = type_of_ip(&packet->ips[level + 1]);
	uint8_t *at;

	frame->tunnel_at[level] = (uint32_t)frame->length;
	switch (tunnel->kind) {
	case VXLAN:
		put_ports(frame, tunnel->sport, tunnel->dport);
		at = room(frame, 8);
		at[0] = (uint8_t)(0x08 ^ tunnel->flags);
		at[3] = tunnel->version;
		put(at + 4, 4, tunnel->vni << 8 | tunnel->reserved);
		put_link(frame, &tunnel->link, type);
		break;
	case GENEVE:
		put_ports(frame, tunnel->sport, tunnel->dport);
		put_geneve(frame, tunnel, 0x6558);
		if (!tunnel->protocol)
			put_link(frame, &tunnel->link, type);
		break;
	case GRE:
		put_gre(frame, tunnel, type);
		break;
	case GRETAP:
		put_gre(frame, tunnel, 0x6558);
		put_link(frame, &tunnel->link, type);
		break;
	default:
		break;
	}
}

static inline void put_tcp(struct wire_frame *frame, const struct packet *packet)
{
	const struct tcp *tcp = &packet->tcp;
	size_t words = (tcp->timestamps ? 3u : 0) + (tcp->sack ? 3u : 0) + tcp->padding_words;
	uint8_t *at = room(frame, 20);

	put(at, 2, packet->sport);
	put(at + 2, 2, packet->dport);
	put(at + 4, 4, tcp->seq);
	put(at + 8, 4, tcp->ack);
	put(at + 12, 2, tcp->flags | (uint32_t)(tcp->offset_words ?: 5 + words) << 12);
	put(at + 14, 2, tcp->window);
	put(at + 18, 2, tcp->urgent);
	if (tcp->timestamps) {
		at = room(frame, 12);
		put(at, 4, 0x0101080a);
		put(at + 4, 4, tcp->ts);
		put(at + 8, 4, tcp->ts_echo);
	}
	if (tcp->sack) {
		at = room(frame, 12);
		put(at, 4, 0x0101050a);
		put(at + 4, 4, tcp->ack + 1000);
		put(at + 8, 4, tcp->ack + 2000);
	}
	memset(room(frame, 4u * tcp->padding_words), 1, 4u * tcp->padding_words);
}

static inline void put_payload(struct wire_frame *frame, const struct packet *packet)
{
	uint8_t *at;

	frame->payload = (uint32_t)frame->length;
	frame->payload_len = packet->length;
	at = room(frame, packet->length);
	for (unsigned int i = 0; i < packet->length; i++)
		at[i] = (uint8_t)((packet->tcp.seq + i) * 167 >> 4);
}

/* --- lengths and checksums, from the inside out --------------------------------------------------- */

static inline uint32_t address_sum(const struct wire_frame *frame, unsigned int level)
{
	const uint8_t *ip = frame->bytes + frame->ip_at[level];

	return frame->packet->ips[level].version == 4 ? add_bytes(0, ip + 12, 8)
						      : add_bytes(0, ip + 8, 32);
}

static inline uint16_t l4_sum(const struct wire_frame *frame, unsigned int level, uint32_t at,
			      uint8_t protocol)
{
	size_t length = frame->length - at;
	uint32_t sum = address_sum(frame, level) + (uint32_t)length + protocol;

	return (uint16_t)~add_bytes(sum, frame->bytes + at, length);
}

/* Is it what stands there until somebody fills in the sum, with or without the length? That is not wrong. */
static inline bool is_unfinished(const struct wire_frame *frame, unsigned int level, uint32_t at,
				 uint8_t protocol, uint16_t value)
{
	uint32_t sum = address_sum(frame, level) + protocol;
	uint32_t length = (uint32_t)frame->length - at;

	return value == add_bytes(sum, NULL, 0) || value == add_bytes(sum + length, NULL, 0);
}

/* The checksum of L4 at @at, as it is to be. */
static inline uint16_t l4_sum_made(const struct wire_frame *frame, unsigned int level, uint32_t at,
				   uint8_t protocol, enum sum how)
{
	uint16_t right = l4_sum(frame, level, at, protocol), wrong = right ^ 0x0404;

	if (how == SUM_ZERO)
		return 0;
	if (how == SUM_RIGHT)
		return !right && protocol == 17 ? 0xffff : right;
	while (!wrong || wrong == 0xffff || wrong == right ||
	       is_unfinished(frame, level, at, protocol, wrong))
		wrong++;
	return wrong;
}

static inline void put_sum(uint8_t *at, enum sum how, uint16_t sum)
{
	if (how == SUM_ZERO)
		sum = 0;
	else if (how == SUM_WRONG)
		sum ^= 0x0404;
	put(at, 2, sum);
}

/* The length of IP header @level, and its checksum. One that is too short leaves the headers whole. */
static inline void finish_ip(struct wire_frame *frame, const struct packet *packet,
			     unsigned int level)
{
	const struct ip *ip = &packet->ips[level];
	uint8_t *at = frame->bytes + frame->ip_at[level];
	uint32_t length = (uint32_t)frame->length - frame->ip_at[level];
	int off = ip->length_off < -(int)packet->length ? -(int)packet->length : ip->length_off;

	if (ip->version == 6) {
		put(at + 4, 2, (uint32_t)((int)length - 40 + off));
		return;
	}
	put(at + 2, 2, (uint32_t)((int)length + off));
	put(at + 10, 2, 0);
	put_sum(at + 10, ip->sum, (uint16_t)~add_bytes(0, at, 20 + 4u * ip->options));
}

static inline void finish_udp(struct wire_frame *frame, unsigned int level, uint32_t off,
			      enum sum sum, int length_off)
{
	uint8_t *at = frame->bytes + off;

	put(at + 4, 2, (uint32_t)((int)(frame->length - off) + length_off));
	put(at + 6, 2, 0);
	put(at + 6, 2, l4_sum_made(frame, level, off, 17, sum));
	if (sum == SUM_RIGHT)
		frame->mask[frame->nmasked++] = off + 6;
}

static inline void finish_tcp(struct wire_frame *frame, const struct packet *packet)
{
	uint8_t *at = frame->bytes + frame->l4_at;

	put(at + 16, 2, l4_sum_made(frame, packet->levels - 1, frame->l4_at, 6, packet->sum));
	frame->mask[frame->nmasked++] = frame->l4_at + 16;
}

static inline void finish_tunnel(struct wire_frame *frame, const struct packet *packet,
				 unsigned int level)
{
	const struct tunnel_header *tunnel = &packet->tunnels[level];
	uint32_t off = frame->tunnel_at[level];
	uint8_t *at = frame->bytes + off;

	if (tunnel->kind == VXLAN || tunnel->kind == GENEVE)
		finish_udp(frame, level, off, tunnel->sum, 0);
	else if ((tunnel->kind == GRE || tunnel->kind == GRETAP) && tunnel->has_sum)
		put_sum(at + 4, tunnel->sum, (uint16_t)~add_bytes(0, at, frame->length - off));
}

/* UDP to a port without a tunnel is just that, whatever is in it. */
static inline void end_at_outer_udp(struct wire_frame *frame)
{
	frame->merged_levels = 1;
	frame->udp = true;
	frame->l4_at = frame->tunnel_at[0];
	frame->payload = frame->l4_at + 8;
	frame->payload_len = (uint32_t)frame->length - frame->payload;
	frame->mask[0] = frame->l4_at + 6;
	frame->nmasked = 1;
}

/* @frame->bytes has room for MOST_BYTES. */
static inline void build(struct wire_frame *frame, const struct packet *packet)
{
	frame->packet = packet;
	frame->length = 0;
	frame->nmasked = 0;
	put_link(frame, &packet->link, type_of_ip(&packet->ips[0]));
	for (unsigned int level = 0; level < packet->levels; level++) {
		put_ip(frame, packet, level);
		if (level + 1 < packet->levels)
			put_tunnel(frame, packet, level);
	}
	frame->l4_at = (uint32_t)frame->length;
	if (packet->udp)
		put_ports(frame, packet->sport, packet->dport);
	else
		put_tcp(frame, packet);
	put_payload(frame, packet);
	if (packet->udp)
		finish_udp(frame, packet->levels - 1, frame->l4_at, packet->sum,
			   packet->udp_length_off);
	else
		finish_tcp(frame, packet);
	for (unsigned int level = packet->levels; level-- > 0;) {
		if (level + 1 < packet->levels)
			finish_tunnel(frame, packet, level);
		finish_ip(frame, packet, level);
	}
	frame->merged_levels = packet->levels;
	frame->udp = packet->udp;
	if (packet->levels > 1 && packet->tunnels[0].dport == OTHER_PORT)
		end_at_outer_udp(frame);
	memset(room(frame, packet->trailer), 0, packet->trailer);
}

#endif
