/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if DSCP marks are not the same in all packets of a flow?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *ip = &wire->packet.levels[0];
	uint32_t dscp;

	if (!wire->packet.nlevels || !sim_mend_alternate(call))
		return;
	/* AF11; the two bits of ECN stay. */
	dscp = ip->version == 4 ? 10u << 2 : 10u << 6;
	sim_mend_put16(wire, ip->l3, sim_get16(wire->bytes + ip->l3) ^ dscp);
}

const struct sim_quirk sim_quirk_tos_varies = {
	.name = "tos-varies",
	.summary = "writes another DSCP into half of the packets",
	.provokes = "tos-changes",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
