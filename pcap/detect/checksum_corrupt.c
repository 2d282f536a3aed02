/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames were damaged on their way?
 */
#include "pcap/badsum.h"

static void add_corrupt(const struct judge *judge, struct findings *findings,
			const struct badsum_case *it)
{
	enum confidence confidence = it->retransmitted || it->overtook ? CONFIDENCE_CERTAIN
				     : it->right >= 10		       ? CONFIDENCE_LIKELY
								       : CONFIDENCE_POSSIBLE;
	struct finding *finding;

	if (!it->spread.count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_ERROR, confidence, &it->spread);
	finding_text(
		findings, finding,
		"%s damaged on the way: the checksum is wrong, no offload explains it, %s%s%s.",
		plural(findings, it->spread.count, "frame"),
		it->right ? "and the rest of the flow is right"
			  : "and there is nothing else of the flow to compare",
		it->retransmitted ? "; the data were sent again" : "",
		it->overtook ? "; they overtook a train that GRO held back" : "");
	finding_number(findings, finding, "bad_ipv4_header", it->ipv4);
	finding_number(findings, finding, "bad_l4", it->l4);
	finding_number(findings, finding, "right_frames", it->right);
	finding_number(findings, finding, "retransmitted", it->retransmitted);
	finding_number(findings, finding, "overtook_a_train", it->overtook);
	finding_advise(
		findings, finding,
		"ethtool -S DEV | grep -iE 'crc|fcs|csum|err'  # on every hop: which counter "
		"grows?");
	finding_advise(
		findings, finding,
		"ethtool -K DEV rx off  # on the receiver: lets the stack verify and drop such "
		"frames, if it is the NIC that lets them pass");
	finding_advise(
		findings, finding,
		"nstat -az TcpInCsumErrors UdpInCsumErrors  # on the receiver: does it see them?");
}

static void add_stuck(const struct judge *judge, struct findings *findings,
		      const struct badsum_case *it)
{
	struct finding *finding;

	if (!it->spread.count)
		return;
	finding =
		findings_add(findings, judge->self, SEVERITY_ERROR, CONFIDENCE_LIKELY, &it->spread);
	finding_text(
		findings, finding,
		"%s with wrong checksums, sent again and again and never right: the sender, or a "
		"device on the way, fills in wrong checksums.",
		plural(findings, it->spread.count, "frame"));
	finding_number(findings, finding, "bad_ipv4_header", it->ipv4);
	finding_number(findings, finding, "bad_l4", it->l4);
	finding_number(findings, finding, "repeated", it->repeated);
	finding_advise(
		findings, finding,
		"ethtool -K DEV tx off  # on the sender: if it helps, its checksum offload is "
		"broken for this kind of packet (tunnel, VLAN, options)");
}

static void corrupt_finish(const struct judge *judge, struct findings *findings)
{
	const struct badsum_state *state = judge->state;

	add_corrupt(judge, findings, &state->cases[BADSUM_CORRUPT]);
	if (!badsum_few_are_rewritten(state))
		add_corrupt(judge, findings, &state->cases[BADSUM_FEW]);
	add_stuck(judge, findings, &state->cases[BADSUM_STUCK]);
}

const struct detector detect_checksum_corrupt = {
	.id = "checksum-corrupt",
	.summary = "frames that were damaged on their way",
	.explain =
		"A checksum that is wrong and that no offload explains (see checksum-artefact) in a flow whose "
		"other frames are right: the frame was changed between the computing of its checksum and "
		"the capture. Cables and switches damage frames, but Ethernet's own check sequence catches "
		"that; what passes it was damaged inside a device: memory of a switch, a NIC that "
		"computes checksums wrongly for some packets, a driver, a tunnel, a middlebox.\n"
		"\n"
		"It is certain if the data came again with a right checksum. On a receiver with GRO a "
		"damaged frame is passed up at once, before the segments that precede it and that are "
		"still held: such reordering is a trace of it, not a cause.\n"
		"\n"
		"Frames that are sent again and again and are never right come from a sender whose offload "
		"is broken.",
	.needs = BADSUM_NEEDS,
	.note_size = sizeof(struct badsum_note),
	.state_size = sizeof(struct badsum_state),
	.all_flows = true,
	.frame = badsum_frame,
	.flow = badsum_flow,
	.finish = corrupt_finish,
};
