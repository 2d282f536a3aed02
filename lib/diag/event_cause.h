/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why did a feature change? Judged from what else changed at the same moment. Private to
 * lib/diag/event*.c.
 */
#ifndef NOD_DIAG_EVENT_CAUSE_H
#define NOD_DIAG_EVENT_CAUSE_H

#include "lib/diag/explain.h"
#include "lib/model/event.h"

/**
 * struct turn - one feature of one device that is different now
 * @request: only what is requested is different
 * @on: active now; for a request, requested now
 */
struct turn {
	const struct device *before, *after;
	unsigned int bit;
	bool request, on;
};

/**
 * struct blame - why; strings are static, of the snapshots, or of the inquiry's arena
 * @cause: enum event_cause
 */
struct blame {
	uint8_t cause;
	const char *rule, *by, *text;
};

/**
 * struct look - one of the two snapshots, made ready for questions once there is one
 * @device: whose drops are in @drops
 */
struct look {
	const struct snapshot *snapshot;
	bool ready;
	struct explainer explainer;
	const struct device *device;
	struct drops *drops;
};

/**
 * struct inquiry - what all questions about two looks share
 * @arena: for texts; borrowed
 * @failed: memory ran out
 */
struct inquiry {
	struct look before, after;
	struct arena *arena;
	bool failed;
};

void inquiry_init(struct inquiry *inquiry, const struct snapshot *before,
		  const struct snapshot *after, struct arena *arena);
void inquiry_free(struct inquiry *inquiry);

struct blame inquire(struct inquiry *inquiry, const struct turn *turn);

#endif
