/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do TCP timestamps change so often that they cut trains?
 */
#include "pcap/train.h"

static const struct train_about about = {
	SEVERITY_NOTE, "only the TCP timestamps differ, which ends a train", NULL};

const struct detector detect_timestamp_changes = {
	.id = "timestamp-changes",
	.summary = "TCP timestamps change from segment to segment",
	.explain =
		"GRO merges segments only if all their TCP options are equal, and timestamps are options. A "
		"sender with a clock of one millisecond cuts a train every millisecond, which is harmless "
		"at high rates; a clock of a microsecond, or a new value in each segment, stops merging. "
		"Hardware LRO of some NICs accepts timestamps that grow.",
	TRAIN_DETECTOR(BREAK_TIMESTAMP, &about),
};
