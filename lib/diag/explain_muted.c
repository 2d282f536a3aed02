/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a feature as it is only because its device was not told of a change below it (rule S5)?
 */
#include "lib/diag/explain_parts.h"

static size_t index_of(const struct explainer *explainer, const struct device *device)
{
	return (size_t)(device - explainer->snapshot->devices);
}

/* Changes of it are not told to devices on top. */
static bool is_muted(const struct explainer *explainer, const struct device *device)
{
	return explainer->esp >= 0 && explainer->esp_tx_csum >= 0 &&
	       device->has & DEVICE_HAS_FEATURES &&
	       feature_test(&device->active, (unsigned int)explainer->esp_tx_csum) &&
	       !feature_test(&device->active, (unsigned int)explainer->esp);
}

/* Below number @i: 0 is what it is stacked on, the others are its ports. NULL behind the last. */
static const struct device *muted_below(struct explainer *explainer, const struct device *device,
					size_t *i)
{
	const struct device *lower = device_lower(explainer->snapshot, device);

	explainer_turn_to(explainer, device);
	while (*i <= explainer->nports) {
		const struct device *below = *i ? explainer->ports[*i - 1] : lower;

		++*i;
		if (below && is_muted(explainer, below))
			return below;
	}
	return NULL;
}

/* Whether it would be otherwise, computed now. */
static bool is_stale(struct question *question)
{
	struct explainer *explainer = question->explainer;
	bool active = feature_test(&question->device->active, question->bit);

	(void)explainer_drop(explainer, question->device, question->bit);
	return explainer->computed && feature_test(&explainer->granted, question->bit) != active;
}

bool muted_cause(struct question *question, struct cause *cause)
{
	struct explainer *explainer = question->explainer;
	const struct device *device = question->device, *below;
	bool active = feature_test(&device->active, question->bit);
	size_t i = 0;

	if (!device_follows(explainer->snapshot, device))
		return false;
	below = muted_below(explainer, device, &i);
	if (!below || !is_stale(question))
		return false;
	*cause = (struct cause){
		.rule = "S5",
		.brief = explain_say(question, "not told of changes of %s", below->name),
		.text = explain_say(
			question,
			"%s, below it, has esp-tx-csum-hw-offload on and esp-hw-offload off: then "
			"devices on top are not told of its changes. By what it has now, %s would "
			"be %s here.",
			below->name, question->feature, active ? "off" : "on"),
		.certainty = feature_test(&explainer->unknown, question->bit) ? CONFIDENCE_LIKELY
									      : CONFIDENCE_CERTAIN,
	};
	return true;
}

/* Without the one, or with the other of the two, a device is muted no longer. */
static bool try_unmute(struct question *question, const struct device *below, int bit, bool on)
{
	struct explainer *explainer = question->explainer;
	const struct feature_bits *after =
		&explainer->trial.active[index_of(explainer, question->device)];
	bool active = feature_test(&question->device->active, question->bit);
	struct way way = way_start(explainer, below);

	if (!feature_test(&below->hw, (unsigned int)bit))
		return false;
	feature_put(on ? &way.on : &way.off, (unsigned int)bit, true);
	world_reset(&explainer->trial);
	way_set(&explainer->trial, &way);
	if (feature_test(after, question->bit) == active)
		return false;
	way_command(question, &way,
		    explain_say(question, "then %s is told, and computes its features anew",
				question->device->name));
	return true;
}

void explain_muted_commands(struct question *question)
{
	const struct explainer *explainer = question->explainer;
	const struct device *below;
	size_t i = 0;

	while ((below = muted_below(question->explainer, question->device, &i)))
		if (try_unmute(question, below, explainer->esp_tx_csum, false) ||
		    try_unmute(question, below, explainer->esp, true))
			return;
}
