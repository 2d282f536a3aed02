/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the NIC loses frames?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (sim_quirk_turn(call))
		wire->len = 0;
}

const struct sim_quirk sim_quirk_drop = {
	.name = "drop",
	.summary = "does not send frames that it was given",
	.provokes = "sequence-gaps",
	.traffic = "tcp6",
	.usual = 16,
	.side = SIM_SENDER,
	.wire = spoil,
};
