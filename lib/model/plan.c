/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the fates of a requested change called?
 */
#include <stddef.h>

#include "lib/model/plan.h"

const char *const step_result_names[] = {
	[STEP_DONE] = "done",	    [STEP_ALREADY] = "already", [STEP_FIXED] = "fixed",
	[STEP_BLOCKED] = "blocked", [STEP_REFUSED] = "refused", [STEP_SIDE_EFFECT] = "side-effect",
	[STEP_UNKNOWN] = "unknown", [STEP_FAILED] = "failed",	NULL,
};
