/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the TCP window change from segment to segment?
 */
#include "pcap/train.h"

static const struct train_about about = {SEVERITY_NOTE,
					 "the TCP window differs, which ends a train", NULL};

const struct detector detect_window_changes = {
	.id = "window-changes",
	.summary = "the TCP window changes from segment to segment",
	.explain =
		"GRO compares the whole 32-bit word of the TCP header that holds flags and window: a segment "
		"with another window starts a new train. Hosts that receive much while they send (requests "
		"pipelined in both directions) update the window in data segments all the time. Hardware "
		"LRO does not mind.",
	TRAIN_DETECTOR(BREAK_WINDOW, &about),
};
