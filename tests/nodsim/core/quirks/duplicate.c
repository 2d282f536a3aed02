/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the NIC sends a frame twice?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (wire->len && sim_quirk_turn(call))
		call->extra(call->context, wire->bytes, wire->len);
}

const struct sim_quirk sim_quirk_duplicate = {
	.name = "duplicate",
	.summary = "sends frames twice",
	.provokes = "sequence-gaps",
	.traffic = "tcp",
	.usual = 4,
	.side = SIM_SENDER,
	.wire = spoil,
};
