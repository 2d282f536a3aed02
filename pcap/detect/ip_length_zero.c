/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who leaves the IP length at 0, and why?
 */
#include "pcap/findings.h"

/**
 * struct length_note - one flow
 * @big: longer than the field could say
 */
struct length_note {
	struct tally frames;
	uint32_t big;
};

struct length_state {
	struct spread spread;
	uint64_t big;
};

static void length_frame(void *note_, const struct sight *sight, const struct judge *judge)
{
	struct length_note *note = note_;

	(void)judge;
	tally_add(&note->frames, sight);
	note->big += sight->ip_len > 65535;
}

static void length_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct length_note *note = note_;
	struct length_state *state = judge->state;

	spread_add(&state->spread, flow, &note->frames);
	state->big += note->big;
}

static void length_finish(const struct judge *judge, struct findings *findings)
{
	const struct length_state *state = judge->state;
	bool big = state->big * 2 > state->spread.count;
	struct finding *finding;

	if (!state->spread.count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_NOTE, CONFIDENCE_CERTAIN,
			       &state->spread);
	finding_text(findings, finding, "%s with an IP length of 0: %s.",
		     plural(findings, state->spread.count, "frame"),
		     big ? "more than 64 KiB do not fit the field (BIG TCP)"
			 : "the sender leaves it to the NIC that will split the frame (LSO)");
	finding_string(findings, finding, "origin", "%s", big ? "big-tcp" : "windows-lso");
	finding_number(findings, finding, "over_64k", state->big);
	if (big)
		finding_advise(
			findings, finding,
			"ip link set dev DEV gso_max_size 65536 gro_max_size 65536  # only if "
			"tools cannot read such captures");
	else
		finding_advise(
			findings, finding,
			"tshark -o ip.tso_support:TRUE -r FILE  # reads them by the length of "
			"the frame");
}

const struct detector detect_ip_length_zero = {
	.id = "ip-length-zero",
	.summary = "IP lengths of 0: LSO of Windows, or BIG TCP",
	.explain =
		"The length field of IPv4 and IPv6 has 16 bits. Linux passes packets of up to 512 KiB through "
		"its stack (BIG TCP) and then writes 0, or for IPv6 a jumbo payload option. Windows writes "
		"0 into every frame that the NIC will split (LSOv2), whatever its length. Such frames never "
		"are on the wire.\n"
		"\n"
		"Tools that trust the field see an empty or broken packet and lose the payload. nod takes "
		"the length of the frame instead.",
	.needs = TRAIT_LEN_ZERO,
	.note_size = sizeof(struct length_note),
	.state_size = sizeof(struct length_state),
	.frame = length_frame,
	.flow = length_flow,
	.finish = length_finish,
};
