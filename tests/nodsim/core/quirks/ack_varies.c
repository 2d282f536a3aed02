/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the ACK number is not the same in all segments?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_data(wire);

	/* An older number takes nothing back. */
	if (inner && sim_mend_alternate(call))
		sim_mend_put32(wire, inner->l4 + 8, sim_get32(wire->bytes + inner->l4 + 8) - 1);
}

const struct sim_quirk sim_quirk_ack_varies = {
	.name = "ack-varies",
	.summary = "takes 1 from the ACK number of half of the segments with data",
	.provokes = "ack-changes",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
