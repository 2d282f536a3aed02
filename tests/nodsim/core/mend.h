/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For quirks: change one field of a frame and leave nothing else wrong.
 */
#ifndef NODSIM_CORE_MEND_H
#define NODSIM_CORE_MEND_H

#include "csum.h"
#include "nic.h"

/*
 * Write @value at @at and mend the innermost checksum that covers it (RFC 1624). What is covered by
 * two sums needs no more: to the outer one the two changes add up to nothing.
 */
void sim_mend_put16(struct sim_wire *wire, uint32_t at, uint32_t value);
void sim_mend_put32(struct sim_wire *wire, uint32_t at, uint32_t value);

/* Write the checksum field at @at, which belongs to the innermost level, as it is: only outer ones are mended. */
void sim_mend_csum(struct sim_wire *wire, uint32_t at, uint32_t value);

/* The headers were moved: find them again. */
static inline void sim_mend_read(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	sim_packet_read(&wire->packet, wire->bytes, wire->len, &call->nic->ports);
}

/* The outermost IP header, if it is IPv4 (and, @tunnel, that of a tunnel), or NULL. */
const struct sim_level *sim_mend_outer(const struct sim_wire *wire, bool tunnel);

/* The outer header of a tunnel over UDP, or NULL. */
const struct sim_level *sim_mend_outer_udp(const struct sim_wire *wire);

/* The innermost level if its TCP or UDP header is whole, or NULL. */
const struct sim_level *sim_mend_l4(const struct sim_wire *wire);

/* The same of TCP that carries data. */
const struct sim_level *sim_mend_data(const struct sim_wire *wire);

/*
 * sim_quirk_turn() for what has to differ from frame to frame: of value 1 at random. What strictly took turns
 * would not be seen where two flows do.
 */
static inline bool sim_mend_alternate(const struct sim_quirk_call *call)
{
	return call->value == 1 ? sim_quirk_random(call) & 1 : sim_quirk_turn(call);
}

#endif
