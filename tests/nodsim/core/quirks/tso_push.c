/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if each piece of a packet has PSH?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_data(wire);

	if (inner && wire->cut && sim_quirk_turn(call))
		sim_mend_put16(wire, inner->l4 + 12,
			       sim_get16(wire->bytes + inner->l4 + 12) | 0x08);
}

const struct sim_quirk sim_quirk_tso_push = {
	.name = "tso-push",
	.summary = "sets PSH in every piece of what it cuts",
	.provokes = "push-every-segment",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
