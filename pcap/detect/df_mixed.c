/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the DF bit change within a flow?
 */
#include "pcap/train.h"

static const char *const advice[] = {
	"ip link set dev DEV type vxlan df inherit  # on the sender of a tunnel: let the outer DF follow "
	"the inner one, or use \"df set\" for all",
	"sysctl net.ipv4.ip_no_pmtu_disc  # on the sender: 0 gives TCP DF=1 throughout",
	NULL,
};

static const struct train_about about = {
	SEVERITY_WARNING, "the DF bit differs, which ends a train for every receiver", advice};

const struct detector detect_df_mixed = {
	.id = "df-mixed",
	.summary = "the DF bit changes within a flow",
	.explain =
		"Packets with and without DF are never merged into one, by Linux of any generation nor by "
		"DPDK. A flow that changes the bit again and again (a tunnel that copies it from mixed "
		"traffic, a middlebox that clears it on some packets) loses a train at each change.",
	TRAIN_DETECTOR(BREAK_DF, &about),
};
