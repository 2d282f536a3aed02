/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the outer IPv4 IDs of a tunnel keep receivers from merging?
 */
#include "pcap/ipid.h"

static const struct ipid_about about = {.roles = 1u << IPID_OUTER, .step = ID_OTHER};

const struct detector detect_outer_ipid_not_sequential = {
	.id = "outer-ipid-not-sequential",
	.summary = "outer IPv4 IDs of a tunnel jump, so receivers cannot merge its packets",
	.explain =
		"A receiver that merges packets (GRO) must be able to split them again as they were, so "
		"it looks at the IPv4 ID: within a train it has to count up by one, or stay the same. "
		"In a tunnel this holds for the outer header too. A sender, switch or SmartNIC that puts "
		"random or shared counters there stops merging altogether, and each packet of the "
		"tunnel climbs the receiver's stack alone. Throughput drops, and nothing else in the "
		"capture looks wrong.\n"
		"\n"
		"The DF bit decides for some receivers. With DF=0 every generation of Linux and DPDK wants "
		"outer IDs that count (6.18 and later also take constant ones). With DF=1 Linux up to "
		"6.17 and DPDK ignore the outer ID; Linux 6.18 and later does not: it wants +1 or "
		"constant whatever DF says.\n"
		"\n"
		"Merged frames and frames that a NIC will split take several IDs at once; such steps are "
		"not counted against the sender.\n"
		"\n"
		"What helps: DF=1 on the tunnel device (ip link set dev DEV type vxlan df set), a sender "
		"that counts, or IPv6 between the tunnel's ends, which has no IDs. Where the tunnel ends "
		"in a Linux device (vxlan, geneve), inner packets can still be merged there, after each "
		"has passed the outer stack by itself.",
	IPID_DETECTOR(BREAK_ID_OUTER, &about),
};
