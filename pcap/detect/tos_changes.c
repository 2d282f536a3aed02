/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the traffic class, ECN included, change within a flow?
 */
#include "pcap/train.h"

static const struct train_about about = {
	SEVERITY_NOTE, "the TOS byte or traffic class differs (DSCP or ECN), which ends a train",
	NULL};

const struct detector detect_tos_changes = {
	.id = "tos-changes",
	.summary = "DSCP or ECN marks change within a flow",
	.explain =
		"GRO merges only packets with the same TOS byte (traffic class), outer and inner. Marks of "
		"congestion (ECN CE) on single packets cut trains; a device that remarks some packets of a "
		"flow does so too.",
	TRAIN_DETECTOR(BREAK_TOS, &about),
};
