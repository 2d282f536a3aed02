/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the TCP window is not the same in all segments?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_data(wire);
	uint32_t window;

	if (!inner)
		return;
	window = sim_get16(wire->bytes + inner->l4 + 14);
	if (window > 1 && sim_mend_alternate(call))
		sim_mend_put16(wire, inner->l4 + 14, window - 1);
}

const struct sim_quirk sim_quirk_window_varies = {
	.name = "window-varies",
	.summary = "takes 1 from the TCP window of half of the segments with data",
	.provokes = "window-changes",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
