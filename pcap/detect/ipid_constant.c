/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do IPv4 IDs stay the same although DF is 0?
 */
#include "pcap/ipid.h"

static const struct ipid_about about = {
	.roles = 1u << IPID_PLAIN | 1u << IPID_INNER | 1u << IPID_OUTER,
	.step = ID_CONSTANT,
};

const struct detector detect_ipid_constant = {
	.id = "ipid-constant",
	.summary = "IPv4 IDs stay the same with DF=0, which only Linux 6.18 and later merges",
	.explain =
		"Switches, hypervisors and some NICs write the same IPv4 ID (often 0) into every outer "
		"header and leave DF=0. RFC 6864 allows that only with DF=1. Linux up to 6.17 and DPDK "
		"want IDs that count if DF=0, so nothing is merged; Linux 6.18 and later merges constant "
		"IDs whatever DF says.\n"
		"\n"
		"The same IDs with DF=1 are fine for every receiver. Between Linux 6.10 and 6.17 constant "
		"inner IDs (DF=1) below counting outer ones (DF=0) are merged in pairs only.\n"
		"\n"
		"What helps: DF=1 on the tunnel device (ip link set dev DEV type vxlan df set), or a "
		"sender that counts.",
	IPID_DETECTOR(BREAK_ID_INNER_CONST | BREAK_ID_OUTER_CONST, &about),
};
