/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if only some packets of a tunnel have an outer UDP checksum?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *outer = sim_mend_outer_udp(wire);

	if (!outer || !sim_mend_alternate(call))
		return;
	if (sim_get16(wire->bytes + outer->l4 + 6))
		sim_put16(wire->bytes + outer->l4 + 6, 0);
	else
		sim_fill_l4(wire->bytes, outer);
}

const struct sim_quirk sim_quirk_outer_csum_mixed = {
	.name = "outer-csum-mixed",
	.summary =
		"fills in half of the outer UDP checksums of tunnels that have none, or leaves out "
		"half of those that have one",
	.provokes = "outer-udp-checksum-mixed",
	.traffic = "vxlan",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
