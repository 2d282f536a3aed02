/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What could not be checked because the capture kept only the beginning of frames?
 */
#include "pcap/findings.h"

struct truncated_state {
	struct spread spread;
	uint64_t unverified, headless;
	uint32_t longest;
};

static void truncated_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	struct truncated_state *state = judge->state;
	const struct view *view = sight->view;

	tally_add(note, sight);
	state->headless += view->l4 == VIEW_NONE;
	state->unverified += view->l4 != VIEW_NONE && sight->csums[view->l4] == CSUM_UNVERIFIED;
	if (view->bytes.length > state->longest)
		state->longest = (uint32_t)view->bytes.length;
}

static void truncated_flow(const struct judge *judge, const struct flow *flow, const void *note)
{
	struct truncated_state *state = judge->state;

	spread_add(&state->spread, flow, note);
}

static void truncated_finish(const struct judge *judge, struct findings *findings)
{
	const struct truncated_state *state = judge->state;
	struct finding *finding;

	if (!state->spread.count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_NOTE, CONFIDENCE_CERTAIN,
			       &state->spread);
	finding_text(
		findings, finding,
		"%s cut at %u bytes; checksums that could not be verified for that: %llu (partial "
		"ones are recognised all the same)%s.",
		plural(findings, state->spread.count, "frame"), state->longest,
		(unsigned long long)state->unverified,
		state->headless ? ", and some lack even their headers" : "");
	finding_number(findings, finding, "longest_kept", state->longest);
	finding_number(findings, finding, "unverified_checksums", state->unverified);
	finding_number(findings, finding, "without_l4_header", state->headless);
	finding_advise(findings, finding,
		       "tcpdump -s 0 -i DEV -w FILE  # keeps whole frames, up to 256 KiB");
}

const struct detector detect_capture_truncated = {
	.id = "capture-truncated",
	.summary = "frames were cut by the snap length",
	.explain =
		"A capture with a snap length keeps only the first bytes of each frame. Sizes, IDs, flags and "
		"partial checksums are in the headers and are judged as ever; whether a full checksum is "
		"right cannot be told without the payload. With offloads frames of 64 KiB and more appear "
		"even though the MTU is 1500, so a snap length just above the MTU cuts them.",
	.needs = TRAIT_CUT,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct truncated_state),
	.frame = truncated_frame,
	.flow = truncated_flow,
	.finish = truncated_finish,
};
