/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From two looks at the devices of a machine to what happened in between, and why. Pure.
 */
#ifndef NOD_DIAG_EVENTS_H
#define NOD_DIAG_EVENTS_H

#include "lib/diag/deps.h"
#include "lib/model/event.h"

/**
 * struct device_changes - what is different between two looks at one device
 * @kinds: a bit (1 << kind) for each enum event_kind
 * @active, @wanted: features that are different
 */
struct device_changes {
	uint32_t kinds;
	struct feature_bits active, wanted;
};

/* Either may be NULL: the device is new, or gone. What one of them does not have is not compared. */
struct device_changes device_compare(const struct device *before, const struct device *after);

/*
 * Whether the step from @middle to @end changes what the step from @start to @middle changed already:
 * then the two steps have to be told apart, or one of them would not be seen.
 */
bool device_changes_overlap(const struct device *start, const struct device *middle,
			    const struct device *end);

/*
 * Append what is different: first what happened to links, then what was requested, then what followed
 * from it, each with its cause where that can be told. Both are of one running kernel: bits have the
 * same names. Times are left zero. -1 and ERR_MEMORY.
 */
int events_compare(const struct snapshot *before, const struct snapshot *after,
		   struct event_list *events, struct err *err) attr_must_check;

#endif
