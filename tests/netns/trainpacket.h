/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet in numbers: every field of every header is one, so that a train can be changed in one place
 * and still be right, or wrong in that place alone.
 */
#ifndef NOD_TESTS_TRAINPACKET_H
#define NOD_TESTS_TRAINPACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not what is tested, but what it takes to test. */
#define STATUS_TROUBLE 3

#define MOST_FRAMES 60
#define MOST_BYTES  65535
#define MOST_LEVELS 3
#define VXLAN_PORT  4789
#define OTHER_PORT  4791 /* of a tunnel that nobody listens to */

/* xorshift64*: the same numbers everywhere. */
static inline uint32_t draw(uint64_t *random, uint32_t below)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return (uint32_t)((*random * UINT64_C(2685821657736338717) >> 33) % below);
}

enum tunnel {
	NO_TUNNEL,
	VXLAN,
	GENEVE,
	GRE,	/* IP in it */
	GRETAP, /* Ethernet in it */
	IPIP,
	TUNNELS
};

enum sum {
	SUM_RIGHT,
	SUM_WRONG,
	SUM_ZERO
};

/* IPv6 extension headers. */
enum extension {
	HOP_BY_HOP = 1 << 0,
	DESTINATION = 1 << 1,
	ROUTING = 1 << 2,
	FRAGMENT = 1 << 3,
};

struct link {
	uint8_t source, target;
	uint16_t type; /* 0: as what follows */
	bool tagged, tagged_twice, service_tag;
	uint16_t tag, second_tag;
};

/* @id: made by number_train() from @id_first, @id_step (added before) and @id_mask, or set. */
struct ip {
	uint8_t version, tos, ttl, options, extensions, extension_byte, source, target, protocol;
	bool df, mf, reserved, id_set;
	enum sum sum;
	uint16_t id, id_first, id_mask, fragment;
	int id_step, length_off;
	uint32_t label;
};

struct tunnel_header {
	enum tunnel kind;
	struct link link;
	uint16_t sport, dport;
	enum sum sum;
	uint32_t vni, key, sequence;
	uint8_t flags, version, reserved, option_words, option_byte;
	uint16_t protocol; /* 0: as what follows */
	bool has_key, has_sum, has_sequence;
};

struct tcp {
	uint32_t seq, ack, ts, ts_echo;
	uint16_t flags, window, urgent;
	uint8_t padding_words, offset_words;
	bool timestamps, sack;
};

/**
 * struct packet - one frame in numbers
 * @levels: IP headers; @tunnels[i] is between @ips[i] and @ips[i + 1]
 * @flow: packets of one count on from each other
 * @seq_skip: bytes that are missing before it; @seq_off: its number alone is off
 */
struct packet {
	struct link link;
	unsigned int levels, flow, length, trailer;
	struct ip ips[MOST_LEVELS];
	struct tunnel_header tunnels[MOST_LEVELS - 1];
	bool udp;
	uint16_t sport, dport;
	enum sum sum;
	int udp_length_off;
	uint32_t seq_skip;
	int seq_off;
	struct tcp tcp;
};

#endif
