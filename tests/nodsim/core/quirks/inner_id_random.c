/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the IPv4 IDs inside a tunnel jump?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_inner(&wire->packet);

	if (wire->packet.nlevels == 2 && inner->version == 4 && sim_quirk_turn(call))
		sim_mend_put16(wire, inner->l3 + 4, sim_quirk_random(call) & 0xffff);
}

const struct sim_quirk sim_quirk_inner_id_random = {
	.name = "inner-id-random",
	.summary = "writes random IPv4 IDs into the headers inside of tunnels",
	.provokes = "inner-ipid-not-sequential",
	.traffic = "vxlan",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
