/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do bytes behind the IP packet keep segments from being merged?
 */
#include "pcap/train.h"

/* The least Ethernet frame, without its check sequence. */
#define ETHERNET_LEAST 60

/**
 * struct padded_note - one flow
 * @trailer: bytes behind the packet, the least and the most, of frames above the Ethernet minimum
 * @large: how many such frames
 */
struct padded_note {
	struct train_note train;
	uint32_t large, least, most;
};

struct padded_state {
	struct train_state train;
	uint64_t large;
	uint32_t least, most;
};

static void padded_frame(void *note_, const struct sight *sight, const struct judge *judge)
{
	struct padded_note *note = note_;
	const struct view *view = sight->view;
	uint32_t trailer = view->wire_end - view_ip(view, 0)->end;

	/* The break may be that of the segment before, which was counted then. */
	if (!(sight->now.flags & SEGMENT_PADDED))
		return;
	train_frame(&note->train, sight, judge);
	if (view->wire_end <= ETHERNET_LEAST || !trailer)
		return;
	if (!note->large++ || trailer < note->least)
		note->least = trailer;
	if (trailer > note->most)
		note->most = trailer;
}

static void padded_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct padded_note *note = note_;
	struct padded_state *state = judge->state;

	train_add_flow(&state->train, flow, &note->train);
	if (!note->large)
		return;
	if (!state->large || note->least < state->least)
		state->least = note->least;
	if (note->most > state->most)
		state->most = note->most;
	state->large += note->large;
}

static void padded_finish(const struct judge *judge, struct findings *findings)
{
	const struct padded_state *state = judge->state;
	bool check_sequence = state->large && state->least == 4 && state->most == 4;
	struct finding *finding;

	if (!train_is_worth(&state->train))
		return;
	finding = findings_add(findings, judge->self,
			       state->large && !check_sequence ? SEVERITY_WARNING : SEVERITY_NOTE,
			       check_sequence ? CONFIDENCE_POSSIBLE : CONFIDENCE_CERTAIN,
			       &state->train.spread);
	if (!state->large)
		finding_text(findings, finding,
			     "%s with so little payload that Ethernet pads them: GRO never merges "
			     "padded frames.",
			     plural(findings, state->train.spread.count, "segment"));
	else if (check_sequence)
		finding_text(
			findings, finding,
			"%s followed by 4 bytes: a frame check sequence that the capture kept, or a "
			"trailer that keeps GRO from merging.",
			plural(findings, state->train.spread.count, "segment"));
	else
		finding_text(
			findings, finding,
			"%s followed by %u to %u bytes that belong to no packet: GRO never merges "
			"such frames.",
			plural(findings, state->train.spread.count, "segment"), state->least,
			state->most);
	finding_number(findings, finding, "pairs", state->train.pairs);
	finding_number(findings, finding, "only_cause", state->train.sole);
	finding_number(findings, finding, "trailer_min", state->least);
	finding_number(findings, finding, "trailer_max", state->most);
	if (state->large)
		finding_advise(findings, finding,
			       "ethtool -K DEV rx-fcs off  # on the capturing host; or look for a "
			       "switch, tap or tunnel that appends a trailer");
}

const struct detector detect_padded_frames = {
	.id = "padded-frames",
	.summary = "bytes behind the IP packet keep segments from being merged",
	.explain =
		"GRO merges a packet only if the frame ends where the IP packet ends. Ethernet pads frames of "
		"less than 60 bytes, so segments with a few bytes of payload are never merged: that is how "
		"it is. Bytes behind full-sized packets are something else: a trailer of a switch or tap "
		"(time stamps, port numbers), padding of a broken driver or tunnel, or the frame check "
		"sequence if the NIC keeps it (rx-fcs). All stop merging.",
	.needs = BREAK_PADDED,
	.note_size = sizeof(struct padded_note),
	.state_size = sizeof(struct padded_state),
	.frame = padded_frame,
	.flow = padded_flow,
	.finish = padded_finish,
};
