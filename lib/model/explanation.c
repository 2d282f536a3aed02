/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the standings of a feature called?
 */
#include "lib/model/explanation.h"

const char *const feature_standing_names[] = {
	[STANDING_ON] = "on",
	[STANDING_ON_FIXED] = "on-fixed",
	[STANDING_ON_UNASKED] = "on-unasked",
	[STANDING_OFF] = "off",
	[STANDING_OFF_BLOCKED] = "off-blocked",
	[STANDING_OFF_FIXED] = "off-fixed",
	[STANDING_NEVER] = "never",
	NULL,
};
