/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came of a plan, and where was its prediction wrong?
 */
#include <string.h>

#include "lib/diag/plan_parts.h"

/**
 * struct check - a plan and what is found afterwards
 * @maker: for texts, and with the world afterwards; its snapshot is @after
 * @bits: for each bit before: the bit afterwards, -1 if it is no longer there
 * @request: for each device 1 + its request, 0 for none
 */
struct check {
	struct maker maker;
	const struct plan *plan;
	const struct snapshot *before, *after;
	const struct applied *applied;
	int bits[FEATURE_BITS_MAX];
	size_t *request;
	struct plan *outcome;
	size_t room, notes_room;
};

static struct device *find_after(const struct check *check, size_t device)
{
	return snapshot_by_index(check->after, check->before->devices[device].ifindex);
}

/* Bits are compared by name: the kernel may have been another one, in a recording. */
static void match_bits(struct check *check)
{
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		const char *name =
			bit < check->before->names.count ? check->before->names.names[bit] : NULL;

		check->bits[bit] = name ? feature_lookup(&check->after->names, name) : -1;
	}
}

static bool is_active(const struct check *check, const struct device *device, unsigned int bit)
{
	return check->bits[bit] >= 0 &&
	       feature_test(&device->active, (unsigned int)check->bits[bit]);
}

static void add_step(struct check *check, const struct step *step)
{
	struct plan *outcome = check->outcome;

	if (outcome->nsteps == check->room) {
		size_t room = check->room ? 2 * check->room : 64;
		struct step *steps = arena_alloc(check->maker.arena, room * sizeof(*steps));

		if (!steps) {
			check->maker.failed = true;
			return;
		}
		if (outcome->nsteps)
			memcpy(steps, outcome->steps, outcome->nsteps * sizeof(*steps));
		outcome->steps = steps;
		check->room = room;
	}
	outcome->steps[outcome->nsteps++] = *step;
}

static void add_note(struct check *check, const char *text)
{
	struct plan *outcome = check->outcome;

	if (!text)
		return;
	if (outcome->nnotes == check->notes_room) {
		size_t room = check->notes_room ? 2 * check->notes_room : 8;
		const char **notes = arena_alloc(check->maker.arena, room * sizeof(*notes));

		if (!notes) {
			check->maker.failed = true;
			return;
		}
		if (outcome->nnotes)
			memcpy(notes, outcome->notes, outcome->nnotes * sizeof(*notes));
		outcome->notes = notes;
		check->notes_room = room;
	}
	outcome->notes[outcome->nnotes++] = text;
}

static void fail(struct step *step, const char *text)
{
	step->result = STEP_FAILED;
	step->text = text;
	step->rule = NULL;
}

/* What rule, if any, explains what is found, though none was predicted. */
static void find_rule(struct check *check, const struct device *after, struct step *step)
{
	struct maker *maker = &check->maker;
	unsigned int bit = (unsigned int)check->bits[step->bit];
	struct text text attr_cleanup(text_free) = {0};
	struct drops drops;
	const struct drop *drop;

	drops.count = 0;
	world_compute(&maker->world, (size_t)(after - check->after->devices), &drops, NULL);
	drop = step->on && check->bits[step->bit] >= 0 ? plan_find_drop(&drops, bit) : NULL;
	if (!drop)
		return;
	step->result = STEP_BLOCKED;
	step->rule = drop->rule;
	plan_add_drop(&text, check->after, drop);
	text_add(&text, "; this was not predicted");
	step->text = plan_keep(maker, &text);
}

static void judge_not_so(struct check *check, const struct device *after, const struct step *said,
			 struct step *step)
{
	const struct device *before = &check->before->devices[said->device_index];

	if (said->result == STEP_BLOCKED || said->result == STEP_FIXED)
		return;
	step->result = STEP_REFUSED;
	step->rule = NULL;
	find_rule(check, after, step);
	if (step->result != STEP_REFUSED)
		return;
	if (said->result == STEP_ALREADY)
		step->text = "was as asked before, and is not any more";
	else
		step->text =
			plan_say(&check->maker,
				 "no rule that nod knows forbids it: the driver%s%s did not do "
				 "it; the kernel log may say why (dmesg | grep %s)",
				 before->driver ? " " : "", before->driver ? before->driver : "",
				 before->name);
}

static void judge_so(struct check *check, const struct step *said, struct step *step)
{
	bool unexpected = said->result == STEP_BLOCKED || said->result == STEP_REFUSED;

	step->result =
		said->before == said->on && said->result != STEP_DONE ? STEP_ALREADY : STEP_DONE;
	step->rule = NULL;
	if (unexpected)
		step->text = plan_say(&check->maker, "against the prediction: %s",
				      said->text ? said->text : "it was not to be granted");
	else if (said->result != STEP_DONE)
		step->text = NULL;
}

static void check_asked(struct check *check, const struct device *after, const struct step *said)
{
	size_t request = check->request[said->device_index];
	const struct applied *applied = request ? &check->applied[request - 1] : NULL;
	bool sent = request && feature_test(&check->plan->requests[request - 1].mask, said->bit);
	struct step step = *said;

	if (!after) {
		fail(&step, "the device is gone");
		step.after = false;
		add_step(check, &step);
		return;
	}
	step.after = is_active(check, after, said->bit);
	if (said->result == STEP_FAILED)
		add_step(check, &step);
	else {
		if (sent && applied->error)
			fail(&step, applied->error);
		else if (sent && !applied->sent)
			fail(&step, "was not sent");
		else if (step.after == step.on)
			judge_so(check, said, &step);
		else
			judge_not_so(check, after, said, &step);
		add_step(check, &step);
	}
}

/* Not asked for: as predicted, otherwise, or without having been predicted. @said may be NULL. */
static void check_other(struct check *check, size_t index, const struct device *after,
			unsigned int bit, const struct step *said)
{
	const struct device *before = &check->before->devices[index];
	bool was = feature_test(&before->active, bit), is = is_active(check, after, bit);
	struct step step = {
		.device = before->name,
		.feature = check->before->names.names[bit],
		.device_index = index,
		.bit = bit,
		.before = was,
		.after = is,
		.result = STEP_SIDE_EFFECT,
		.text = "changed meanwhile; nod did not predict it",
	};

	if (was == is) {
		if (said)
			add_note(check, plan_say(&check->maker,
						 "%s of %s did not change, though it was predicted",
						 step.feature, step.device));
		return;
	}
	if (said && said->after == is) {
		step = *said;
		step.result = STEP_SIDE_EFFECT;
	}
	add_step(check, &step);
}

/* @said: steps of this device, up to @end. */
static const struct step *check_device(struct check *check, size_t index, const struct step *said,
				       const struct step *end)
{
	const struct device *after = find_after(check, index);

	for (unsigned int bit = 0; bit < check->before->names.count; bit++) {
		bool has_step = said < end && said->device_index == index && said->bit == bit;

		if (has_step && said->asked)
			check_asked(check, after, said);
		else if (after && check->before->names.names[bit])
			check_other(check, index, after, bit, has_step ? said : NULL);
		if (has_step)
			said++;
	}
	if (!after && check->request[index])
		add_note(check,
			 plan_say(&check->maker, "%s is gone", check->before->devices[index].name));
	return said;
}

static int check_init(struct check *check, struct err *err)
{
	const struct plan *plan = check->plan;
	struct arena *arena = check->maker.arena;
	size_t size = plan->nrequests * sizeof(*plan->requests);

	check->request = arena_alloc(arena, check->before->ndevices * sizeof(*check->request));
	check->outcome->requests = arena_alloc(arena, size);
	if (!check->request || !check->outcome->requests)
		return err_set(err, ERR_MEMORY, "no memory to verify");
	if (size)
		memcpy(check->outcome->requests, plan->requests, size);
	check->outcome->nrequests = plan->nrequests;
	for (size_t i = 0; i < plan->nrequests; i++)
		check->request[plan->requests[i].device] = i + 1;
	match_bits(check);
	return world_init(&check->maker.world, check->after, arena, err);
}

/* What is advised is for all that is blocked on a device: it goes when nothing is. */
static void keep_advice(const struct plan *plan, struct plan *outcome)
{
	for (size_t i = 0; i < outcome->nsteps; i++) {
		if (outcome->steps[i].result != STEP_BLOCKED)
			continue;
		outcome->advice = plan->advice;
		outcome->nadvice = plan->nadvice;
		return;
	}
}

int plan_verify(const struct plan *plan, const struct snapshot *before,
		const struct snapshot *after, const struct applied *applied, struct arena *arena,
		struct plan *outcome, struct err *err)
{
	struct check check = {
		.maker = {.snapshot = after, .arena = arena},
		.plan = plan,
		.before = before,
		.after = after,
		.applied = applied,
		.outcome = outcome,
	};
	const struct step *said = plan->steps;

	*outcome = (struct plan){0};
	if (check_init(&check, err))
		return -1;
	for (size_t i = 0; i < plan->nnotes; i++)
		add_note(&check, plan->notes[i]);
	for (size_t i = 0; i < before->ndevices; i++)
		said = check_device(&check, i, said, plan->steps + plan->nsteps);
	if (check.maker.failed)
		return err_set(err, ERR_MEMORY, "no memory to verify");
	keep_advice(plan, outcome);
	outcome->holds = plan_holds(before, outcome);
	return 0;
}

/* Steps are in the order of devices. */
static size_t first_step(const struct plan *plan, size_t device)
{
	size_t low = 0, high = plan->nsteps;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (plan->steps[middle].device_index < device)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool plan_withdraw(const struct plan *plan, size_t request, struct feature_bits *mask,
		   struct feature_bits *value)
{
	const struct device_request *sent = &plan->requests[request];

	*mask = (struct feature_bits){{0}};
	for (size_t i = first_step(plan, sent->device);
	     i < plan->nsteps && plan->steps[i].device_index == sent->device; i++) {
		const struct step *step = &plan->steps[i];

		if (step->asked && (step->result == STEP_BLOCKED || step->result == STEP_REFUSED))
			feature_put(mask, step->bit, true);
	}
	*mask = feature_and(*mask, feature_and(sent->mask, sent->restore_mask));
	*value = feature_and(sent->restore_value, *mask);
	return feature_any(*mask);
}
