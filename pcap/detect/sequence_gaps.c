/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do segments arrive out of order, twice, or with some missing?
 */
#include "pcap/train.h"

static const char *const advice[] = {
	"nstat -az TcpExtTCPOFOQueue TcpRetransSegs TcpExtTCPLostRetransmit  # reordering or loss?",
	"ethtool -S DEV  # drops on the way to the capture",
	NULL,
};

static const struct train_about about = {
	SEVERITY_NOTE,
	"the second does not follow the first (loss, reordering, or frames that the "
	"capture missed), which ends a train",
	advice};

const struct detector detect_sequence_gaps = {
	.id = "sequence-gaps",
	.summary = "segments are missing, repeated or out of order",
	.explain =
		"GRO merges a segment only if it continues the one before. Loss, retransmission and reordering "
		"cut trains; so does a capture that missed frames, which does no harm outside of it. "
		"Reordering often comes from a flow that is spread over several queues or links.",
	TRAIN_DETECTOR(BREAK_SEQ, &about),
};
