/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the TTL or hop limit change within a flow?
 */
#include "pcap/train.h"

static const char *const advice[] = {
	"compare the paths: traceroute -T -p PORT HOST  # packets of one connection take ways of "
	"different length",
	NULL,
};

static const struct train_about about = {
	SEVERITY_WARNING, "the TTL or hop limit differs, which ends a train", advice};

const struct detector detect_ttl_changes = {
	.id = "ttl-changes",
	.summary = "the TTL or hop limit changes within a flow",
	.explain =
		"GRO merges only packets with the same TTL (hop limit), outer and inner. A flow with several "
		"is spread over paths of different length packet by packet, which also reorders it, or "
		"comes from more than one device.",
	TRAIN_DETECTOR(BREAK_TTL, &about),
};
