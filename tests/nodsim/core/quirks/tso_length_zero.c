/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the pieces of a packet get no IP length?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_data(wire);

	if (inner && wire->cut && sim_quirk_turn(call))
		sim_mend_put16(wire, inner->l3 + (inner->version == 4 ? 2 : 4), 0);
}

const struct sim_quirk sim_quirk_tso_length_zero = {
	.name = "tso-length-zero",
	.summary = "leaves an IP length of 0 in the pieces of what it cuts",
	.provokes = "ip-length-zero",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_SENDER,
	.wire = spoil,
};
