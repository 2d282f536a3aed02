/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which systems leave even the IPv4 header checksum to the NIC?
 */
#include "pcap/findings.h"

struct zero_state {
	struct spread spread;
};

static void zero_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	(void)judge;
	tally_add(note, sight);
}

static void zero_flow(const struct judge *judge, const struct flow *flow, const void *note)
{
	struct zero_state *state = judge->state;

	spread_add(&state->spread, flow, note);
}

static void zero_finish(const struct judge *judge, struct findings *findings)
{
	const struct zero_state *state = judge->state;
	struct finding *finding;

	if (!state->spread.count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_NOTE,
			       state->spread.count > 1 ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
			       &state->spread);
	finding_text(
		findings, finding,
		"%s with an IPv4 header checksum of 0: left to the NIC by Windows, BSD or macOS "
		"(Linux always fills it in), or never needed on their loopback.",
		plural(findings, state->spread.count, "frame"));
	finding_string(findings, finding, "sender", "not Linux");
	finding_advise(findings, finding,
		       "tshark -o ip.check_checksum:FALSE -r FILE  # nothing is wrong on the wire");
}

const struct detector detect_ipv4_header_checksum_zero = {
	.id = "ipv4-header-checksum-zero",
	.summary = "IPv4 header checksums of 0, left to the NIC by systems other than Linux",
	.explain =
		"Windows sets the IPv4 header checksum to zero when the NIC fills it in, and the loopback of "
		"BSD and macOS never computes it. Linux computes it in software for every packet, so a "
		"zero tells that the sender is not Linux, and that the capture was taken on it (or on a "
		"neighbour that skips checksums). It is an artefact, not corruption.",
	.needs = TRAIT_IPV4_ZERO,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct zero_state),
	.frame = zero_frame,
	.flow = zero_flow,
	.finish = zero_finish,
};
