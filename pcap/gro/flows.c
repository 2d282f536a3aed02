/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the receiver make of the packets of each flow, and why not more?
 */
#include "pcap/gro/study_internal.h"

/* Beside struct flow (256 bytes) and its place in the index; most of it is the train that is held. */
_Static_assert(sizeof(struct flow_state) <= 208, "what a flow with data costs");

static struct flow_state *new_state(struct gro_study *study, struct flow *flow,
				    const struct gro_packet *packet)
{
	struct flow_state *state;

	flow->notes = pool_take(&study->states);
	if (!flow->notes)
		return NULL;
	state = flow_state(study, flow);
	if (!second_possible(study, packet))
		return state;
	state->second = pool_take(&study->seconds);
	return state->second ? state : NULL;
}

/* Why a packet that was not merged is not in one train with the data before it. */
static uint64_t reasons_before(const struct flow_state *state, const struct turn *turn)
{
	const struct gro_step *step = &turn->move->step;

	if (turn->parts)
		return turn->parts;
	/* Those that end a train are about what comes after the packet. */
	if (step->fate == GRO_PASSES && step->why & ~GRO_BITS_ENDS)
		return step->why & ~GRO_BITS_ENDS;
	return state->ended ? state->ended : step->why;
}

static uint64_t either(uint64_t bits, uint64_t rather)
{
	return bits & rather ? bits & rather : bits;
}

/* What keeps the next packet from being merged with this one, whatever it is like. */
static uint64_t reasons_behind(const struct flow_state *state, const struct move *move)
{
	const struct gro_step *step = &move->step;

	if (step->fate == GRO_MERGED)
		return step->ends;
	if (step->fate == GRO_BEGINS)
		return 0;
	if (move->data)
		return either(step->why, GRO_BITS_ALONE | GRO_BITS_ENDS);
	return move->shown && step->ends ? either(step->why, GRO_BITS_ALONE) : state->ended;
}

static int settle(struct gro_study *study, struct flow_state *state, struct move *move)
{
	struct chance chance = {.study = study};

	move->parts = state->parts;
	if (likely(!state->second))
		return lane_settle(&state->base, move);
	chance.second = pool_at(&study->seconds, state->second);
	move->done = second_train;
	move->context = &chance;
	if (lane_settle(&state->base, move) < 0)
		return -1;
	if (move->step.fate != GRO_PASSES || !second_possible(study, move->packet))
		return 0;
	return second_packet(&chance, move->packet);
}

static attr_noinline int take_turn(struct gro_study *study, struct flow_state *state,
				   struct turn *turn)
{
	struct move *move = turn->move;

	if (move->data && move->step.fate != GRO_MERGED && state->base.supers &&
	    reasons_count(study, state, reasons_before(state, turn)) < 0)
		return -1;
	if (variants_packet(study, state, turn) < 0)
		return -1;
	state->ended = reasons_behind(state, move);
	if (settle(study, state, move) < 0)
		return -1;
	return state->variants ? variants_rejoin(study, state, move->packet) : 0;
}

/* What nothing but a memory of its IDs may tell apart from the packet before. */
static attr_always_inline bool is_usual(const struct flow_state *state, const struct turn *turn)
{
	const struct move *move = turn->move;

	return move->step.fate == GRO_MERGED && move->shown == &state->base.train &&
	       !(move->step.ends | turn->parts | state->variants | turn->odd);
}

int flow_packet(struct gro_study *study, struct flow *flow, const struct gro_packet *packet)
{
	struct flow_state *state = flow_state(study, flow);
	struct gro_train *train;
	struct move move;
	struct turn turn;

	move.data = study_is_data(study, packet);
	if (unlikely(!state)) {
		if (!move.data)
			return 0;
		state = new_state(study, flow, packet);
		if (!state)
			return -1;
	}
	flow->frames += move.data;
	flow->payload += move.data ? packet->segment.payload_len : 0;
	move.packet = packet;
	move.rules = &study->options.rules;
	move.key = study_key(packet, study->parts);
	move.held = &study->held;
	move.done = NULL;
	move.parts = NULL;
	move.before = move.rules->model->unfit_ends ? NULL : &turn.before;
	turn.move = &move;
	turn.parts = 0;
	if (unlikely(state->base.train.key != move.key && state->base.supers))
		turn.parts = reasons_of_parts(packet, state->parts, study->parts);
	train = lane_find(&state->base, &study->held, move.key);
	turn.odd = study->lazy & ~state->variants && variants_odd(study, train, packet);
	if (unlikely(turn.odd && train))
		turn.before = *train;
	lane_show(&state->base, &move);
	if (unlikely(!is_usual(state, &turn)))
		return take_turn(study, state, &turn);
	lane_count(&state->base, move.shown, packet);
	state->ended = 0;
	return 0;
}

static void add_lane(struct gro_count *count, const struct lane *lane, uint32_t largest)
{
	count->supers += lane->supers;
	count->merged_frames += lane->merged_frames;
	count->merged_bytes += lane->merged_bytes;
	if (largest > count->largest)
		count->largest = largest;
}

static void add_upper(struct gro_count *count, const struct flow *flow,
		      const struct flow_state *state)
{
	count->frames += flow->frames;
	count->bytes += flow->payload;
	add_lane(count, &state->base, state->largest ? state->largest : 1);
}

static void add_second(struct gro_count *count, const struct second *second)
{
	count->frames += second->frames;
	count->bytes += second->bytes;
	if (second->frames)
		add_lane(count, &second->lane, second->lane.largest ? second->lane.largest : 1);
}

static int settle_second(struct gro_study *study, struct flow_state *state, struct move *move)
{
	struct chance chance = {.study = study};

	if (!state->second)
		return lane_end(&state->base, move);
	chance.second = pool_at(&study->seconds, state->second);
	move->done = second_train;
	move->context = &chance;
	move->parts = state->parts;
	if (lane_end(&state->base, move) < 0 || second_settle(&chance) < 0)
		return -1;
	add_second(&study->tunnel_device, chance.second);
	return 0;
}

int flow_settle(struct gro_study *study, struct flow *flow)
{
	struct flow_state *state = flow_state(study, flow);
	struct move move = {.held = &study->held};

	if (!state)
		return 0;
	if (variants_settle(study, state) < 0 || settle_second(study, state, &move) < 0)
		return -1;
	add_upper(&study->upper, flow, state);
	if (state->second)
		add_upper(&study->tunnelled, flow, state);
	return 0;
}

void flow_counts(const struct gro_study *study, const struct flow *flow, struct gro_flow *out)
{
	const struct flow_state *state = flow_state(study, flow);

	add_upper(&out->upper, flow, state);
	if (state->second)
		add_second(&out->tunnel_device, pool_at(&study->seconds, state->second));
	out->reason = flow_reason(study, state, &out->reason_times);
}

void flow_release(struct gro_study *study, struct flow *flow)
{
	struct flow_state *state = flow_state(study, flow);

	if (!state)
		return;
	reasons_release(study, state);
	if (state->second)
		pool_give(&study->seconds, state->second);
	pool_give(&study->states, flow->notes);
	flow->notes = 0;
}
