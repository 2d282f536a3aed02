/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the NIC sends a frame behind the next one?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (*call->held_len || !wire->len || !sim_quirk_turn(call))
		return;
	memcpy(call->held, wire->bytes, wire->len);
	*call->held_len = wire->len;
	wire->len = 0;
}

const struct sim_quirk sim_quirk_reorder = {
	.name = "reorder",
	.summary = "sends frames behind those that came after them",
	.provokes = "sequence-gaps",
	.traffic = "tcp6",
	.usual = 8,
	.side = SIM_SENDER,
	.wire = spoil,
};
