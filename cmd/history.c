/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was requested before a change, if changes are not put back in the reverse order?
 */
#include <string.h>

#include "cmd/history.h"

/**
 * struct place - one feature of one device
 * @device: where it stands in its entry: in others of the same devices it stands there too
 */
struct place {
	size_t device;
	int ifindex;
	const char *feature;
};

static const struct journal_device *find_device(const struct journal_entry *entry,
						const struct place *place)
{
	if (place->device < entry->ndevices &&
	    entry->devices[place->device].ifindex == place->ifindex)
		return &entry->devices[place->device];
	for (size_t i = 0; i < entry->ndevices; i++)
		if (entry->devices[i].ifindex == place->ifindex)
			return &entry->devices[i];
	return NULL;
}

static const struct journal_feature *find_feature(const struct journal_entry *entry,
						  const struct place *place)
{
	const struct journal_device *device = find_device(entry, place);

	for (size_t i = 0; device && i < device->nfeatures; i++)
		if (strcmp(device->features[i].name, place->feature) == 0)
			return &device->features[i];
	return NULL;
}

/**
 * struct history - where an entry stands
 */
struct history {
	const struct changes *changes;
	const struct journal_entries *entries;
	const struct journal_entry *entry;
	bool leave_later;
};

/* What was requested at @place before @entry, without what was put back since. */
static bool find_before(const struct history *history, const struct place *place)
{
	const struct journal_entries *entries = history->entries;
	const struct journal_entry *entry = history->entry;
	bool before = find_feature(entry, place)->wanted_before;

	for (size_t i = (size_t)(entry - entries->list); i-- > 0;) {
		const struct journal_entry *earlier = &entries->list[i];
		const struct journal_feature *feature = changes_is_here(history->changes, earlier)
								? find_feature(earlier, place)
								: NULL;
		bool undone = earlier->state == JOURNAL_UNDONE;

		/* What was put back before @entry was made had no part in it. */
		if (!feature || (undone && earlier->marked_behind < entry->number))
			continue;
		/* And what @entry itself put back is in force again without it. */
		if (!undone || entry->undoes == earlier->number || feature->wanted_after != before)
			break;
		before = feature->wanted_before;
		entry = earlier;
	}
	return before;
}

/* Whether the latest change of @place, after @entry, is in force and is not content with @before. */
static bool is_taken(const struct history *history, const struct place *place, bool before)
{
	const struct journal_entries *entries = history->entries;

	for (size_t i = entries->count; &entries->list[--i] > history->entry;) {
		const struct journal_entry *later = &entries->list[i];
		const struct journal_feature *feature;

		if (later->state == JOURNAL_UNDONE || !changes_is_here(history->changes, later))
			continue;
		feature = find_feature(later, place);
		if (feature)
			return feature->wanted_after != before;
	}
	return false;
}

static int resolve_device(const struct history *history, size_t index, struct journal_device *out)
{
	const struct journal_device *device = &history->entry->devices[index];
	struct place place = {.device = index, .ifindex = device->ifindex};

	*out = (struct journal_device){.ifindex = device->ifindex, .name = device->name};
	out->features =
		arena_alloc(history->changes->arena, device->nfeatures * sizeof(*out->features));
	if (!out->features)
		return -1;
	for (size_t i = 0; i < device->nfeatures; i++) {
		struct journal_feature feature = device->features[i];

		place.feature = feature.name;
		feature.wanted_before = find_before(history, &place);
		if (!history->leave_later || !is_taken(history, &place, feature.wanted_before))
			out->features[out->nfeatures++] = feature;
	}
	return 0;
}

const struct journal_entry *history_resolve(const struct changes *changes,
					    const struct journal_entries *entries,
					    const struct journal_entry *entry, bool leave_later)
{
	const struct history history = {changes, entries, entry, leave_later};
	struct journal_entry *resolved = arena_alloc(changes->arena, sizeof(*resolved));

	if (!resolved)
		return NULL;
	*resolved = *entry;
	resolved->devices =
		arena_alloc(changes->arena, entry->ndevices * sizeof(*resolved->devices));
	for (size_t i = 0; resolved->devices && i < entry->ndevices; i++)
		if (resolve_device(&history, i, &resolved->devices[i]))
			return NULL;
	return resolved->devices ? resolved : NULL;
}
