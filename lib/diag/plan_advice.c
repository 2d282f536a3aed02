/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be typed so that a feature which a rule holds back comes on?
 */
#include <string.h>

#include "lib/diag/plan_parts.h"

/* Prerequisites of prerequisites: the longest chain of the rules is shorter. */
#define ADVICE_STEPS 6

static void copy_world(struct feature_world *to, const struct feature_world *from)
{
	size_t size = from->snapshot->ndevices * sizeof(struct feature_bits);

	memcpy(to->hw, from->hw, size);
	memcpy(to->wanted, from->wanted, size);
	memcpy(to->active, from->active, size);
	memcpy(to->unknown, from->unknown, size);
	to->vague = from->vague;
}

/*
 * The world in which advice is taken: what was sent and not granted is no longer requested, see
 * plan_withdraw(). NULL without memory.
 */
static struct feature_world *settle(struct maker *maker)
{
	const struct snapshot *snapshot = maker->snapshot;
	struct feature_world *world = &maker->settled;
	struct err err = {0};

	if (world->snapshot)
		return world;
	if (world_init(world, snapshot, maker->arena, &err)) {
		world->snapshot = NULL;
		maker->failed = true;
		return NULL;
	}
	copy_world(world, &maker->world);
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		struct feature_bits sent = maker->mask[i];
		struct feature_bits wrong = feature_xor(world->active[i], maker->value[i]);
		struct feature_bits ungranted = feature_and(sent, wrong);

		ungranted = feature_without(ungranted, world->unknown[i]);
		world->wanted[i] = feature_or(feature_without(world->wanted[i], ungranted),
					      feature_and(snapshot->devices[i].wanted, ungranted));
	}
	return world;
}

/**
 * struct trial - a search for what unblocks a feature
 * @on, @off: asked for so far; @granted: what came of the latest attempt
 */
struct trial {
	struct maker *maker;
	size_t device;
	unsigned int bit;
	struct feature_bits on, off, granted;
	struct drops drops;
};

/* Would it come on with what the trial asks for? Leaves the drops behind. */
static bool trial_works(struct trial *trial)
{
	struct feature_world *world = &trial->maker->settled;
	struct feature_bits kept = world->wanted[trial->device];

	world->wanted[trial->device] = feature_without(feature_or(kept, trial->on), trial->off);
	trial->drops.count = 0;
	trial->granted = world_compute(world, trial->device, &trial->drops, NULL);
	world->wanted[trial->device] = kept;
	return feature_test(&trial->granted, trial->bit);
}

/* The first feature of @needs that can be switched on, and is not tried yet; -1 if none is. */
static int choose_need(const struct trial *trial, const struct feature_bits *needs)
{
	const struct snapshot *snapshot = trial->maker->snapshot;
	const struct device *device = &snapshot->devices[trial->device];

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++)
		if (feature_test(needs, bit) && plan_can_set(device, bit) &&
		    !feature_test(&trial->on, bit) && !feature_test(&trial->off, bit))
			return (int)bit;
	return -1;
}

/* Switch on what is needed, and what that needs. */
static bool try_needs(struct trial *trial)
{
	unsigned int bit = trial->bit;

	for (unsigned int steps = 0; steps < ADVICE_STEPS; steps++) {
		const struct drop *drop;
		int need;

		if (trial_works(trial))
			return true;
		drop = plan_find_drop(&trial->drops, bit);
		need = drop ? choose_need(trial, &drop->needs) : -1;
		if (need < 0 && bit == trial->bit)
			return false;
		if (need < 0) {
			bit = trial->bit;
			continue;
		}
		feature_put(&trial->on, (unsigned int)need, true);
		bit = (unsigned int)need;
		if (trial_works(trial))
			return true;
		if (!plan_find_drop(&trial->drops, bit))
			bit = trial->bit;
	}
	return false;
}

static unsigned int count_bits(struct feature_bits set)
{
	unsigned int count = 0;

	for (size_t i = 0; i < FEATURE_WORDS; i++)
		count += (unsigned int)__builtin_popcountll(set.words[i]);
	return count;
}

/*
 * Some features exclude each other: is there one to switch off? Of several the one that leaves most: it
 * is in the way itself, and not just what that one needs.
 */
static bool try_conflicts(struct trial *trial)
{
	const struct snapshot *snapshot = trial->maker->snapshot;
	const struct device *device = &snapshot->devices[trial->device];
	struct feature_bits wanted = trial->maker->settled.wanted[trial->device];
	unsigned int most = 0, best = 0;

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
		if (bit == trial->bit || !feature_test(&wanted, bit) || !plan_can_set(device, bit))
			continue;
		feature_put(&trial->off, bit, true);
		if (trial_works(trial) && count_bits(trial->granted) > most) {
			most = count_bits(trial->granted);
			best = bit;
		}
		feature_put(&trial->off, bit, false);
	}
	if (!most)
		return false;
	feature_put(&trial->off, best, true);
	return true;
}

/* An upper device that does not ask for it holds it back here: would it help if it did? */
static bool try_upper(struct trial *trial, const struct device *upper)
{
	struct maker *maker = trial->maker;
	size_t index = (size_t)(upper - maker->snapshot->devices);
	struct feature_bits kept = maker->settled.wanted[index];
	bool works;

	if (!plan_can_set(upper, trial->bit))
		return false;
	feature_put(&maker->settled.wanted[index], trial->bit, true);
	works = trial_works(trial);
	maker->settled.wanted[index] = kept;
	return works;
}

/* Would it come on if a device below had it? It is asked for on both, with all that follows. */
static bool helps_above(const struct trial *trial, const struct trial *lower)
{
	struct maker *maker = trial->maker;
	struct feature_world *world = &maker->scratch;
	struct err err = {0};

	if (!world->snapshot && world_init(world, maker->snapshot, maker->arena, &err)) {
		world->snapshot = NULL;
		maker->failed = true;
		return false;
	}
	copy_world(world, &maker->settled);
	world_set(world, lower->device, lower->on, lower->on);
	world_set(world, trial->device, trial->on, trial->on);
	return feature_test(&world->active[trial->device], trial->bit);
}

/* A device may have only what those below it have: is there one that could have it? */
static bool try_lowers(struct trial *trial, struct trial *lower)
{
	const struct maker *maker = trial->maker;
	const struct stack *stack = &maker->stack;

	for (size_t k = stack->first[trial->device]; k < stack->first[trial->device + 1]; k++) {
		size_t index = stack->lowers[k];

		if (!plan_can_set(&maker->snapshot->devices[index], trial->bit) ||
		    feature_test(&maker->settled.active[index], trial->bit))
			continue;
		*lower = (struct trial){.maker = trial->maker, .device = index, .bit = trial->bit};
		feature_put(&lower->on, trial->bit, true);
		if (try_needs(lower) && helps_above(trial, lower))
			return true;
	}
	return false;
}

static void add_settings(struct text *text, const struct snapshot *snapshot,
			 const struct feature_bits *set, const char *state)
{
	for (unsigned int bit = 0; bit < snapshot->names.count; bit++)
		if (feature_test(set, bit))
			text_printf(text, " %s=%s", snapshot->names.names[bit], state);
}

/* "nod set DEV x=off y=on" */
static void add_command(struct text *text, const struct trial *trial, const struct device *also)
{
	const struct snapshot *snapshot = trial->maker->snapshot;
	const char *name = snapshot->devices[trial->device].name;

	text_add(text, "nod set ");
	if (snapshot->netns) {
		text_add(text, "--netns ");
		text_add_shell(text, snapshot->netns);
		text_add(text, " ");
	}
	if (name[0] == '-' || (also && also->name[0] == '-'))
		text_add(text, "-- ");
	if (also) {
		text_add_shell(text, also->name);
		text_add(text, " ");
	}
	text_add_shell(text, name);
	add_settings(text, snapshot, &trial->off, "off");
	add_settings(text, snapshot, &trial->on, "on");
}

static void start_reason(struct text *text, const struct trial *trial, const struct drop *drop)
{
	text_printf(text, "  # %s: %s ", drop->rule,
		    trial->maker->snapshot->names.names[trial->bit]);
}

/* What is to be done on the device itself. */
static const char *command_here(const struct trial *trial, const struct drop *drop)
{
	const struct snapshot *snapshot = trial->maker->snapshot;
	struct text text attr_cleanup(text_free) = {0};

	add_command(&text, trial, NULL);
	start_reason(&text, trial, drop);
	text_add(&text, feature_any(trial->off) ? "excludes " : "needs ");
	plan_add_alternatives(&text, snapshot,
			      feature_any(trial->off) ? &trial->off : &drop->needs);
	return plan_keep(trial->maker, &text);
}

/* What is to be done on the device and the one above. */
static const char *command_upper(const struct trial *trial, const struct drop *drop)
{
	struct text text attr_cleanup(text_free) = {0};

	add_command(&text, trial, drop->device);
	start_reason(&text, trial, drop);
	text_printf(&text, "depends on %s", drop->device->name);
	return plan_keep(trial->maker, &text);
}

/* What is to be done on a device below, and then here. */
static const char *command_lower(const struct trial *trial, const struct trial *lower,
				 const struct drop *drop)
{
	const struct device *below = &trial->maker->snapshot->devices[lower->device];
	struct text text attr_cleanup(text_free) = {0};

	if (feature_equal(lower->on, trial->on)) {
		add_command(&text, trial, below);
	} else {
		add_command(&text, lower, NULL);
		text_add(&text, " && ");
		add_command(&text, trial, NULL);
	}
	start_reason(&text, trial, drop);
	text_printf(&text, "depends on %s", below->name);
	return plan_keep(trial->maker, &text);
}

const char *plan_advice(struct maker *maker, const struct step *step, const struct drop *drop)
{
	struct trial trial = {.maker = maker, .device = step->device_index, .bit = step->bit};
	struct trial lower;

	if (!settle(maker))
		return NULL;
	feature_put(&trial.on, step->bit, true);
	if (drop->device && try_upper(&trial, drop->device))
		return command_upper(&trial, drop);
	if (feature_any(drop->needs) && try_needs(&trial))
		return command_here(&trial, drop);
	trial.on = (struct feature_bits){{0}};
	feature_put(&trial.on, step->bit, true);
	if (try_lowers(&trial, &lower))
		return command_lower(&trial, &lower, drop);
	if (!feature_any(drop->needs) && try_conflicts(&trial))
		return command_here(&trial, drop);
	return NULL;
}
