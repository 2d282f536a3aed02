/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a tunnel send fragments because the MTU inside is too large?
 */
#include "pcap/findings.h"
#include "pcap/scene.h"

/**
 * struct fragment_note - one flow; of the first fragments, which alone have the inner headers
 * @outer_len: of the longest first fragment; @inner_len: of the longest inner packet
 * @overhead: from the outer IP header to the inner one
 * @later: fragments without inner headers
 */
struct fragment_note {
	struct tally first;
	uint32_t later, outer_len, inner_len, overhead;
};

struct fragment_state {
	struct spread spread;
	uint64_t later;
	uint32_t outer_len, inner_len, overhead;
	uint8_t tunnel;
};

static void fragment_frame(void *note_, const struct sight *sight, const struct judge *judge)
{
	struct fragment_note *note = note_;
	const struct view *view = sight->view;
	const struct header *outer = view_ip(view, 0), *inner = view_ip(view, view->nips - 1u);

	(void)judge;
	if (outer->flags & HEADER_LATER_FRAGMENT)
		note->later++;
	if (!(outer->flags & HEADER_FRAGMENT) || view->nips < 2)
		return;
	tally_add(&note->first, sight);
	if (outer->end - outer->off > note->outer_len)
		note->outer_len = outer->end - outer->off;
	if (inner->end - inner->off > note->inner_len)
		note->inner_len = inner->end - inner->off;
	note->overhead = inner->off - outer->off;
}

static void fragment_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct fragment_note *note = note_;
	struct fragment_state *state = judge->state;

	state->later += note->later;
	if (!note->first.count)
		return;
	spread_add(&state->spread, flow, &note->first);
	state->tunnel = flows_path(judge->flows, &flow->key)->tunnel;
	state->overhead = note->overhead;
	if (note->outer_len > state->outer_len)
		state->outer_len = note->outer_len;
	if (note->inner_len > state->inner_len)
		state->inner_len = note->inner_len;
}

/* Payloads of fragments come in units of 8 bytes: the MTU is up to 7 bytes above the longest. */
static uint32_t underlay_mtu(const struct scene *scene, uint32_t longest)
{
	return scene->mtu >= longest && scene->mtu - longest < 8 ? scene->mtu : longest;
}

static void fragment_finish(const struct judge *judge, struct findings *findings)
{
	const struct fragment_state *state = judge->state;
	uint32_t mtu = underlay_mtu(judge->scene, state->outer_len);
	struct finding *finding;

	if (!state->spread.count || mtu <= state->overhead)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_WARNING,
			       state->spread.count > 1 ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
			       &state->spread);
	finding_text(
		findings, finding,
		"The %s tunnel sends %s in outer fragments, which no receiver merges and many "
		"networks drop: with %u bytes around them, inner packets may have at most %u bytes "
		"(here up to %u).",
		tunnel_names[state->tunnel], plural(findings, state->spread.count, "packet"),
		state->overhead, mtu - state->overhead, state->inner_len);
	finding_number(findings, finding, "later_fragments", state->later);
	finding_number(findings, finding, "underlay_mtu", mtu);
	finding_number(findings, finding, "overhead", state->overhead);
	finding_number(findings, finding, "inner_mtu", mtu - state->overhead);
	finding_number(findings, finding, "max_inner_len", state->inner_len);
	finding_advise(
		findings, finding,
		"ip link set dev DEV mtu %u  # on the tunnel device and what is behind it, at "
		"both ends",
		mtu - state->overhead);
	finding_advise(
		findings, finding,
		"ip link set dev UNDERLAY mtu %u  # or make room on every hop between the ends",
		state->inner_len + state->overhead);
}

const struct detector detect_tunnel_fragmented = {
	.id = "tunnel-fragmented",
	.summary = "a tunnel fragments its outer packets: the MTU inside is too large",
	.explain =
		"A tunnel adds its headers to every packet (50 bytes for VXLAN over IPv4 with Ethernet "
		"inside). If the device inside has the same MTU as the network outside, full-sized packets "
		"no longer fit and are fragmented, outside. Only the first fragment has the UDP header: "
		"others all go to one receive queue, firewalls drop them, receivers hold them for "
		"reassembly, and GRO and LRO pass fragments by. Each lost one costs the whole packet.\n"
		"\n"
		"The inner MTU that fits is the outer one less the overhead.",
	.needs = TRAIT_FRAGMENT,
	.note_size = sizeof(struct fragment_note),
	.state_size = sizeof(struct fragment_state),
	.frame = fragment_frame,
	.flow = fragment_flow,
	.finish = fragment_finish,
};
