/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which checksums look wrong only because offload has not filled them in?
 */
#include "pcap/findings.h"
#include "pcap/scene.h"

/**
 * struct artefact_note - one flow
 * @not_ready: the capture itself says that the checksum is not filled in yet (epb_flags)
 */
struct artefact_note {
	struct tally frames;
	uint32_t partial, nolen, lco, zero, not_ready, outbound, inbound;
};

struct artefact_state {
	struct spread spread;
	uint64_t partial, nolen, lco, zero, not_ready;
	uint64_t sent, received, within, unknown;
	uint64_t most_in_flow;
};

static void artefact_frame(void *note_, const struct sight *sight, const struct judge *judge)
{
	struct artefact_note *note = note_;
	const struct view *view = sight->view;
	uint32_t seen = 0;

	(void)judge;
	for (unsigned int i = 0; i < view->nheaders; i++)
		if (sight->csums[i] < CSUM_VERDICTS && view->headers[i].kind != HEADER_IPV4)
			seen |= 1u << sight->csums[i];
	tally_add(&note->frames, sight);
	note->partial += seen >> CSUM_PARTIAL & 1;
	note->nolen += seen >> CSUM_PARTIAL_NOLEN & 1;
	note->lco += seen >> CSUM_LCO & 1;
	note->zero += seen >> CSUM_ZERO & 1;
	note->not_ready += !!(view->frame->flags & FRAME_CSUM_NOT_READY);
	note->outbound += !!(view->flags & VIEW_OUTBOUND);
	note->inbound += !!(view->flags & VIEW_INBOUND);
}

/* A zero alone is left to hardware only if the flow makes a habit of it. */
static bool is_artefact(const struct artefact_note *note)
{
	return note->partial || note->nolen || note->lco || note->zero > 1 || note->not_ready;
}

static void artefact_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct artefact_note *note = note_;
	struct artefact_state *state = judge->state;
	enum side side;

	if (!is_artefact(note))
		return;
	side = scene_side(judge->scene, flow, note->outbound, note->inbound);
	/* Nothing that receives writes a sum without the length. */
	if (note->nolen && side == SIDE_UNKNOWN)
		side = SIDE_SENT;
	spread_add(&state->spread, flow, &note->frames);
	state->partial += note->partial;
	state->nolen += note->nolen;
	state->lco += note->lco;
	state->zero += note->zero;
	state->not_ready += note->not_ready;
	state->sent += side == SIDE_SENT ? note->frames.count : 0;
	state->received += side == SIDE_RECEIVED ? note->frames.count : 0;
	state->within += side == SIDE_WITHIN ? note->frames.count : 0;
	state->unknown += side == SIDE_UNKNOWN ? note->frames.count : 0;
	if (note->frames.count > state->most_in_flow)
		state->most_in_flow = note->frames.count;
}

static const char *who(const struct artefact_state *state)
{
	if (state->within)
		return "sent on this machine or by a neighbour behind veth, virtio or loopback, where "
		       "nobody needs to fill them in";
	if (state->sent && state->received)
		return "sent by this host, whose NIC fills them in, or merged by it on receive";
	if (state->sent)
		return "sent by this host, whose NIC fills them in";
	if (state->received)
		return "merged by this host on receive (GRO), which had verified them before";
	return "left to the sender's NIC, or merged on receive (GRO)";
}

static void artefact_finish(const struct judge *judge, struct findings *findings)
{
	const struct artefact_state *state = judge->state;
	enum confidence confidence;
	struct finding *finding;

	if (!state->spread.count)
		return;
	/* One in 65536 wrong checksums is the pseudo-header sum by chance. */
	confidence = state->not_ready			  ? CONFIDENCE_CERTAIN
		     : state->most_in_flow < 2		  ? CONFIDENCE_POSSIBLE
		     : state->zero == state->spread.count ? CONFIDENCE_LIKELY
							  : CONFIDENCE_CERTAIN;
	finding = findings_add(findings, judge->self, SEVERITY_NOTE, confidence, &state->spread);
	finding_text(findings, finding,
		     "The checksums of %s that tools call incorrect are artefacts of offload: %s.",
		     plural(findings, state->spread.count, "frame"), who(state));
	finding_number(findings, finding, "partial", state->partial);
	finding_number(findings, finding, "partial_nolen", state->nolen);
	finding_number(findings, finding, "lco", state->lco);
	finding_number(findings, finding, "zero", state->zero);
	if (state->not_ready)
		finding_number(findings, finding, "flagged_not_ready", state->not_ready);
	finding_number(findings, finding, "sent_by_this_host", state->sent);
	finding_number(findings, finding, "received_by_this_host", state->received);
	finding_number(findings, finding, "within_this_machine", state->within);
	finding_number(findings, finding, "side_unknown", state->unknown);
	finding_advise(
		findings, finding,
		"tcpdump -K -r FILE  # nothing is wrong on the wire: tell tools not to verify");
	finding_advise(
		findings, finding,
		state->nolen ? "Disable-NetAdapterChecksumOffload -Name NIC  # PowerShell; only if "
			       "captures must show right checksums; costs CPU"
			     : "ethtool -K DEV tx off  # only if captures must show right "
			       "checksums; costs CPU and switches TSO off");
}

const struct detector detect_checksum_artefact = {
	.id = "checksum-artefact",
	.summary = "checksums that are left to hardware, or left behind by GRO",
	.explain =
		"With checksum offload the stack writes only the sum of the pseudo-header into the TCP or "
		"UDP checksum and the NIC adds the rest; a capture on the sending host sees the frame "
		"before that. Software GRO puts the same value into merged frames. Between containers and "
		"virtual machines on one host it is never filled in, because nothing can go wrong there. "
		"Wireshark, tcpdump, Zeek and Suricata call these checksums incorrect.\n"
		"\n"
		"nod recognises: partial (pseudo-header sum with length), partial_nolen (without length: "
		"LSO of Windows), lco (the outer checksum of a tunnel that becomes right once the inner "
		"one is filled in: local checksum offload), zero (some drivers and user-space stacks).\n"
		"\n"
		"Nothing is wrong on the wire. Do not verify checksums in captures of a sending host, or "
		"capture elsewhere. A checksum that no offload explains is a different finding: "
		"checksum-corrupt or checksum-rewritten.",
	.needs = TRAIT_CSUM_OFFLOAD | TRAIT_CSUM_ZERO,
	.note_size = sizeof(struct artefact_note),
	.state_size = sizeof(struct artefact_state),
	.frame = artefact_frame,
	.flow = artefact_flow,
	.finish = artefact_finish,
};
