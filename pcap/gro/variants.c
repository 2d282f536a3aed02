/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would other receivers make of a flow, at the price of one where they agree?
 *
 * A variant shares the base's trains until a packet comes at which it could differ; from there on it has
 * a branch of its own, until both hold the same again.
 *
 * "What if" this reason were not there: its rules give another result than the base's only where the
 * base names the reason. It may be the packet's flow that differs: then the packet is of another flow
 * than the one before, in that part.
 *
 * Another model, whose row differs from the base's in the rule of IDs and in the flags that are free:
 * all such rules let an ID pass that counts up from the train's first packet, and no ID matters where no
 * train is held or another reason, which all mind, keeps the packet out. See variants_odd().
 */
#include <string.h>

#include "pcap/gro/study_internal.h"

static struct branch *branch_at(const struct gro_study *study, uint32_t place)
{
	return pool_at(&study->branches, place);
}

/* Rows that differ in the IDs and the free flags at most. A rule that stops at 65535 is not like that. */
static bool is_like(const struct gro_model *a, const struct gro_model *b, enum gro_mode mode)
{
	for (unsigned int i = 0; i < LEVELS * 2; i++)
		if (a->ids[i / 2][i % 2] == GRO_ID_COUNTS_WRAPLESS ||
		    b->ids[i / 2][i % 2] == GRO_ID_COUNTS_WRAPLESS)
			return false;
	return a->minds == b->minds && a->flags_end == b->flags_end &&
	       a->flags_only == b->flags_only && a->flags_only_rest == b->flags_only_rest &&
	       a->flags_first == b->flags_first && a->max_len == b->max_len &&
	       a->max_segments == b->max_segments && a->tunnels == b->tunnels &&
	       a->ipv6 == b->ipv6 && a->ipv6_in_tunnel == b->ipv6_in_tunnel && a->vlan == b->vlan &&
	       a->udp == b->udp && a->short_ends == b->short_ends &&
	       (a->tcp_fraglist == b->tcp_fraglist || mode != GRO_MODE_FRAGLIST) && a->unfit_ends &&
	       b->unfit_ends && !a->prepends && !b->prepends &&
	       a->timestamps_advance == b->timestamps_advance && a->updates_ack == b->updates_ack;
}

static void open_variant(struct gro_study *study, unsigned int i, struct gro_rules rules)
{
	study->asked |= VARIANT_BIT(i);
	study->variants[i] = (struct variant){.rules = rules, .parts = study_parts(&rules)};
}

static void open_model(struct gro_study *study, unsigned int i, const struct gro_model *model)
{
	const struct gro_rules *base = &study->options.rules;
	struct gro_rules rules = *base;

	if (model == base->model || !(model->since || study->options.all_models))
		return;
	rules.model = model;
	open_variant(study, i, rules);
	if (!is_like(model, base->model, base->mode)) {
		study->eager |= VARIANT_BIT(i);
		return;
	}
	study->lazy |= VARIANT_BIT(i);
	study->odd_flags |=
		SEGMENT_CONTROL_FLAGS((unsigned int)(model->flags_free ^ base->model->flags_free));
}

void variants_open(struct gro_study *study)
{
	struct gro_rules rules = study->options.rules;
	uint64_t minds = rules.model->minds;

	_Static_assert(GRO_REASONS + 8 <= VARIANTS, "each variant is a bit");
	for (unsigned int reason = 0; reason < GRO_REASONS; reason++) {
		if (!(gro_bits_mendable & minds & ~rules.mended & GRO_BIT(reason)))
			continue;
		rules.mended = study->options.rules.mended | GRO_BIT(reason);
		open_variant(study, reason, rules);
	}
	for (unsigned int i = 0; gro_models[i].id && VARIANT_MODELS + i < VARIANTS; i++)
		open_model(study, VARIANT_MODELS + i, &gro_models[i]);
}

/* Until here the variants without a branch shared what the base has. */
static void share_largest(struct gro_study *study, struct flow_state *state)
{
	uint64_t sharing = study->asked & ~state->variants;

	for (; state->base.largest && sharing; sharing &= sharing - 1) {
		struct variant *variant = &study->variants[__builtin_ctzll(sharing)];

		if (state->base.largest > variant->largest)
			variant->largest = state->base.largest;
	}
	if (state->base.largest > state->largest)
		state->largest = state->base.largest;
	state->base.largest = 0;
}

/* Fewer parts make longer keys equal: those of the trains that are held are made again. */
static void rekey(struct gro_study *study, struct lane *lane, const uint32_t *latest,
		  uint32_t parts)
{
	lane->train.key = gro_parts_key(latest, parts);
	for (uint32_t place = lane->more; place;) {
		struct held *held = pool_at(&study->held, place);

		held->train.key = gro_parts_key(held->parts, parts);
		place = held->next;
	}
}

/* The base's lane as it was before the packet, but for a train that both merge it into. */
static int branch_off(struct gro_study *study, struct flow_state *state, const struct turn *turn,
		      unsigned int i)
{
	const struct variant *variant = &study->variants[i];
	uint32_t place = pool_take(&study->branches);
	struct branch *branch;

	if (!place)
		return -1;
	branch = branch_at(study, place);
	if (lane_fork(&branch->lane, &state->base, &study->held) < 0)
		return -1;
	if (turn->move->shown && (turn->move->saved || (i >= VARIANT_MODELS && turn->odd)))
		*lane_twin(&branch->lane, &state->base, &study->held, turn->move->shown) =
			turn->before;
	if (variant->parts != study->parts)
		rekey(study, &branch->lane, state->parts, variant->parts);
	branch->variant = (uint8_t)i;
	branch->next = state->branches;
	state->branches = place;
	return 0;
}

/*
 * Models differ here unless the packet is kept out by a reason that has nothing to do with IDs; PSH and
 * FIN do not keep it out, but only from being held.
 */
static bool models_differ(const struct gro_study *study, const struct turn *turn)
{
	const uint64_t ids = GRO_BIT(GRO_ID) | GRO_BIT(GRO_OUTER_ID) | GRO_BITS_ENDS;
	const struct gro_train *train = turn->move->shown;
	uint64_t flags = turn->move->packet->segment.control;

	if (!turn->odd)
		return false;
	if (train)
		flags |= turn->before.head.control;
	return flags & study->odd_flags || turn->move->step.fate == GRO_MERGED ||
	       !(turn->move->step.why & ~ids);
}

/*
 * Does the variant do with the packet what the base does? Then they still hold the same: neither has
 * merged it, so no train has changed.
 */
static bool agrees(const struct gro_study *study, const struct flow_state *state, struct turn *turn,
		   unsigned int i)
{
	const struct gro_step *step = &turn->move->step;
	const struct gro_train *shown = turn->move->shown;
	struct gro_step other;

	if (turn->parts || state->base.more || step->fate == GRO_MERGED)
		return false;
	other = gro_train_step(&study->variants[i].rules, shown ? &turn->before : NULL,
			       turn->move->packet);
	if (other.fate == GRO_MERGED) {
		turn->before = *shown;
		return false;
	}
	return other.fate == step->fate && !other.ends == !step->ends;
}

static bool has_room(const struct gro_study *study, const struct flow_state *state)
{
	return study->branches.living + VARIANTS <= study->branches.limit &&
	       (!state->base.more ||
		study->held.living + VARIANTS * LANE_HELD <= study->held.limit);
}

static uint64_t those_that_part(struct gro_study *study, const struct flow_state *state,
				struct turn *turn)
{
	uint64_t news = (turn->move->seen | turn->parts) & (VARIANT_BIT(VARIANT_MODELS) - 1);

	if (models_differ(study, turn))
		news |= study->lazy;
	news &= study->asked & ~state->variants;
	if (news && turn->move->shown && turn->move->step.fate != GRO_MERGED && !turn->odd)
		turn->before = *turn->move->shown;
	for (uint64_t left = news; left; left &= left - 1)
		if (agrees(study, state, turn, (unsigned int)__builtin_ctzll(left)))
			news &= ~(left & -left);
	news |= state->base.supers ? 0 : study->eager;
	if (unlikely(news && !has_room(study, state))) {
		study->unfollowed += (unsigned int)__builtin_popcountll(news);
		return 0;
	}
	return news;
}

static int show(struct gro_study *study, struct branch *branch, const struct turn *turn, bool fresh)
{
	const struct variant *variant = &study->variants[branch->variant];
	const struct gro_step *step = &turn->move->step;
	struct move move = {
		.packet = turn->move->packet,
		.rules = &variant->rules,
		.key = study_key(turn->move->packet, variant->parts),
		.data = turn->move->data,
		.held = &study->held,
	};

	/* What is merged already is not shown again. */
	if (fresh && branch->variant < VARIANT_MODELS && step->fate == GRO_MERGED &&
	    !turn->move->saved) {
		move.shown = lane_find(&branch->lane, &study->held, move.key);
		move.step.fate = GRO_MERGED;
		move.step.ends = step->ends & ~GRO_BIT(branch->variant);
	} else {
		lane_show(&branch->lane, &move);
	}
	return lane_settle(&branch->lane, &move);
}

int variants_packet(struct gro_study *study, struct flow_state *state, struct turn *turn)
{
	uint64_t news = those_that_part(study, state, turn);

	if (news)
		share_largest(study, state);
	for (uint64_t left = news; left; left &= left - 1)
		if (branch_off(study, state, turn, (unsigned int)__builtin_ctzll(left)) < 0)
			return -1;
	state->variants |= news;
	for (uint32_t place = state->branches; place;) {
		struct branch *branch = branch_at(study, place);

		if (show(study, branch, turn, news >> branch->variant & 1) < 0)
			return -1;
		place = branch->next;
	}
	return 0;
}

/* What the branch has made since it went off, beside the base. */
static int count_branch(struct gro_study *study, struct flow_state *state,
			const struct branch *branch)
{
	struct variant *variant = &study->variants[branch->variant];
	const struct lane *lane = &branch->lane, *base = &state->base;
	int64_t supers = (int64_t)lane->supers - base->supers;

	variant->supers += supers;
	variant->merged_frames += (int64_t)lane->merged_frames - base->merged_frames;
	variant->merged_bytes += (int64_t)(lane->merged_bytes - base->merged_bytes);
	if (lane->largest > variant->largest)
		variant->largest = lane->largest;
	if (branch->variant >= VARIANT_MODELS)
		return 0;
	return reasons_save(study, state, branch->variant, -supers);
}

static int take_back(struct gro_study *study, struct flow_state *state, uint32_t *link)
{
	uint32_t place = *link;
	struct branch *branch = branch_at(study, place);
	int result = count_branch(study, state, branch);

	*link = branch->next;
	state->variants &= ~VARIANT_BIT(branch->variant);
	lane_drop(&branch->lane, &study->held);
	pool_give(&study->branches, place);
	return result;
}

/* Nothing, or this packet alone. */
static bool holds_no_more(const struct lane *lane, const struct gro_packet *packet)
{
	return !lane->more && (!lane->train.count ||
			       (lane->train.count == 1 && lane->train.last == packet->number));
}

int variants_rejoin(struct gro_study *study, struct flow_state *state,
		    const struct gro_packet *packet)
{
	uint32_t *link = &state->branches;

	if (!holds_no_more(&state->base, packet))
		return 0;
	while (*link) {
		struct branch *branch = branch_at(study, *link);

		if (study->eager >> branch->variant & 1 || !holds_no_more(&branch->lane, packet) ||
		    branch->lane.train.count != state->base.train.count) {
			link = &branch->next;
			continue;
		}
		share_largest(study, state);
		if (take_back(study, state, link) < 0)
			return -1;
	}
	return 0;
}

int variants_settle(struct gro_study *study, struct flow_state *state)
{
	share_largest(study, state);
	while (state->branches)
		if (take_back(study, state, &state->branches) < 0)
			return -1;
	return 0;
}
