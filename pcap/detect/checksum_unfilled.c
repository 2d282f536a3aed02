/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames came over the wire although their checksum was never filled in?
 */
#include "pcap/counted.h"

/*
 * One frame in so many has such a checksum by chance, if it is wrong for another reason. There are three that
 * a stack leaves, and chance is no clock.
 */
#define CHANCE (65536 / 8)

/**
 * struct unfilled_state - of the capture
 * @wrong: frames with wrong checksums, @spread.count of them unfilled
 */
struct unfilled_state {
	struct spread spread;
	uint64_t wrong;
};

static void unfilled_flow(const struct judge *judge, const struct flow *flow, const void *note)
{
	struct unfilled_state *state = judge->state;

	state->wrong += flow->csum_bad;
	if (note)
		spread_add(&state->spread, flow, note);
}

static void unfilled_finish(const struct judge *judge, struct findings *findings)
{
	const struct unfilled_state *state = judge->state;
	const struct spread *spread = &state->spread;
	struct finding *finding;

	if (!spread->count || spread->count <= state->wrong / CHANCE)
		return;
	finding =
		findings_add(findings, judge->self, SEVERITY_ERROR,
			     spread->count > 1 ? CONFIDENCE_CERTAIN : CONFIDENCE_POSSIBLE, spread);
	finding_text(
		findings, finding,
		"%s came in with the checksum that a stack leaves to its NIC: the sender's NIC or "
		"driver did not fill it in, and this host drops them.",
		plural(findings, spread->count, "frame"));
	finding_advise(findings, finding,
		       "ethtool -K DEV tx off  # on the sender, or the host of the virtual machine "
		       "that sends: its stack then computes checksums");
	finding_advise(findings, finding,
		       "nstat -az TcpInCsumErrors UdpInCsumErrors  # here: do they grow?");
}

const struct detector detect_checksum_unfilled = {
	.id = "checksum-unfilled",
	.summary =
		"frames that came in with a checksum that the sender's NIC should have filled in",
	.explain =
		"With checksum offload a stack writes the sum of the pseudo header and leaves the rest to its "
		"NIC. On the host that sends, a capture shows that and it is nothing (see "
		"checksum-artefact). A frame that came in from elsewhere must have a whole checksum. "
		"Where it still has only the first part, offload was promised and not done: by a NIC that "
		"does not know the kind of packet (a tunnel, a VLAN in a VLAN, options), by a driver, or by a "
		"virtual switch that let frames of a virtual machine out without completing them. This "
		"host's stack drops such frames in silence, as it does damaged ones.\n"
		"\n"
		"It takes a capture by nod to tell: in it the kernel says of each frame whether the "
		"checksum is known to be still missing, as it is between containers of one host.",
	.needs = TRAIT_CSUM_UNFILLED,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct unfilled_state),
	.all_flows = true,
	.frame = counted_frame,
	.flow = unfilled_flow,
	.finish = unfilled_finish,
};
