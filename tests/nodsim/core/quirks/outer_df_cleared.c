/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the outer DF bit is lost in some frames?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *outer = sim_mend_outer(wire, true);

	/* Not in all frames: a bit that nobody sees change does no harm. */
	if (outer && sim_mend_alternate(call))
		sim_mend_put16(wire, outer->l3 + 6,
			       sim_get16(wire->bytes + outer->l3 + 6) & ~0x4000u);
}

const struct sim_quirk sim_quirk_outer_df_cleared = {
	.name = "outer-df-cleared",
	.summary = "clears DF in the outer headers of half of the packets of tunnels that set it",
	.provokes = "df-mixed",
	.traffic = "vxlan-df",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
