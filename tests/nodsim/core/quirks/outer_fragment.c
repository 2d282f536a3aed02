/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the outer packets of a tunnel leave in fragments?
 */
#include "../mend.h"

static void write_header(struct sim_wire *wire, const struct sim_level *ip, uint32_t payload,
			 uint32_t fragment)
{
	uint8_t *header = wire->bytes + ip->l3;

	sim_put16(header + 2, ip->l4 - ip->l3 + payload);
	sim_put16(header + 6, fragment);
	sim_fill_ipv4(wire->bytes, ip->l3);
}

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *outer = sim_mend_outer(wire, true);
	uint32_t first, rest, df;

	if (!outer || outer->fragment)
		return;
	first = ((outer->end - outer->l4) * 2 / 3) & ~7u;
	rest = outer->end - outer->l4 - first;
	/* All headers in the first, as senders do that know no better. */
	if (!wire->packet.payload || outer->l4 + first <= wire->packet.payload ||
	    !sim_quirk_turn(call))
		return;
	df = sim_get16(wire->bytes + outer->l3 + 6) & 0x4000;
	write_header(wire, outer, first, df | 0x2000);
	call->extra(call->context, wire->bytes, outer->l4 + first);
	memmove(wire->bytes + outer->l4, wire->bytes + outer->l4 + first, rest);
	write_header(wire, outer, rest, df | first / 8);
	wire->len = outer->l4 + rest;
	sim_mend_read(call, wire);
}

const struct sim_quirk sim_quirk_outer_fragment = {
	.name = "outer-fragment",
	.summary = "sends the outer packets of tunnels in two fragments",
	.provokes = "tunnel-fragmented",
	.traffic = "vxlan",
	.usual = 4,
	.side = SIM_SENDER,
	.wire = spoil,
};
