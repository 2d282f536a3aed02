/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another device is the cause: what to do there, and what then remains to be done here?
 */
#include "lib/diag/explain_parts.h"

#define DEVICES_MAX 8

/* What is to be asked of other devices, in that order. */
struct errands {
	struct errand {
		const struct device *device;
		struct way way;
	} list[DEVICES_MAX];
	size_t count;
};

/* One more, with all before it done; nothing if there is no need, or no way. */
static void add_errand(struct question *question, const struct device *device,
		       struct errands *errands)
{
	struct errand *errand = &errands->list[errands->count];

	errand->device = device;
	if (!way_find(question->explainer, device, question->bit, &errand->way) ||
	    !way_is_any(&errand->way))
		return;
	way_set(question->explainer, device, &errand->way);
	errands->count++;
}

/*
 * To be told only if it leads to what was asked about, perhaps with more to be asked for here; or at
 * least to what that needs.
 */
static void tell(struct question *question, const struct errands *errands, const char *reason)
{
	struct explainer *explainer = question->explainer;
	const struct device *device = question->device;
	struct way here;

	if (!errands->count || (!way_find(explainer, device, question->goal, &here) &&
				!way_find(explainer, device, question->bit, &here)))
		return;
	for (size_t i = 0; i < errands->count; i++) {
		const struct way *way = &errands->list[i].way;

		way_command(question, errands->list[i].device, way,
			    way->unknown ? way_promise(way) : reason);
	}
	if (way_is_any(&here))
		way_command(question, device, &here, way_promise(&here));
}

void explain_upper_commands(struct question *question)
{
	struct explainer *explainer = question->explainer;
	const struct device *uppers[DEVICES_MAX];
	size_t count = lro_uppers(explainer, question->device, uppers, DEVICES_MAX);
	struct errands errands = {.count = 0};

	way_begin(explainer);
	for (size_t i = 0; i < count && i < DEVICES_MAX; i++) {
		if (feature_test(&uppers[i]->hw, question->bit)) {
			add_errand(question, uppers[i], &errands);
			continue;
		}
		explain_reason(question, NULL, CONFIDENCE_CERTAIN,
			       explain_say(question,
					   "%s cannot have rx-lro at all: as long as it is on top "
					   "of %s, nothing switches it on here.",
					   uppers[i]->name, question->device->name));
	}
	tell(question, &errands,
	     explain_say(question, "then %s may have it", question->device->name));
}

void explain_below_commands(struct question *question)
{
	struct explainer *explainer = question->explainer;
	const struct device *below[DEVICES_MAX];
	size_t count =
		kind_lacking_below(explainer, question->device, question->bit, below, DEVICES_MAX);
	struct errands errands = {.count = 0};

	way_begin(explainer);
	for (size_t i = 0; i < count && i < DEVICES_MAX; i++)
		add_errand(question, below[i], &errands);
	tell(question, &errands,
	     explain_say(question, "%s takes it from there", question->device->name));
	if (count > DEVICES_MAX)
		explain_limit(question, explain_say(question, "It is off on %zu more ports.",
						    count - DEVICES_MAX));
	if (!count)
		explain_limit(question, "Which of its features a driver offers to devices on top "
					"(vlan_features and the like) is not exported.");
}
