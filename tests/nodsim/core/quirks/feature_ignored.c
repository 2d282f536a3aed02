/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a driver accepts a setting and does not act on it?
 */
#include "../mend.h"

const struct sim_quirk sim_quirk_feature_ignored = {
	.name = "feature-ignored",
	.summary = "accepts that the feature named in its file is switched, and does as before",
	.provokes = "oversized-frame",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_CONTROL,
	.control = SIM_CONTROL_IGNORE,
};
