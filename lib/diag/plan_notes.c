/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who could think that a change does more than it does?
 */
#include <string.h>

#include "lib/diag/plan_parts.h"

#define NAMED_MAX 6

/**
 * struct notes - notes while they are made
 * @below, @seen: for stack_below()
 * @asked: features asked of each device
 */
struct notes {
	struct maker *maker;
	size_t *below, *seen;
	struct feature_bits *asked;
};

/* What was asked of the upper device, could be had of the lower one too, and is not so there. */
static struct feature_bits differs(const struct notes *notes, struct change_range changes,
				   size_t lower)
{
	const struct maker *maker = notes->maker;
	struct feature_bits set = {{0}};

	for (const struct change *change = changes.from; change < changes.to; change++) {
		if (change->below || change->back ||
		    feature_test(&notes->asked[lower], change->bit) ||
		    !plan_can_set(&maker->snapshot->devices[lower], change->bit) ||
		    feature_test(&maker->world.active[lower], change->bit) == change->on)
			continue;
		feature_put(&set, change->bit, true);
	}
	return set;
}

static void add_features(struct text *text, const struct snapshot *snapshot,
			 const struct feature_bits *set)
{
	size_t named = 0;

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
		if (!feature_test(set, bit) || ++named > NAMED_MAX)
			continue;
		text_printf(text, "%s%s", named > 1 ? ", " : "", snapshot->names.names[bit]);
	}
	if (named > NAMED_MAX)
		text_printf(text, " and %zu more", named - NAMED_MAX);
}

static const char *note(struct notes *notes, size_t upper, struct change_range changes)
{
	struct maker *maker = notes->maker;
	const struct snapshot *snapshot = maker->snapshot;
	size_t count = stack_below(&maker->stack, upper, notes->below, notes->seen, upper + 1);
	struct text text attr_cleanup(text_free) = {0}, names attr_cleanup(text_free) = {0};
	struct feature_bits all = {{0}};
	size_t named = 0;

	for (size_t i = 0; i < count; i++) {
		struct feature_bits set = differs(notes, changes, notes->below[i]);

		if (!feature_any(set))
			continue;
		all = feature_or(all, set);
		if (++named <= NAMED_MAX)
			text_printf(&names, "%s%s", named > 1 ? ", " : "",
				    snapshot->devices[notes->below[i]].name);
	}
	if (!named)
		return NULL;
	if (named > NAMED_MAX)
		text_printf(&names, " and %zu more", named - NAMED_MAX);
	text_add(&text, "switching ");
	add_features(&text, snapshot, &all);
	text_printf(&text, " on %s does nothing to what is below it (%s): add --stack",
		    snapshot->devices[upper].name, names.failed ? "" : names.chars);
	return plan_keep(maker, &text);
}

static void fill_notes(struct notes *notes)
{
	struct maker *maker = notes->maker;
	const struct change *change = maker->changes, *end = change + maker->count;

	while (change < end) {
		struct change_range range = {change, change};
		const char *text;

		while (range.to < end && range.to->device == change->device)
			range.to++;
		text = note(notes, change->device, range);
		if (text)
			maker->plan->notes[maker->plan->nnotes++] = text;
		change = range.to;
	}
}

int plan_add_notes(struct maker *maker)
{
	size_t count = maker->snapshot->ndevices;
	struct notes notes = {.maker = maker};

	notes.below = arena_alloc(maker->arena, count * sizeof(*notes.below));
	notes.seen = arena_alloc(maker->arena, count * sizeof(*notes.seen));
	notes.asked = arena_alloc(maker->arena, count * sizeof(*notes.asked));
	maker->plan->notes = arena_alloc(maker->arena, (count + 1) * sizeof(*maker->plan->notes));
	if (!notes.below || !notes.seen || !notes.asked || !maker->plan->notes)
		return -1;
	for (size_t i = 0; i < maker->count; i++)
		feature_put(&notes.asked[maker->changes[i].device], maker->changes[i].bit, true);
	fill_notes(&notes);
	if (maker->snapshot->uncertain)
		maker->plan->notes[maker->plan->nnotes++] =
			"devices came and went while the kernel was asked: the prediction may be "
			"wrong";
	return 0;
}
