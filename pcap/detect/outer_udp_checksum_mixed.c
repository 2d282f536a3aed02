/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the outer UDP checksum used in some packets of a tunnel and not in others?
 */
#include "pcap/train.h"

static const char *const advice[] = {
	"ip -d link show dev DEV  # on a Linux sender: udpcsum or noudpcsum, chosen when the device is "
	"made (ip link add ... type vxlan ... udpcsum)",
	NULL,
};

static const struct train_about about = {
	SEVERITY_WARNING,
	"one has an outer UDP checksum and the other has none, which ends a train", advice};

const struct detector detect_outer_udp_checksum_mixed = {
	.id = "outer-udp-checksum-mixed",
	.summary = "a tunnel uses the outer UDP checksum in some packets only",
	.explain =
		"GRO merges tunnelled packets only if both have an outer UDP checksum or both have none "
		"(0). A tunnel whose packets take two ways through the sender (one with checksum offload, "
		"one without) alternates, and each change ends a train.",
	TRAIN_DETECTOR(BREAK_UDP_CSUM, &about),
};
