/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which checksum covers a byte, and what becomes of it when the byte changes?
 */
#include "mend.h"

enum {
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_GRE = 47,
};

/* With the checksum present bit (RFC 2784). */
static bool is_summed_gre(const struct sim_wire *wire, const struct sim_level *level)
{
	return level->protocol == PROTO_GRE && !level->fragment && level->l4 + 8 <= level->end &&
	       wire->bytes[level->l4] & 0x80;
}

static bool is_whole(const struct sim_level *level)
{
	if (level->fragment)
		return false;
	return (level->protocol == PROTO_TCP && level->l4 + 20 <= level->end) ||
	       (level->protocol == PROTO_UDP && level->l4 + 8 <= level->end);
}

/* The offset of the checksum of @level that covers @at, 0 if none does; @base: where its words begin. */
static uint32_t covering(const struct sim_wire *wire, const struct sim_level *level, uint32_t at,
			 uint32_t *base)
{
	uint32_t field;

	*base = level->l3;
	if (level->version == 4 && at >= level->l3 &&
	    at < level->l3 + (wire->bytes[level->l3] & 15u) * 4)
		return level->l3 + 10;
	if (at < level->l4 || at >= level->end)
		return 0;
	*base = level->l4;
	if (is_summed_gre(wire, level))
		return level->l4 + 4;
	if (!is_whole(level))
		return 0;
	field = level->l4 + sim_csum_offset(level->protocol);
	/* A UDP checksum of 0 is none. */
	if (level->protocol == PROTO_UDP && !sim_get16(wire->bytes + field))
		return 0;
	return field;
}

/* HC' = ~(~HC + ~m + m'); a word at an odd place counts with its bytes swapped. */
static void adjust(uint8_t *field, uint32_t old, uint32_t now, bool odd)
{
	uint32_t sum = (uint16_t)~sim_get16(field);

	old = (uint16_t)~old;
	if (odd) {
		old = (uint16_t)(old << 8 | old >> 8);
		now = (uint16_t)(now << 8 | now >> 8);
	}
	sum += old + now;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sim_put16(field, (uint16_t)~sum);
}

/* Mend the innermost of the first @nlevels levels that covers @at. */
static void put_and_mend(struct sim_wire *wire, uint32_t nlevels, uint32_t at, uint32_t value)
{
	uint16_t old = sim_get16(wire->bytes + at);

	sim_put16(wire->bytes + at, value);
	while (nlevels-- > 0) {
		const struct sim_level *level = &wire->packet.levels[nlevels];
		uint32_t base, field = covering(wire, level, at, &base);

		if (!field)
			continue;
		adjust(wire->bytes + field, old, (uint16_t)value, (at - base) & 1);
		/* The sum that comes out as 0 is written as its other form. */
		if (base == level->l4 && level->protocol == PROTO_UDP &&
		    !sim_get16(wire->bytes + field))
			sim_put16(wire->bytes + field, 0xffff);
		return;
	}
}

void sim_mend_put16(struct sim_wire *wire, uint32_t at, uint32_t value)
{
	put_and_mend(wire, wire->packet.nlevels, at, value);
}

void sim_mend_put32(struct sim_wire *wire, uint32_t at, uint32_t value)
{
	sim_mend_put16(wire, at, value >> 16);
	sim_mend_put16(wire, at + 2, value & 0xffff);
}

void sim_mend_csum(struct sim_wire *wire, uint32_t at, uint32_t value)
{
	put_and_mend(wire, wire->packet.nlevels - 1u, at, value);
}

const struct sim_level *sim_mend_outer(const struct sim_wire *wire, bool tunnel)
{
	const struct sim_packet *packet = &wire->packet;

	if (packet->nlevels < (tunnel ? 2 : 1) || packet->levels[0].version != 4)
		return NULL;
	return &packet->levels[0];
}

const struct sim_level *sim_mend_outer_udp(const struct sim_wire *wire)
{
	const struct sim_packet *packet = &wire->packet;
	const struct sim_level *outer = &packet->levels[0];

	return packet->nlevels == 2 && outer->protocol == PROTO_UDP && is_whole(outer) ? outer
										       : NULL;
}

const struct sim_level *sim_mend_l4(const struct sim_wire *wire)
{
	const struct sim_level *inner = sim_inner(&wire->packet);

	return inner && is_whole(inner) ? inner : NULL;
}

const struct sim_level *sim_mend_data(const struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_l4(wire);

	if (!inner || inner->protocol != PROTO_TCP || wire->packet.payload <= inner->l4 ||
	    wire->packet.payload >= inner->end)
		return NULL;
	return inner;
}
