/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does one inner flow use several outer UDP source ports?
 */
#include "pcap/train.h"

static const char *const advice[] = {
	"ip -d link show dev DEV  # on the sender: \"srcport\" is the range; the port should be a hash "
	"of the inner flow",
	NULL,
};

static const struct train_about about = {
	SEVERITY_WARNING, "the outer UDP source port differs, which makes them different flows",
	advice};

const struct detector detect_outer_source_port_changes = {
	.id = "outer-source-port-changes",
	.summary = "one inner flow uses several outer UDP source ports",
	.explain =
		"A tunnel's outer UDP source port is a hash of the inner flow (RFC 7348 section 5), so that "
		"all packets of a connection take one path and one receive queue. If it changes within a "
		"connection, packets arrive on several queues, out of order, and are not merged.",
	TRAIN_DETECTOR(BREAK_SRC_PORT, &about),
};
