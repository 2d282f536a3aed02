/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the IPv4 IDs inside a tunnel keep receivers from merging?
 */
#include "pcap/ipid.h"

static const struct ipid_about about = {.roles = 1u << IPID_INNER, .step = ID_OTHER};

const struct detector detect_inner_ipid_not_sequential = {
	.id = "inner-ipid-not-sequential",
	.summary = "IPv4 IDs inside a tunnel jump, so receivers cannot merge its packets",
	.explain =
		"The IPv4 ID of the innermost header has to count up by one from segment to segment, or "
		"(with DF=1; since Linux 6.18 with DF=0 too) stay the same, or GRO does not merge. IDs "
		"that jump come from senders with random IDs, from a counter that many connections "
		"share, and from firewalls that scrub IDs.\n"
		"\n"
		"Unlike the outer header, the inner one is judged alike by every generation of Linux, and "
		"the second chance at the tunnel device is lost as well. DPDK ignores it if DF=1.\n"
		"\n"
		"What helps: DF=1 and counting IDs at the inner sender; no scrubbing of IDs in between.",
	/* The same trait as of plain packets, which no flow has as well: one note serves both. */
	.notes_of = &detect_ipid_not_sequential,
	.state_size = sizeof(struct ipid_state),
	.flow = ipid_flow,
	.finish = ipid_finish,
	.data = &about,
};
