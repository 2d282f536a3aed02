/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices, in which namespaces, and which of their features does a call of nod show mean?
 */
#include <string.h>

#include "cmd/show_job.h"

/*
 * One word, or none for all devices, in every namespace. A device needs to be in one of them only: the
 * error of the last one counts if it was nowhere.
 */
static int choose_word(const struct show *show, const struct param_operands *word, bool *scratch,
		       struct err *err)
{
	const struct show_options *options = show->options;
	const struct device_filter filter = {word, options->driver, options->kind, options->up};
	struct err last = {0};
	bool found = false;

	for (size_t i = 0; i < show->looks.count; i++) {
		const struct snapshot *snapshot = &show->looks.list[i];
		bool *chosen = show->selections[i].chosen;

		if (live_choose(&filter, snapshot, scratch, &last) < 0)
			continue;
		found = true;
		for (size_t k = 0; k < snapshot->ndevices; k++)
			chosen[k] |= scratch[k];
	}
	if (!found && last.code)
		*err = last;
	return found || !show->looks.count ? 0 : -1;
}

static int choose_devices(const struct show *show, bool *scratch, struct err *err)
{
	const struct param_operands *devices = &show->options->devices, none = {0};

	if (!devices->count)
		return choose_word(show, &none, scratch, err);
	for (size_t i = 0; i < devices->count; i++) {
		const struct param_operands word = {1, &devices->words[i]};

		if (choose_word(show, &word, scratch, err))
			return -1;
	}
	return 0;
}

/* --- which features --- */

static struct feature_bits not_as_requested(const struct device *device)
{
	struct feature_bits differ = feature_xor(device->active, device->wanted);

	return feature_without(feature_and(differ, device->hw), device->nochange);
}

/* By --feature or --group, the same for every device of a snapshot. */
static int choose_features(const struct show *show, const struct snapshot *snapshot,
			   struct feature_bits *set, struct err *err)
{
	const struct show_options *options = show->options;

	memset(set, 0xff, sizeof(*set));
	if (options->feature)
		return live_features(&snapshot->names, options->feature, set, err) < 0 ? -1 : 0;
	if (options->group != SHOW_ANY_GROUP)
		feature_select(&snapshot->names, feature_group_names[options->group], set);
	return 0;
}

static int select_features(struct show *show, size_t index, struct err *err)
{
	const struct snapshot *snapshot = &show->looks.list[index];
	struct device_selection *selection = &show->selections[index];
	struct feature_bits set, *features = selection->features;
	bool *chosen = selection->chosen;

	if (choose_features(show, snapshot, &set, err))
		return -1;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		features[i] = set;
		if (!show->options->changed)
			continue;
		features[i] = feature_and(set, not_as_requested(&snapshot->devices[i]));
		chosen[i] = chosen[i] && feature_any(features[i]);
	}
	return 0;
}

int show_select(struct show *show, struct err *err)
{
	size_t count = show->looks.count, most = 0;
	bool *scratch;

	show->selections = arena_alloc(&show->arena, count * sizeof(*show->selections));
	for (size_t i = 0; show->selections && i < count; i++) {
		const struct snapshot *snapshot = &show->looks.list[i];
		struct device_selection *selection = &show->selections[i];

		selection->snapshot = snapshot;
		selection->chosen = arena_alloc(&show->arena, snapshot->ndevices);
		selection->features =
			arena_alloc(&show->arena, snapshot->ndevices * sizeof(struct feature_bits));
		if (!selection->chosen || !selection->features)
			return err_set(err, ERR_MEMORY, "not enough memory");
		most = snapshot->ndevices > most ? snapshot->ndevices : most;
	}
	scratch = arena_alloc(&show->arena, most);
	if (!show->selections || !scratch)
		return err_set(err, ERR_MEMORY, "not enough memory");
	if (choose_devices(show, scratch, err))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (select_features(show, i, err))
			return -1;
	return 0;
}
