/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be typed so that what a rule holds back comes on?
 */
#include "lib/diag/plan_parts.h"
#include "lib/diag/way.h"

/* What is sent and not granted is no longer requested when advice is taken: see plan_withdraw(). */
static void withdraw(struct maker *maker)
{
	for (size_t i = 0; i < maker->plan->nrequests; i++) {
		struct feature_bits *wanted = &maker->world.wanted[maker->plan->requests[i].device];
		struct feature_bits mask, value;

		if (plan_withdraw(maker->plan, i, &mask, &value))
			*wanted = feature_or(feature_without(*wanted, mask), value);
	}
}

/* "tx-tcp-segmentation, rx-gro and rx-lro" */
static void add_names(struct text *text, const struct snapshot *snapshot, struct feature_bits set)
{
	const char *between = "";

	for (unsigned int bit = 0; feature_any(set); bit++) {
		if (!feature_test(&set, bit))
			continue;
		feature_put(&set, bit, false);
		if (*between && !feature_any(set))
			between = " and ";
		text_printf(text, "%s%s", between, snapshot->names.names[bit]);
		between = ", ";
	}
}

static const char *advise(struct maker *maker, size_t device, const struct feature_bits *blocked)
{
	struct text text attr_cleanup(text_free) = {0};
	struct feature_bits sure;
	struct ways ways;

	ways_find(&maker->world, &maker->before, device, blocked, &ways);
	if (!ways.count)
		return NULL;
	sure = feature_without(ways.goals, ways.unknown);
	ways_add_commands(&text, maker->snapshot, ways.list, ways.count);
	text_printf(&text, "  # for %s: ", maker->snapshot->devices[device].name);
	add_names(&text, maker->snapshot, sure);
	if (feature_any(ways.unknown)) {
		text_add(&text, feature_any(sure) ? "; " : "");
		text_add(&text, "the driver has the last word on ");
		add_names(&text, maker->snapshot, ways.unknown);
	}
	return plan_keep(maker, &text);
}

int plan_add_advice(struct maker *maker)
{
	struct plan *plan = maker->plan;
	const struct step *step = plan->steps, *end = step + plan->nsteps;

	plan->advice = arena_alloc(maker->arena, plan->nsteps * sizeof(*plan->advice));
	if (!plan->advice)
		return -1;
	withdraw(maker);
	while (step < end) {
		size_t device = step->device_index;
		struct feature_bits blocked = {{0}};
		const char *advice;

		for (; step < end && step->device_index == device; step++)
			if (step->result == STEP_BLOCKED && step->on)
				feature_put(&blocked, step->bit, true);
		advice = feature_any(blocked) ? advise(maker, device, &blocked) : NULL;
		if (advice)
			plan->advice[plan->nadvice++] = advice;
	}
	return 0;
}
