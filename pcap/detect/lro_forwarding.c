/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a NIC merge what this host is to send on?
 */
#include "pcap/counted.h"

/*
 * LRO writes whole checksums; GRO, also that in hardware, leaves partial ones and can be undone. LRO merges TCP;
 * a large datagram may have been put together of fragments, as macvlan and bridges with a firewall do.
 */
static void lro_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	const struct vantage *vantage = &judge->scene->vantage;
	const struct view *view = sight->view;
	const struct header *l4 = view_l4(view);

	if (l4 && l4->kind == HEADER_TCP && vantage->has & VANTAGE_HAS_FORWARDING &&
	    vantage->forwarding && vantage->has & VANTAGE_HAS_MTU && sight->ip_len > vantage->mtu &&
	    view->frame->flags & FRAME_INBOUND && sight->csums[view->l4] == CSUM_OK)
		tally_add(note, sight);
}

static void lro_finish(const struct judge *judge, struct findings *findings)
{
	const struct vantage *vantage = &judge->scene->vantage;
	const struct spread *spread = judge->state;
	bool off = vantage->has & VANTAGE_HAS_FEATURES &&
		   !((vantage->features | vantage->ever) & VANTAGE_LRO);
	struct finding *finding;

	if (!spread->count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_WARNING, CONFIDENCE_LIKELY, spread);
	finding_text(
		findings, finding,
		"%s came in merged, with right checksums, on a host that forwards or bridges%s: what "
		"LRO merges cannot be split again as it was.",
		plural(findings, spread->count, "frame"), off ? ", although LRO is off" : "");
	finding_string(findings, finding, "lro", "%s", off ? "off" : "on");
	if (off)
		finding_advise(
			findings, finding,
			"ethtool -K DEV lro on; ethtool -K DEV lro off  # the driver did not do it, "
			"or the NIC did not: once more, then ask for the driver's bugs");
	else
		finding_advise(findings, finding,
			       "ethtool -K DEV lro off  # GRO merges as well, and can be undone");
}

const struct detector detect_lro_forwarding = {
	.id = "lro-forwarding",
	.summary = "a NIC merges what this host is to send on",
	.explain =
		"LRO makes one packet of many and forgets what they were: ACK numbers, timestamps, IDs, flags "
		"of single segments. That is good enough for a host that keeps the data. One that routes or "
		"bridges sends on a packet that nobody sent, too long for the next link. The kernel "
		"therefore switches LRO off on devices that forward (dev_disable_lro()); this finding says "
		"that merged packets come in all the same.\n"
		"\n"
		"GRO, in software or hardware, merges in such a way that the segments can be had "
		"back, and needs not be switched off.",
	.needs = TRAIT_OVERSIZED,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct spread),
	.frame = lro_frame,
	.flow = counted_flow,
	.finish = lro_finish,
};
