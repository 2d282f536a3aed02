/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a receiver merges segments that announce different windows?
 */
#include "../mend.h"

const struct sim_quirk sim_quirk_lro_ignores_window = {
	.name = "lro-ignores-window",
	.summary = "merges segments although their windows differ",
	.provokes = "oversized-frame",
	.traffic = "tcp-duplex",
	.usual = 1,
	.side = SIM_RECEIVER,
	.overlook = SIM_OVERLOOK_WINDOW,
};
