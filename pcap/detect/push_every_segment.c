/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does PSH end trains after a segment or two?
 */
#include "pcap/train.h"

static const char *const advice[] = {
	"look at the sender's application  # it writes less than a segment at a time, or sets "
	"TCP_NODELAY and flushes often",
	NULL,
};

static const struct train_about about = {
	SEVERITY_NOTE, "the first has the PSH flag, which hands the train up at once", advice};

const struct detector detect_push_every_segment = {
	.id = "push-every-segment",
	.summary = "segments carry PSH, which ends their train",
	.explain =
		"A segment with PSH is merged and then delivered at once, so a sender that sets PSH on every "
		"segment gets nothing merged. PSH marks the end of what an application wrote; on every "
		"full-sized segment it comes from a sender that does no TSO and writes piecemeal, or from "
		"a middlebox.",
	TRAIN_DETECTOR(BREAK_PUSH, &about),
};
