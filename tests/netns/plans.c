/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the kernel do what a dry run says, and is what a plan leaves to type and to put back right? Random
 * changes of the devices of this namespace, each planned, sent as planned, and looked at.
 *
 *   plans SEED COUNT
 *
 * Says what it did, or the first difference with all that it takes to see it again; then the status is
 * 1. What nod says it cannot know is left out of the comparison and counted.
 */
#include <stdarg.h>
#include <string.h>

#include "lib/diag/plan.h"
#include "tests/netns/worldlab.h"

/* Commands that one piece of advice joins by "&&". */
#define COMMANDS_MAX 4

struct tally {
	uint64_t features, results[STEP_FAILED + 1], advised, joined, withdrawn, restored, unknown;
};

/**
 * struct round - one call of nod set, as it were
 * @named: of @changes, those that were there before plan_add_below()
 * @unknown: for each device, features that nod says nobody can tell
 * @before: before anything was sent; @after: before anything is withdrawn
 * @settled: when nothing more is withdrawn: what a user finds
 * @found: enum step_result of what happened, 1 more, for each feature of each device; 0: nothing
 */
struct round {
	struct lab *lab;
	struct tally *tally;
	struct arena arena;
	struct change *changes;
	size_t count, named;
	struct plan plan, outcome;
	struct feature_bits *unknown;
	struct snapshot before, after, settled;
	uint8_t *found;
};

static void *allocate(struct round *round, size_t count, size_t size)
{
	void *memory = arena_alloc(&round->arena, (count + 1) * size);

	if (!memory)
		error(STATUS_TROUBLE, 0, "out of memory");
	return memory;
}

static size_t place(size_t device, unsigned int bit)
{
	return device * FEATURE_BITS_MAX + bit;
}

/* Says what is wrong with @device, and what had been asked. Returns false. */
static bool differs(const struct round *round, size_t device, const char *format, ...)
	attr_printf(3, 4);

static bool differs(const struct round *round, size_t device, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	for (size_t i = 0; i < round->count; i++) {
		const struct change *change = &round->changes[i];

		printf("asked%s: %s %s %s\n", change->below ? " by --stack" : "",
		       round->before.devices[change->device].name,
		       round->before.names.names[change->bit], change->on ? "on" : "off");
	}
	print_before(&round->before, device);
	return false;
}

/* --- asking ------------------------------------------------------------------------------------- */

static void invent_for(struct round *round, size_t device)
{
	struct request request =
		invent_request(round->lab, &round->before, device, (struct feature_bits){{0}});

	for (unsigned int bit = 0; bit < round->before.names.count; bit++)
		if (feature_test(&request.mask, bit))
			round->changes[round->count++] = (struct change){
				.device = device,
				.bit = bit,
				.word = (unsigned int)draw(round->lab, 4),
				.on = feature_test(&request.value, bit),
				.single = draw(round->lab, 2),
			};
}

/* Of one device or of several. */
static void invent(struct round *round)
{
	struct lab *lab = round->lab;
	size_t ndevices = round->before.ndevices, only = draw(lab, ndevices);
	bool several = draw(lab, 3) == 0;

	round->changes = allocate(round, place(ndevices, 0), sizeof(*round->changes));
	for (size_t i = 0; i < ndevices; i++)
		if (i == only || (several && draw(lab, 2)))
			invent_for(round, i);
	round->named = round->count;
}

/* Where each change is in the list: its index, 1 more, for each feature of each device. */
static bool index_changes(struct round *round, size_t *at)
{
	for (size_t i = 0; i < round->count; i++) {
		const struct change *change = &round->changes[i];
		size_t *here = &at[place(change->device, change->bit)];

		if (*here)
			return differs(round, change->device, "--stack asks twice for %s of %s",
				       round->before.names.names[change->bit],
				       round->before.devices[change->device].name);
		*here = i + 1;
	}
	return true;
}

/* Is what --stack added asked of a device above, in the same words? */
static bool comes_from_above(const struct round *round, const size_t *at,
			     const struct change *change)
{
	const struct device *devices = round->before.devices;

	for (size_t i = 0; i < round->before.ndevices; i++) {
		size_t upper = at[place(i, change->bit)];

		if (upper &&
		    device_is_upper_of(&round->before, &devices[i], &devices[change->device]) &&
		    round->changes[upper - 1].on == change->on &&
		    round->changes[upper - 1].word == change->word)
			return change->below && !change->single;
	}
	return false;
}

static bool reaches_all_below(const struct round *round, const size_t *at,
			      const struct change *change)
{
	const struct device *devices = round->before.devices;

	for (size_t i = 0; i < round->before.ndevices; i++)
		if (!at[place(i, change->bit)] &&
		    device_is_upper_of(&round->before, &devices[change->device], &devices[i]))
			return false;
	return true;
}

static bool add_below(struct round *round)
{
	size_t *at = allocate(round, place(round->before.ndevices, 0), sizeof(*at));
	struct err err = {0};

	check(plan_add_below(&round->before, &round->changes, &round->count, &round->arena, &err),
	      &err);
	if (!index_changes(round, at))
		return false;
	for (size_t i = 0; i < round->count; i++) {
		const struct change *change = &round->changes[i];
		const char *feature = round->before.names.names[change->bit];
		const char *device = round->before.devices[change->device].name;

		if (i >= round->named && !comes_from_above(round, at, change))
			return differs(round, change->device,
				       "--stack asks for %s of %s, and nobody above does", feature,
				       device);
		if (!reaches_all_below(round, at, change))
			return differs(round, change->device,
				       "--stack: %s of %s is not asked of all devices below",
				       feature, device);
	}
	return true;
}

/* --- sending ------------------------------------------------------------------------------------ */

static void send_plan(struct round *round, const struct plan *plan, struct applied *applied)
{
	for (size_t i = 0; i < plan->nrequests; i++) {
		struct request request = {plan->requests[i].device, plan->requests[i].mask,
					  plan->requests[i].value};
		struct err err = {0};

		if (!feature_any(request.mask))
			continue;
		applied[i].sent = true;
		if (!send_request(round->lab, &round->before, &request, &err))
			continue;
		applied[i].error = strcpy(allocate(round, strlen(err.text), 1), err.text);
	}
}

/* In the reverse order of what was sent. */
static void send_back(struct round *round, const struct plan *plan)
{
	for (size_t i = plan->nrequests; i-- > 0;) {
		struct request request = {plan->requests[i].device, plan->requests[i].restore_mask,
					  plan->requests[i].restore_value};
		struct err err = {0};

		check(send_request(round->lab, &round->before, &request, &err), &err);
	}
}

/* What nod cannot know: the plan has it only of what it sends or sees change. */
static void list_unknown(struct round *round)
{
	struct feature_world world;
	struct err err = {0};

	check(world_init(&world, &round->before, &round->arena, &err), &err);
	for (size_t i = 0; i < round->plan.nrequests; i++) {
		const struct device_request *request = &round->plan.requests[i];

		world_set(&world, request->device, request->mask, request->value);
	}
	round->unknown = world.unknown;
	for (size_t i = 0; i < round->before.ndevices; i++)
		round->tally->unknown += count_features(world.unknown[i]);
}

static void carry_out(struct round *round)
{
	struct applied *applied;
	struct err err = {0};

	check(plan_make(&round->before, round->changes, round->count, &round->arena, &round->plan,
			&err),
	      &err);
	list_unknown(round);
	applied = allocate(round, round->plan.nrequests, sizeof(*applied));
	send_plan(round, &round->plan, applied);
	look(round->lab, &round->after);
	check(plan_verify(&round->plan, &round->before, &round->after, applied, &round->arena,
			  &round->outcome, &err),
	      &err);
}

/* --- what was foreseen, and what happened ------------------------------------------------------- */

static uint8_t *list_results(struct round *round, const struct plan *plan)
{
	uint8_t *results = allocate(round, place(round->before.ndevices, 0), 1);

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		results[place(step->device_index, step->bit)] = (uint8_t)(step->result + 1);
	}
	return results;
}

static const char *result_name(uint8_t result)
{
	return result ? step_result_names[result - 1] : "nothing";
}

static bool same_results(struct round *round)
{
	uint8_t *foreseen = list_results(round, &round->plan);

	round->found = list_results(round, &round->outcome);
	for (size_t i = 0; i < round->before.ndevices; i++)
		for (unsigned int bit = 0; bit < round->before.names.count; bit++) {
			uint8_t said = foreseen[place(i, bit)], is = round->found[place(i, bit)];

			if (said != is && !feature_test(&round->unknown[i], bit))
				return differs(round, i, "%s of %s: %s foreseen, %s found",
					       round->before.names.names[bit],
					       round->before.devices[i].name, result_name(said),
					       result_name(is));
		}
	return true;
}

/* What is not in a step stays as it was. */
static bool same_active(struct round *round)
{
	size_t ndevices = round->before.ndevices;
	struct feature_bits *active = allocate(round, ndevices, sizeof(*active));

	for (size_t i = 0; i < ndevices; i++)
		active[i] = round->before.devices[i].active;
	for (size_t i = 0; i < round->plan.nsteps; i++) {
		const struct step *step = &round->plan.steps[i];

		feature_put(&active[step->device_index], step->bit, step->after);
	}
	for (size_t i = 0; i < ndevices; i++) {
		const struct feature_bits *now = &round->after.devices[i].active;
		struct feature_bits wrong =
			feature_without(feature_xor(active[i], *now), round->unknown[i]);

		if (!feature_any(wrong))
			continue;
		print_set(&round->before, "active, found:", &wrong, now);
		return differs(round, i, "%s is not as foreseen", round->before.devices[i].name);
	}
	return true;
}

/* Does the outcome say of each feature what the kernel says, and of all what that makes? */
static bool true_outcome(struct round *round)
{
	bool all = true;

	for (size_t i = 0; i < round->outcome.nsteps; i++) {
		const struct step *step = &round->outcome.steps[i];
		const struct device *device = &round->after.devices[step->device_index];
		bool active = feature_test(&device->active, step->bit);
		bool fixed = !feature_test(&device->hw, step->bit) ||
			     feature_test(&device->nochange, step->bit);

		if (active != step->after)
			return differs(round, step->device_index, "%s of %s is not %s",
				       step->feature, step->device, step->after ? "on" : "off");
		if (step->asked && active != step->on && (step->single || !fixed))
			all = false;
		round->tally->results[step->result]++;
	}
	if (round->outcome.holds && !all)
		return differs(round, 0, "not all that was asked holds");
	return true;
}

static bool is_as_foreseen(struct round *round)
{
	if (round->after.ndevices != round->before.ndevices)
		error(STATUS_TROUBLE, 0, "devices came and went");
	return same_results(round) && same_active(round) && true_outcome(round);
}

/* --- what was not granted ----------------------------------------------------------------------- */

/* Is a feature requested for which nobody asked, or that was not granted? */
static bool nothing_left_behind(const struct round *round)
{
	for (size_t i = 0; i < round->before.ndevices; i++) {
		struct feature_bits new = feature_without(round->settled.devices[i].wanted,
							  round->before.devices[i].wanted);

		for (unsigned int bit = 0; bit < round->before.names.count; bit++) {
			uint8_t found = round->found[place(i, bit)];

			if (feature_test(&new, bit) && found != STEP_DONE + 1 &&
			    found != STEP_ALREADY + 1)
				return differs(round, i, "%s of %s stays requested: %s",
					       round->before.names.names[bit],
					       round->before.devices[i].name, result_name(found));
		}
	}
	return true;
}

/* What nod has told of the change must still be true. */
static bool nothing_else_changed(const struct round *round)
{
	for (size_t i = 0; i < round->before.ndevices; i++)
		if (!feature_equal(round->settled.devices[i].active,
				   round->after.devices[i].active))
			return differs(round, i, "what is withdrawn changes what is active on %s",
				       round->before.devices[i].name);
	return true;
}

static bool withdraw(struct round *round)
{
	for (size_t i = 0; i < round->outcome.nrequests; i++) {
		struct request request = {.device = round->outcome.requests[i].device};
		struct err err = {0};

		if (!plan_withdraw(&round->outcome, i, &request.mask, &request.value))
			continue;
		check(send_request(round->lab, &round->before, &request, &err), &err);
		round->tally->withdrawn += count_features(request.mask);
	}
	snapshot_free(&round->settled);
	look(round->lab, &round->settled);
	return nothing_left_behind(round) && nothing_else_changed(round);
}

/* --- advice ------------------------------------------------------------------------------------- */

/* "nod set DEVICE... FEATURE=on|off...": what follows from it now. false if it is none of that. */
static bool plan_command(struct round *round, char *command, const struct snapshot *now,
			 struct plan *plan)
{
	size_t length = strlen(command), ndevices = 0, count = 0;
	size_t *devices = allocate(round, length, sizeof(*devices));
	struct change *changes = allocate(round, length * length, sizeof(*changes));
	struct err err = {0};
	char *word;

	if (strncmp(command, "nod set ", strlen("nod set ")) != 0)
		return false;
	command += strlen("nod set ");
	while ((word = strsep(&command, " "))) {
		char *value = strchr(word, '=');
		const struct device *device = snapshot_by_name(now, word);
		int bit;

		if (!value && !device)
			return false;
		if (!value) {
			devices[ndevices++] = (size_t)(device - now->devices);
			continue;
		}
		*value++ = '\0';
		bit = feature_lookup(&now->names, word);
		if (bit < 0)
			return false;
		for (size_t i = 0; i < ndevices; i++)
			changes[count++] = (struct change){.device = devices[i],
							   .bit = (unsigned int)bit,
							   .on = !strcmp(value, "on"),
							   .single = true};
	}
	check(plan_make(now, changes, count, &round->arena, plan, &err), &err);
	return count > 0;
}
