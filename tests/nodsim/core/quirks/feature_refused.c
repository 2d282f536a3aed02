/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a driver refuses a setting that it offers?
 */
#include "../mend.h"

const struct sim_quirk sim_quirk_feature_refused = {
	.name = "feature-refused",
	.summary = "refuses that the feature named in its file is switched",
	.provokes = "refused",
	.traffic = "none",
	.usual = 1,
	.side = SIM_CONTROL,
	.control = SIM_CONTROL_REFUSE,
};
