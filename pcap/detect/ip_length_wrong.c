/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which IP packets say that they are longer than the frame that carries them?
 */
#include "pcap/counted.h"

static void length_finish(const struct judge *judge, struct findings *findings)
{
	const struct spread *spread = judge->state;
	struct finding *finding;

	if (!spread->count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_WARNING, CONFIDENCE_LIKELY, spread);
	finding_text(findings, finding,
		     "%s shorter than the IP packet claims to be: receivers drop such packets.",
		     plural(findings, spread->count, "frame"));
	finding_advise(
		findings, finding,
		"ethtool -K DEV tso off  # on the sender: if it helps, its NIC does not correct the "
		"length when it splits packets");
	finding_advise(
		findings, finding,
		"nstat -az IpExtInTruncatedPkts Ip6InTruncatedPkts  # on the receiver: do they "
		"grow?");
}

const struct detector detect_ip_length_wrong = {
	.id = "ip-length-wrong",
	.summary = "IP lengths that are more than the frame has",
	.explain =
		"The IP header says how long its packet is. If the frame has fewer bytes, the receiver takes "
		"the packet for truncated and drops it. A NIC that splits packets (TSO) has to write a "
		"length into each piece; one that leaves the length of the whole makes such frames, and so "
		"does whatever cuts frames on their way. If all frames of a capture are like that, the "
		"program that captured cut them and did not say so.",
	.needs = TRAIT_BAD_LEN,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct spread),
	.frame = counted_frame,
	.flow = counted_flow,
	.finish = length_finish,
};
