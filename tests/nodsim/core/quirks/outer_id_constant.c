/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the outer IPv4 IDs of a tunnel stay the same although DF is 0?
 */
#include "../mend.h"

/* An own counter, which stands still at every Nth frame: of value 1 always. */
static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *outer = sim_mend_outer(wire, true);

	if (!outer)
		return;
	if (!sim_quirk_turn(call))
		call->state->words[1]++;
	sim_mend_put16(wire, outer->l3 + 4, call->state->words[1] & 0xffff);
	sim_mend_put16(wire, outer->l3 + 6, sim_get16(wire->bytes + outer->l3 + 6) & ~0x4000u);
}

const struct sim_quirk sim_quirk_outer_id_constant = {
	.name = "outer-id-constant",
	.summary = "writes the same IPv4 ID into the outer headers of tunnels, with DF=0",
	.provokes = "ipid-constant",
	.traffic = "vxlan",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
