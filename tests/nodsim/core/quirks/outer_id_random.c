/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the outer IPv4 IDs of a tunnel jump?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *outer = sim_mend_outer(wire, true);

	if (outer && sim_quirk_turn(call))
		sim_mend_put16(wire, outer->l3 + 4, sim_quirk_random(call) & 0xffff);
}

const struct sim_quirk sim_quirk_outer_id_random = {
	.name = "outer-id-random",
	.summary = "writes random IPv4 IDs into the outer headers of tunnels",
	.provokes = "outer-ipid-not-sequential",
	.traffic = "vxlan",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
