/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Was a frame damaged, or a capture edited?
 */
#include "pcap/badsum.h"

/* A flow with fewer frames, all of them bad, may be either. */
#define LEAST_REWRITTEN 3

static void note_bad(struct badsum_note *note, const struct sight *sight)
{
	const struct view *view = sight->view;
	bool ipv4 = false, l4 = false;

	for (unsigned int i = 0; i < view->nheaders; i++) {
		if (sight->csums[i] != CSUM_BAD)
			continue;
		if (view->headers[i].kind == HEADER_IPV4)
			ipv4 = true;
		else
			l4 = true;
	}
	tally_add(&note->bad, sight);
	note->ipv4 += ipv4;
	note->l4 += l4;
	note->stale += ipv4 && l4 && sight->now.flags & SEGMENT_TCP_DATA;
	if (!(sight->now.flags & SEGMENT_TCP_DATA))
		return;
	note->repeated += note->pending && note->seq == sight->now.seq;
	note->pending = true;
	note->fresh = true;
	note->seq = sight->now.seq;
}

/* A right segment after a bad one: is it the same again, or the train that was held back? */
static void note_right(struct badsum_note *note, const struct sight *sight)
{
	uint32_t end = sight->now.seq_end;

	if (!note->pending || !(sight->now.flags & SEGMENT_TCP_DATA))
		return;
	if (note->fresh && end == note->seq)
		note->overtook++;
	note->fresh = false;
	if ((int32_t)(note->seq - sight->now.seq) >= 0 && (int32_t)(end - note->seq) > 0) {
		note->retransmitted++;
		note->pending = false;
	}
}

void badsum_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	(void)judge;
	/* What comes after a bad frame tells what happened to it. */
	sight->flow->watched = true;
	if (sight->traits & TRAIT_CSUM_BAD)
		note_bad(note, sight);
	else
		note_right(note, sight);
}

static enum badsum_kind find_kind(const struct flow *flow, const struct badsum_note *note)
{
	if (note->stale && note->stale == note->bad.count && note->bad.count > 1 && flow->csum_ok)
		return BADSUM_STALE;
	if (flow->csum_ok || flow->csum_offload || note->retransmitted)
		return BADSUM_CORRUPT;
	if (note->bad.count < LEAST_REWRITTEN)
		return BADSUM_FEW;
	return note->repeated * 2 > note->bad.count ? BADSUM_STUCK : BADSUM_REWRITTEN;
}

void badsum_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct badsum_note *note = note_;
	struct badsum_state *state = judge->state;
	struct badsum_case *it;

	if (!note) {
		state->flows_right += flow->csum_ok != 0;
		return;
	}
	it = &state->cases[find_kind(flow, note)];
	spread_add(&it->spread, flow, &note->bad);
	it->ipv4 += note->ipv4;
	it->l4 += note->l4;
	it->retransmitted += note->retransmitted;
	it->overtook += note->overtook;
	it->repeated += note->repeated;
	it->right += flow->csum_ok + flow->csum_offload;
}

bool badsum_few_are_rewritten(const struct badsum_state *state)
{
	const struct badsum_case *few = &state->cases[BADSUM_FEW];

	return state->cases[BADSUM_REWRITTEN].spread.flows ||
	       (few->spread.flows >= LEAST_REWRITTEN && few->spread.flows > state->flows_right);
}
