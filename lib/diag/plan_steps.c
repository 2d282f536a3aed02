/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of each feature that was asked for, and which others change with them?
 */
#include <string.h>

#include "lib/diag/plan_parts.h"

/**
 * struct scene - one device of a plan
 * @changes: what was asked of it
 * @changed: features that are, or are predicted to be, other than before
 * @unknown: features of which nobody can tell
 * @granted: what the kernel would grant if it computed the device again
 * @drops_before, @drops: what rules hold back before and after
 */
struct scene {
	struct maker *maker;
	size_t index;
	const struct device *device;
	struct change_range changes;
	struct feature_bits changed, unknown, granted;
	struct drops drops_before, drops;
};

const struct drop *plan_find_drop(const struct drops *drops, unsigned int bit)
{
	const struct drop *drop = drops_find(drops, bit);

	return drop && drop->rule ? drop : NULL;
}

static const char *say_drop(struct maker *maker, const struct drop *drop)
{
	struct text text attr_cleanup(text_free) = {0};

	plan_add_drop(&text, maker->snapshot, drop);
	return plan_keep(maker, &text);
}

/* Asked for, requested, and still not so. */
static void judge_not_granted(struct scene *scene, struct step *step)
{
	struct maker *maker = scene->maker;
	const struct drop *drop = plan_find_drop(&scene->drops, step->bit);

	step->result = STEP_BLOCKED;
	if (drop) {
		step->rule = drop->rule;
		step->text = say_drop(maker, drop);
	} else if (step->on && !feature_test(&maker->world.wanted[scene->index], step->bit)) {
		step->rule = "S2";
		step->text = "another change of this plan takes the request away: a device above "
			     "does not have it";
	} else if (step->on && feature_test(&maker->before.wanted[scene->index], step->bit) &&
		   feature_test(&scene->granted, step->bit)) {
		/* As after S1: what held it back is gone, and nobody has told the device. */
		step->text =
			"requested already, and nothing holds it back any more, but the kernel "
			"looks again only when a request changes: switch it off, then on";
	} else {
		step->result = STEP_REFUSED;
		step->text = step->on ? "the driver does not grant it, by no rule that nod knows"
				      : "the driver keeps it on, by no rule that nod knows";
	}
}

static void judge_fixed(const struct scene *scene, struct step *step)
{
	struct text text attr_cleanup(text_free) = {0};

	if (step->after == step->on) {
		/* It may follow another device: not by request, but as asked. */
		step->result = step->before == step->on ? STEP_ALREADY : STEP_DONE;
		if (step->result == STEP_DONE)
			plan_add_cause(scene->maker, &text, step, NULL);
		step->text = plan_keep(scene->maker, &text);
		return;
	}
	step->result = STEP_FIXED;
	if (feature_test(&scene->device->nochange, step->bit))
		step->text = "the kernel lets nobody change it";
	else
		step->text = step->on ? "the device does not offer it"
				      : "the device cannot do without it";
}

static void judge_asked(struct scene *scene, struct step *step)
{
	bool sent = feature_test(&scene->maker->mask[scene->index], step->bit);

	if (!(scene->device->has & DEVICE_HAS_FEATURES)) {
		step->result = STEP_FAILED;
		step->text = "the kernel does not tell the features of this device";
	} else if (!plan_can_set(scene->device, step->bit)) {
		judge_fixed(scene, step);
	} else if (sent && feature_test(&scene->unknown, step->bit)) {
		step->result = STEP_UNKNOWN;
		step->text = "the driver decides";
	} else if (step->after != step->on) {
		judge_not_granted(scene, step);
	} else if (step->before == step->on) {
		step->result = sent ? STEP_DONE : STEP_ALREADY;
		if (sent)
			step->text = step->on ? "was on without being requested: now it is"
					      : "was off though requested: no longer requested";
	} else {
		step->result = STEP_DONE;
	}
}

/* What a rule took away, gives back, or what just follows. */
static void judge_side_effect(struct scene *scene, struct step *step)
{
	struct maker *maker = scene->maker;
	bool wanted = feature_test(&maker->world.wanted[scene->index], step->bit);
	const struct drop *drop =
		plan_find_drop(step->after ? &scene->drops_before : &scene->drops, step->bit);
	struct text text attr_cleanup(text_free) = {0};

	step->result = feature_test(&scene->unknown, step->bit) ? STEP_UNKNOWN : STEP_SIDE_EFFECT;
	if (drop && step->after)
		text_printf(&text, "was requested, and %s no longer holds it back", drop->rule);
	else if (drop)
		plan_add_drop(&text, maker->snapshot, drop);
	else if (!step->after && !wanted && feature_test(&scene->device->wanted, step->bit))
		step->rule = "S2";
	if (drop)
		step->rule = drop->rule;
	if (step->rule && !drop)
		text_add(&text, "a device above does not have it: the request is taken away");
	plan_add_cause(maker, &text, step, drop);
	step->text = plan_keep(maker, &text);
}

static struct step start_step(const struct scene *scene, unsigned int bit)
{
	const struct maker *maker = scene->maker;

	return (struct step){
		.device = scene->device->name,
		.feature = maker->snapshot->names.names[bit],
		.device_index = scene->index,
		.bit = bit,
		.before = feature_test(&scene->device->active, bit),
		.after = feature_test(&maker->world.active[scene->index], bit),
	};
}

static void fill_steps(struct scene *scene)
{
	struct plan *plan = scene->maker->plan;
	const struct change *change = scene->changes.from;

	for (unsigned int bit = 0; bit < scene->maker->snapshot->names.count; bit++) {
		bool asked = change < scene->changes.to && change->bit == bit;
		struct step step = start_step(scene, bit);

		if (asked) {
			step.asked = true;
			step.on = change->on;
			step.word = change->word;
			step.single = change->single;
			step.below = change->below;
			change++;
			judge_asked(scene, &step);
		} else if (feature_test(&scene->changed, bit) && step.feature) {
			judge_side_effect(scene, &step);
		} else {
			continue;
		}
		plan->steps[plan->nsteps++] = step;
	}
}

static struct feature_bits changed_bits(const struct maker *maker, size_t device)
{
	return feature_xor(maker->snapshot->devices[device].active, maker->world.active[device]);
}

static void fill_device(struct maker *maker, size_t index, struct change_range changes)
{
	struct scene scene;

	if (changes.from == changes.to && !feature_any(changed_bits(maker, index)))
		return;
	scene.maker = maker;
	scene.index = index;
	scene.device = &maker->snapshot->devices[index];
	scene.changes = changes;
	scene.changed = changed_bits(maker, index);
	scene.unknown = (struct feature_bits){{0}};
	scene.drops.count = 0;
	scene.drops_before.count = 0;
	world_compute(&maker->before, index, &scene.drops_before, NULL);
	scene.granted = world_compute(&maker->world, index, &scene.drops, &scene.unknown);
	fill_steps(&scene);
}

int plan_add_steps(struct maker *maker)
{
	const struct change *change = maker->changes, *end = change + maker->count;
	size_t most = maker->count;

	for (size_t i = 0; i < maker->snapshot->ndevices; i++)
		most += feature_count(changed_bits(maker, i));
	maker->plan->steps = arena_alloc(maker->arena, most * sizeof(*maker->plan->steps));
	if (!maker->plan->steps)
		return -1;
	for (size_t i = 0; i < maker->snapshot->ndevices; i++) {
		struct change_range range = {change, change};

		while (range.to < end && range.to->device == i)
			range.to++;
		change = range.to;
		fill_device(maker, i, range);
	}
	return 0;
}

static bool is_settable_member(const struct snapshot *snapshot, const struct step *step,
			       const struct step *other)
{
	return other->asked && other->word == step->word && other->on == step->on &&
	       plan_can_set(&snapshot->devices[other->device_index], other->bit);
}

/*
 * A member of a group that nobody can change is no reason to say no if there is one that can be: on the
 * same device, or for what --stack added on any: it stands beside the device that was named.
 */
static bool is_forgiven(const struct snapshot *snapshot, const struct plan *plan,
			const struct step *step)
{
	const struct step *from = plan->steps, *to = from + plan->nsteps;

	if (step->single)
		return false;
	if (!step->below) {
		for (from = step; from > plan->steps; from--)
			if (from[-1].device_index != step->device_index)
				break;
	}
	for (; from < to && (step->below || from->device_index == step->device_index); from++)
		if (is_settable_member(snapshot, step, from))
			return true;
	return false;
}

bool plan_holds(const struct snapshot *snapshot, const struct plan *plan)
{
	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (!step->asked || step->result == STEP_DONE || step->result == STEP_ALREADY)
			continue;
		if (step->result != STEP_FIXED || !is_forgiven(snapshot, plan, step))
			return false;
	}
	return true;
}
