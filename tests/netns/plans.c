/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the kernel do what a dry run says, and comes back what is withdrawn and put back? Random changes of
 * the devices of this namespace, each planned, sent as planned, and looked at.
 *
 *   plans SEED COUNT
 *
 * Says what it did, or the first difference with all that it takes to see it again; then the status is
 * 1. What nod says it cannot know is left out of the comparison and counted.
 */
#include "tests/netns/planlab.h"

struct tally {
	uint64_t features, results[STEP_FAILED + 1], unknown, below, withdrawn, restored;
};

/* --- what --stack asks for ---------------------------------------------------------------------- */

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

/* --- what was foreseen, and what happened ------------------------------------------------------- */

/* For each feature of each device, by place(): enum step_result, 1 more; 0: nothing. */
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

static bool same_results(struct round *round, const struct feature_bits *unknown)
{
	uint8_t *foreseen = list_results(round, &round->plan);
	uint8_t *found = list_results(round, &round->outcome);

	for (size_t i = 0; i < round->before.ndevices; i++)
		for (unsigned int bit = 0; bit < round->before.names.count; bit++) {
			uint8_t said = foreseen[place(i, bit)], is = found[place(i, bit)];

			if (said != is && !feature_test(&unknown[i], bit))
				return differs(round, i, "%s of %s: %s foreseen, %s found",
					       round->before.names.names[bit],
					       round->before.devices[i].name, result_name(said),
					       result_name(is));
		}
	return true;
}

/* What is in no step stays as it was. */
static bool same_active(struct round *round, const struct feature_bits *unknown)
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
			feature_without(feature_xor(active[i], *now), unknown[i]);

		if (!feature_any(wrong))
			continue;
		print_set(&round->before, "active, found:", &wrong, now);
		return differs(round, i, "%s is not as foreseen", round->before.devices[i].name);
	}
	return true;
}

static bool is_fixed(const struct device *device, unsigned int bit)
{
	return !feature_test(&device->hw, bit) || feature_test(&device->nochange, bit);
}

/* Does the outcome say of each feature what the kernel says, and of all what that makes? */
static bool true_outcome(const struct round *round)
{
	bool each = true, all = true;

	for (size_t i = 0; i < round->outcome.nsteps; i++) {
		const struct step *step = &round->outcome.steps[i];
		const struct device *device = &round->after.devices[step->device_index];
		bool active = feature_test(&device->active, step->bit);

		if (active != step->after)
			return differs(round, step->device_index, "%s of %s is not %s",
				       step->feature, step->device, step->after ? "on" : "off");
		if (!step->asked || active == step->on)
			continue;
		each = false;
		if (step->single || !is_fixed(device, step->bit))
			all = false;
	}
	if (round->outcome.holds ? !all : each)
		return differs(round, round->changes[0].device, "it is said that all %s",
			       round->outcome.holds ? "holds" : "does not hold");
	return true;
}

static bool is_as_foreseen(struct round *round, struct tally *tally)
{
	struct feature_bits *unknown = list_unknown(round);
	bool certain = true;

	for (size_t i = 0; i < round->before.ndevices; i++) {
		tally->unknown += count_features(unknown[i]);
		certain = certain && !feature_any(unknown[i]);
	}
	for (size_t i = 0; i < round->outcome.nsteps; i++)
		tally->results[round->outcome.steps[i].result]++;
	if (!same_results(round, unknown) || !same_active(round, unknown) || !true_outcome(round))
		return false;
	if (certain && round->outcome.nnotes != round->plan.nnotes)
		return differs(round, 0, "%s", round->outcome.notes[round->outcome.nnotes - 1]);
	return true;
}

/* --- what is taken back ------------------------------------------------------------------------- */

/* Is a feature requested anew that nobody asked for, or that was not granted? */
static bool nothing_left_behind(struct round *round, const struct snapshot *now)
{
	uint8_t *found = list_results(round, &round->outcome);

	for (size_t i = 0; i < round->before.ndevices; i++) {
		struct feature_bits new =
			feature_without(now->devices[i].wanted, round->before.devices[i].wanted);

		for (unsigned int bit = 0; bit < round->before.names.count; bit++) {
			uint8_t result = found[place(i, bit)];

			if (feature_test(&new, bit) && result != STEP_DONE + 1 &&
			    result != STEP_ALREADY + 1)
				return differs(round, i, "%s of %s stays requested: %s",
					       round->before.names.names[bit],
					       round->before.devices[i].name, result_name(result));
		}
	}
	return true;
}

/* What was told of the change must still be true. */
static bool nothing_else_changed(const struct round *round, const struct snapshot *now)
{
	for (size_t i = 0; i < round->before.ndevices; i++)
		if (!feature_equal(now->devices[i].active, round->after.devices[i].active))
			return differs(round, i, "what is withdrawn changes what is active on %s",
				       round->before.devices[i].name);
	return true;
}

static bool take_back_ungranted(struct round *round, struct tally *tally)
{
	struct snapshot now;
	bool right;

	tally->withdrawn += withdraw(round);
	look(round->lab, &now);
	right = nothing_left_behind(round, &now) && nothing_else_changed(round, &now);
	snapshot_free(&now);
	return right;
}

static bool put_back(struct round *round, struct tally *tally)
{
	send_back(round, &round->plan);
	tally->restored++;
	return is_as_then(round, &round->before, "all was put back");
}

/* --- all ---------------------------------------------------------------------------------------- */

/* What is not put back is what the next round begins with. */
static bool run_round(struct lab *lab, struct tally *tally)
{
	struct round round = begin_round(lab);
	bool right = true;

	tally->features += round.count;
	if (draw(lab, 3) == 0)
		right = add_below(&round);
	tally->below += round.count - round.named;
	if (right) {
		carry_out(&round);
		right = is_as_foreseen(&round, tally);
	}
	if (right && draw(lab, 2))
		right = take_back_ungranted(&round, tally);
	if (right && draw(lab, 2))
		right = put_back(&round, tally);
	end_round(&round);
	return right;
}

static void print_tally(const struct tally *tally, uint64_t count)
{
	printf("%" PRIu64 " requests for %" PRIu64 " features and %" PRIu64 " below:", count,
	       tally->features, tally->below);
	for (size_t i = 0; step_result_names[i]; i++)
		printf(" %s %" PRIu64 ",", step_result_names[i], tally->results[i]);
	printf(" unknown before %" PRIu64 ", withdrawn %" PRIu64 ", put back %" PRIu64 "\n",
	       tally->unknown, tally->withdrawn, tally->restored);
}

int main(int argc, char **argv)
{
	struct tally tally = {0};
	uint64_t seed, count, i;
	struct lab lab;
	bool right = true;

	if (argc != 3)
		error(2, 0, "usage: plans SEED COUNT");
	seed = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	lab = open_lab(seed);
	printf("seed %" PRIu64 "\n", seed);
	for (i = 0; right && i < count; i++)
		right = run_round(&lab, &tally);
	if (!right)
		printf("request %" PRIu64 " of seed %" PRIu64 "\n", i, seed);
	print_tally(&tally, i);
	close_lab(&lab);
	return right ? 0 : 1;
}
