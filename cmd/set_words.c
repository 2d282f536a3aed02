/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features of which devices does a user want to change?
 */
#include <string.h>

#include "cmd/live.h"
#include "cmd/set.h"
#include "cmd/value.h"

static int out_of_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "out of memory");
}

int wishes_init(struct wishes *wishes, const struct snapshot *snapshot, struct arena *arena,
		struct err *err)
{
	size_t count = snapshot->ndevices;

	*wishes = (struct wishes){.snapshot = snapshot, .arena = arena};
	wishes->on = arena_alloc(arena, count * sizeof(*wishes->on));
	wishes->off = arena_alloc(arena, count * sizeof(*wishes->off));
	wishes->chosen = arena_alloc(arena, count * sizeof(*wishes->chosen));
	wishes->picked = arena_alloc(arena, count * sizeof(*wishes->picked));
	return wishes->on && wishes->off && wishes->chosen && wishes->picked ? 0
									     : out_of_memory(err);
}

static int grow(struct wishes *wishes, struct err *err)
{
	size_t room = wishes->room ? 2 * wishes->room : 64;
	struct change *changes;

	if (wishes->count < wishes->room)
		return 0;
	changes = arena_alloc(wishes->arena, room * sizeof(*changes));
	if (!changes)
		return out_of_memory(err);
	if (wishes->count)
		memcpy(changes, wishes->changes, wishes->count * sizeof(*changes));
	wishes->changes = changes;
	wishes->room = room;
	return 0;
}

/* Asked for again, this time by its own name: then it counts by itself. */
static void make_single(struct wishes *wishes, const struct change *change)
{
	for (size_t i = 0; change->single && i < wishes->count; i++) {
		struct change *known = &wishes->changes[i];

		if (known->device == change->device && known->bit == change->bit)
			known->single = true;
	}
}

int wishes_add(struct wishes *wishes, const struct change *change, struct err *err)
{
	struct feature_bits *same = change->on ? wishes->on : wishes->off;
	struct feature_bits *contrary = change->on ? wishes->off : wishes->on;

	if (feature_test(&contrary[change->device], change->bit))
		return err_set(err, ERR_USAGE, "%s of %s cannot be both on and off",
			       wishes->snapshot->names.names[change->bit],
			       wishes->snapshot->devices[change->device].name);
	if (feature_test(&same[change->device], change->bit)) {
		make_single(wishes, change);
		return 0;
	}
	if (grow(wishes, err))
		return -1;
	feature_put(&same[change->device], change->bit, true);
	wishes->changes[wishes->count++] = *change;
	return 0;
}

/**
 * struct wish - one FEATURE=on|off
 */
struct wish {
	struct feature_bits set;
	bool on, single;
};

static int parse_wish(const struct wishes *wishes, const char *word, struct wish *wish,
		      struct err *err)
{
	const struct feature_names *names = &wishes->snapshot->names;
	const char *value = strrchr(word, '=') + 1;
	char shown[SHOWN_MAX];
	char *feature;

	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return err_set(err, ERR_USAGE, "\"%s\": FEATURE=on or FEATURE=off is wanted",
			       shown_word(word, strlen(word), shown));
	feature = arena_strdup(wishes->arena, word);
	if (!feature)
		return out_of_memory(err);
	feature[value - word - 1] = '\0';
	if (live_features(names, feature, &wish->set, err) < 0)
		return -1;
	wish->on = strcmp(value, "on") == 0;
	wish->single = feature_is_single(names, feature);
	return 0;
}

static int add_wish(struct wishes *wishes, const struct wish *wish, struct err *err)
{
	struct change change = {.on = wish->on, .single = wish->single, .word = wishes->words++};

	for (size_t i = 0; i < wishes->npicked; i++) {
		change.device = wishes->picked[i];
		for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
			change.bit = bit;
			if (feature_test(&wish->set, bit) && wishes_add(wishes, &change, err))
				return -1;
		}
	}
	return 0;
}

/**
 * struct sorted - words, told apart
 */
struct sorted {
	struct param_operands devices, changes;
};

/* A device may have a = in its name; then that is what is meant. */
static bool is_change(const struct wishes *wishes, const char *word)
{
	return strchr(word, '=') && !snapshot_by_name(wishes->snapshot, word);
}

static int sort_words(const struct wishes *wishes, const struct param_operands *words,
		      struct sorted *sorted, struct err *err)
{
	char **list = arena_alloc(wishes->arena, words->count * sizeof(*list) + 1);
	size_t devices = 0, changes = words->count;

	if (!list)
		return out_of_memory(err);
	for (size_t i = 0; i < words->count; i++)
		if (!is_change(wishes, words->words[i]))
			list[devices++] = words->words[i];
	changes = devices;
	for (size_t i = 0; i < words->count; i++)
		if (is_change(wishes, words->words[i]))
			list[changes++] = words->words[i];
	sorted->devices = (struct param_operands){devices, list};
	sorted->changes = (struct param_operands){changes - devices, list + devices};
	if (!devices)
		return err_set(err, ERR_USAGE, "missing operand DEV: on which device?");
	if (changes == devices)
		return err_set(err, ERR_USAGE, "missing operand FEATURE=on|off: what to change?");
	return 0;
}

static int choose(struct wishes *wishes, const struct param_operands *words, struct err *err)
{
	struct device_filter filter = {.words = words};
	int count = live_choose(&filter, wishes->snapshot, wishes->chosen, err);

	if (count == 0)
		return err_set(err, ERR_SYSTEM, "no device matches \"%.60s\"", words->words[0]);
	wishes->npicked = 0;
	for (size_t i = 0; count > 0 && i < wishes->snapshot->ndevices; i++)
		if (wishes->chosen[i])
			wishes->picked[wishes->npicked++] = i;
	return count < 0 ? -1 : 0;
}

int wishes_add_words(struct wishes *wishes, const struct param_operands *words, struct err *err)
{
	struct sorted sorted;

	if (sort_words(wishes, words, &sorted, err))
		return -1;
	if (choose(wishes, &sorted.devices, err))
		return -1;
	for (size_t i = 0; i < sorted.changes.count; i++) {
		struct wish wish;

		if (parse_wish(wishes, sorted.changes.words[i], &wish, err) ||
		    add_wish(wishes, &wish, err))
			return -1;
	}
	return 0;
}
