/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the packets of one flow leave from several UDP ports of a tunnel?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *outer = sim_mend_outer_udp(wire);

	if (outer && sim_quirk_turn(call))
		sim_mend_put16(wire, outer->l4, 0xc000 | (sim_quirk_random(call) & 0x3fff));
}

const struct sim_quirk sim_quirk_outer_port_random = {
	.name = "outer-port-random",
	.summary = "writes random source ports into the outer UDP headers of tunnels",
	.provokes = "outer-source-port-changes",
	.traffic = "vxlan",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
