/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a NIC goes on merging after it was told to stop?
 */
#include "../mend.h"

const struct sim_quirk sim_quirk_lro_stays = {
	.name = "lro-stays",
	.summary = "goes on merging although LRO was switched off, as for a host that forwards",
	.provokes = "lro-forwarding",
	.traffic = "forward",
	.usual = 1,
	.side = SIM_CONTROL,
	.control = SIM_CONTROL_MERGE,
};
