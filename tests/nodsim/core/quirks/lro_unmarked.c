/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the stack is not told that a packet was merged?
 */
#include "../mend.h"

static void unmark(const struct sim_quirk_call *call, struct sim_received *received, uint8_t *spoil)
{
	(void)spoil;
	if (!received->gso || !sim_quirk_turn(call))
		return;
	received->gso = 0;
	received->gso_size = 0;
	received->segments = 0;
}

const struct sim_quirk sim_quirk_lro_unmarked = {
	.name = "lro-unmarked",
	.summary = "hands up merged packets without saying of what size their segments were",
	.provokes = "oversized-unmarked oversized-frame",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_RECEIVER,
	.deliver = unmark,
};
