/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames came in longer than the device's MTU, unknown to the kernel as merged ones?
 */
#include "pcap/counted.h"

/* Only TCP is merged so; a large datagram may have been put together of fragments, as macvlan does. */
static void unmarked_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	const struct vantage *vantage = &judge->scene->vantage;
	const struct header *l4 = view_l4(sight->view);
	uint32_t flags = sight->view->frame->flags;

	if (l4 && l4->kind == HEADER_TCP && flags & FRAME_TRUTH && flags & FRAME_INBOUND &&
	    !(flags & FRAME_SEGMENTED) && vantage->has & VANTAGE_HAS_MTU &&
	    sight->ip_len > vantage->mtu)
		tally_add(note, sight);
}

static void unmarked_finish(const struct judge *judge, struct findings *findings)
{
	const struct vantage *vantage = &judge->scene->vantage;
	const struct spread *spread = judge->state;
	bool lro = (vantage->features | vantage->ever) & VANTAGE_LRO;
	struct finding *finding;

	if (!spread->count)
		return;
	/* LRO that the user asked for harms nobody on a host that keeps what it receives. */
	finding = findings_add(findings, judge->self,
			       lro && !vantage->forwarding ? SEVERITY_NOTE : SEVERITY_WARNING,
			       lro ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY, spread);
	finding_text(
		findings, finding,
		"%s came in longer than the device's MTU of %u bytes, and the kernel was not told that "
		"they are merged: %s.",
		plural(findings, spread->count, "frame"), vantage->mtu,
		lro ? "LRO of this NIC says nothing of segments, so what it merged cannot be sent on"
		    : "a NIC merged them although LRO is off, or the sender's MTU is larger than "
		      "this one");
	finding_number(findings, finding, "mtu", vantage->mtu);
	finding_string(findings, finding, "lro", "%s", lro ? "on" : "off");
	if (lro)
		finding_advise(
			findings, finding,
			"ethtool -K DEV lro off  # needed on hosts that forward or bridge; GRO "
			"merges as well, and can be undone");
	else
		finding_advise(
			findings, finding,
			"ip link show dev DEV  # compare the MTU with that of the sender and of the "
			"network");
}

const struct detector detect_oversized_unmarked = {
	.id = "oversized-unmarked",
	.summary = "frames longer than the MTU that the kernel does not know as merged",
	.explain =
		"What GRO or a good driver merges carries the size of its segments along, so that it can be "
		"split again when it is sent on, and so that TCP can guess the sender's segment size. A "
		"frame without it is to the kernel one whole packet: a host that forwards drops it or sends "
		"\"fragmentation needed\", and TCP takes its length for the segment size.\n"
		"\n"
		"It takes a capture by nod to tell, since only that has the kernel's word for each "
		"frame and the MTU of the device.",
	.needs = TRAIT_OVERSIZED,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct spread),
	.frame = unmarked_frame,
	.flow = counted_flow,
	.finish = unmarked_finish,
};
