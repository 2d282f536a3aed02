/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the sum that a receiver hands up is not that of the packet?
 */
#include "../mend.h"

static void misjudge(const struct sim_quirk_call *call, struct sim_received *received)
{
	uint32_t sum;

	if ((received->csum != SIM_CSUM_UNNECESSARY && received->csum != SIM_CSUM_COMPLETE) ||
	    received->len <= 14 || !sim_quirk_turn(call))
		return;
	sum = (uint16_t)~sim_fold(sim_sum(received->bytes + 14, received->len - 14, 0));
	sum += 0x0180;
	received->csum = SIM_CSUM_COMPLETE;
	received->csum_level = 0;
	received->csum_sum = (uint16_t)((sum & 0xffff) + (sum >> 16));
}

const struct sim_quirk sim_quirk_csum_complete_wrong = {
	.name = "csum-complete-wrong",
	.summary = "hands up a sum over each packet that is not the packet's",
	.provokes = "hw-csum-failure",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_RECEIVER,
	.verdict = misjudge,
};
