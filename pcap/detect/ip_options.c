/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do IPv4 options keep packets from being merged?
 */
#include "pcap/train.h"

static const struct train_about about = {
	SEVERITY_WARNING, "there are IPv4 options, and such packets are never merged", NULL};

const struct detector detect_ip_options = {
	.id = "ip-options",
	.summary = "IPv4 options keep packets from being merged",
	.explain =
		"GRO, DPDK and hardware LRO take only IPv4 headers of 20 bytes. Options in data packets come "
		"from devices that mark traffic (security labels, TOA and the like).",
	TRAIN_DETECTOR(BREAK_IP_OPTIONS, &about),
};
