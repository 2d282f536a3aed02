/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the IPv4 IDs of plain packets keep receivers from merging?
 */
#include "pcap/ipid.h"

static const struct ipid_about about = {.roles = 1u << IPID_PLAIN, .step = ID_OTHER};

const struct detector detect_ipid_not_sequential = {
	.id = "ipid-not-sequential",
	.summary = "IPv4 IDs jump from segment to segment, so receivers cannot merge them",
	.explain =
		"GRO merges TCP segments only if their IPv4 IDs count up by one, or (with DF=1; since "
		"Linux 6.18 with DF=0 too) stay the same. Linux senders do that for each connection. "
		"Random IDs come from some BSD systems and from firewalls that scrub IDs; a counter that "
		"all connections share (older Windows, appliances) jumps as soon as there is more than "
		"one.\n"
		"\n"
		"DPDK ignores the ID if DF=1, and hardware LRO has no rule on IDs.\n"
		"\n"
		"What helps: a sender that counts for each connection; no scrubbing of IDs in between.",
	IPID_DETECTOR(BREAK_ID_INNER, &about),
};
