/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the TTL is not the same in all packets of a flow?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *ip = &wire->packet.levels[0];
	uint32_t at, one;

	/* Not of neighbour discovery and its like, which die of it. */
	if (!sim_mend_l4(wire))
		return;
	at = ip->l3 + (ip->version == 4 ? 8 : 6);
	one = ip->version == 4 ? 0x0100 : 0x0001;
	if ((sim_get16(wire->bytes + at) & one * 0xff) > one && sim_mend_alternate(call))
		sim_mend_put16(wire, at, sim_get16(wire->bytes + at) - one);
}

const struct sim_quirk sim_quirk_ttl_varies = {
	.name = "ttl-varies",
	.summary = "takes 1 from the TTL or hop limit of half of the packets",
	.provokes = "ttl-changes",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
