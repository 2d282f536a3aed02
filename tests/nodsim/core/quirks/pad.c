/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if there are bytes behind the packet?
 */
#include "../mend.h"

/* Not 4, which could be a frame check sequence. */
#define PAD 8

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (wire->len + PAD > SIM_FRAME_MAX || !sim_quirk_turn(call))
		return;
	memset(wire->bytes + wire->len, 0, PAD);
	wire->len += PAD;
}

const struct sim_quirk sim_quirk_pad = {
	.name = "pad",
	.summary = "appends 8 bytes to frames of any length",
	.provokes = "padded-frames",
	.traffic = "tcp-room",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
