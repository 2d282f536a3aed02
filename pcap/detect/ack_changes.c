/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the acknowledgment number change from segment to segment?
 */
#include "pcap/train.h"

static const struct train_about about = {
	SEVERITY_NOTE, "the acknowledgment number differs, which ends a train", NULL};

const struct detector detect_ack_changes = {
	.id = "ack-changes",
	.summary = "data segments acknowledge different data",
	.explain =
		"GRO and DPDK merge only segments with the same acknowledgment number. Where both sides send "
		"data at the same time, nearly every segment acknowledges something new. That is how the "
		"traffic is; Windows RSC and mlx5 LRO merge such segments.",
	TRAIN_DETECTOR(BREAK_ACK, &about),
};
