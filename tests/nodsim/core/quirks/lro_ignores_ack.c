/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a receiver merges segments that acknowledge different data?
 */
#include "../mend.h"

const struct sim_quirk sim_quirk_lro_ignores_ack = {
	.name = "lro-ignores-ack",
	.summary = "merges segments although their ACK numbers differ",
	.provokes = "oversized-frame",
	.traffic = "tcp-duplex",
	.usual = 1,
	.side = SIM_RECEIVER,
	.overlook = SIM_OVERLOOK_ACK,
};
